import { postAlertingWebhook } from '../../common/api/routes';
import { readSettings } from '../../server/hosts/settings';
import type { HostRoute } from '../../server/routes/http';
import type { Agent } from '../../server/runner/agent/agent';
import { subscriptionsOf, type Subscriptions } from '../../server/wiring/subscriptions';
import { AlertingCore } from '../targets/alerting/alerting_core';
import { emptyReader } from './alert_source';

/** A cluster with Alerting whose channels call the routes of a host, without a network. */
export interface SourceHost {
  readonly core: AlertingCore;
  readonly sources: Subscriptions;
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body ?? ''));

export const sourceHostOf = (agent: Agent, routes: readonly HostRoute[]): SourceHost => {
  const core = new AlertingCore({
    now: () => agent.parts.clock.utc(),
    wait: (ms) => agent.parts.clock.sleep(ms),
    send: async ({ headers, body }) => {
      const route = routes.find(({ method, path }) => method === 'post' && path === postAlertingWebhook.path);
      if (!route) throw new Error('connection refused');
      const answer = await route.handle({
        params: {},
        query: {},
        body: Buffer.from(body),
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
        address: undefined,
        native: undefined,
        whenGone: () => undefined,
      });
      return { status: answer.status, text: textOf(answer.body) };
    },
  });
  const settings = readSettings({});
  if (!settings.ok) throw new Error('no settings are valid settings');
  const parts = {
    transport: core.transport(),
    settings: settings.value,
    ownAddress: 'http://127.0.0.1:5601',
    log: agent.parts.log,
  };
  return {
    core,
    sources: subscriptionsOf(parts, { agent, reader: emptyReader, health: () => undefined }),
  };
};
