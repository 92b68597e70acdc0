import { clientTransport } from '../../server/adapters/opensearch/transport';
import { alertSources } from '../../server/adapters/alerting/alerting_api';
import { Client } from '@opensearch-project/opensearch';
import { alertingServer, type AlertingServer } from './alerting_server';
import { documentAlert, documentContext, queryContext, type Firing } from './alerting/contexts';
import { documentMonitor, queryMonitor } from './alerting/monitors';
import { bodyOf, httpServer, type LoopbackServer } from './loopback_server';

/* What other tests rest on: that this behaves as a running Alerting was seen to. */

interface Heard {
  readonly method: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

let receiver: LoopbackServer;
let server: AlertingServer;
let heard: Heard[];
let answers: Array<{ readonly status: number; readonly headers?: Record<string, string> }>;
const waits: number[] = [];

beforeEach(async () => {
  heard = [];
  answers = [];
  waits.splice(0);
  receiver = await httpServer((request, response) => {
    void bodyOf(request).then((body) => {
      heard.push({ method: request.method ?? '', headers: request.headers, body });
      const { status, headers = {} } = answers.shift() ?? { status: 200 };
      response.writeHead(status, headers).end('{"received":true}');
    });
  });
  server = await alertingServer({ wait: async (ms) => void waits.push(ms) });
});
afterEach(async () => {
  await server.close();
  await receiver.close();
});

const action = (id: string, source: string, more: object = {}) => ({
  id,
  name: id,
  destination_id: 'hook',
  message_template: { source, lang: 'mustache' },
  ...more,
});
const channel = (headers: Record<string, string> = {}, more: object = {}) => ({
  id: 'hook',
  name: 'hook',
  url: `${receiver.url}/x`,
  headers,
  enabled: true,
  ...more,
});
const api = () => alertSources(clientTransport(new Client({ node: server.url })));
const firing = (): Firing => ({
  monitorId: 'm1',
  body: queryMonitor(),
  trigger: { id: 'trig-q1', name: 't', severity: '1' },
  at: 0,
});
const fire = (error?: string) =>
  server.core.run('m1', 'trig-q1', queryContext({ ...firing(), ...(error === undefined ? {} : { error }) }));

describe('the recorded Alerting', () => {
  it('sends the rendered message with the channel’s own headers, and nothing else of its own', async () => {
    await api().createChannel(channel({ Authorization: 'Bearer abc', 'X-Source': 'opensearch-alerting' }));
    server.core.monitors.put(
      'm1',
      queryMonitor('m', [action('a', '{"name":"{{ctx.monitor.name}}","q":"{{ctx.trigger.name}}"}')]),
    );
    expect(await fire()).toMatchObject([{ actionId: 'a', delivery: { status: 200, ok: true, tries: 1 } }]);
    expect(heard).toMatchObject([
      {
        method: 'POST',
        body: '{"name":"errors (query level)","q":"t"}',
        headers: { authorization: 'Bearer abc', 'x-source': 'opensearch-alerting' },
      },
    ]);
  });

  it.each([
    [[503, 200], 2, true],
    [[429, 429], 2, false],
    [[500], 1, false],
    [[404], 1, false],
    [[302], 1, false],
  ])('after %j has tried %i times', async (statuses, tries, ok) => {
    answers = statuses.map((status) => ({ status, headers: { location: `${receiver.url}/elsewhere` } }));
    await api().createChannel(channel());
    server.core.monitors.put('m1', queryMonitor('m', [action('a', 'x')]));
    expect(await fire()).toMatchObject([{ delivery: { tries, ok } }]);
    expect(heard).toHaveLength(tries);
    expect(waits).toEqual(tries === 2 ? [1_000] : []);
  });

  it('waits as long as the receiver says', async () => {
    answers = [{ status: 503, headers: { 'retry-after': '4' } }];
    await api().createChannel(channel());
    server.core.monitors.put('m1', queryMonitor('m', [action('a', 'x')]));
    await fire();
    expect(waits).toEqual([4_000]);
  });

  it('makes one call of more than 50 alerts', async () => {
    const perAlert = {
      action_execution_policy: { action_execution_scope: { per_alert: { actionable_alerts: ['NEW'] } } },
    };
    const monitor = documentMonitor();
    const [trigger] = monitor.triggers as ReadonlyArray<{ document_level_trigger: object }>;
    const actions = [action('a', '{{#ctx.alerts}}{{id}} {{/ctx.alerts}}', perAlert)];
    server.core.monitors.put('m1', {
      ...monitor,
      triggers: [{ document_level_trigger: { ...trigger?.document_level_trigger, actions } }],
    });
    await api().createChannel(channel());
    const alerts = (count: number) => Array.from({ length: count }, (_, n) => documentAlert(`a${n}`, `d${n}|i`));
    await server.core.run('m1', 'trig-d1', documentContext(firing(), alerts(50)));
    expect(heard).toHaveLength(50);
    await server.core.run('m1', 'trig-d1', documentContext(firing(), alerts(51)));
    expect(heard).toHaveLength(51);
    expect(heard[50]?.body.trim().split(' ')).toHaveLength(51);
  });

  it('fails an action whose template dumps a context with an error', async () => {
    await api().createChannel(channel());
    server.core.monitors.put('m1', queryMonitor('m', [action('a', '{{#toJson}}ctx{{/toJson}}')]));
    expect(await fire('all shards failed')).toMatchObject([{ error: expect.stringContaining('DefaultMustache') }]);
    expect(await fire()).toMatchObject([{ delivery: { ok: true } }]);
  });

  it('sends nothing through a channel that is off or not there', async () => {
    server.core.monitors.put('m1', queryMonitor('m', [action('a', 'x')]));
    expect(await fire()).toMatchObject([{ error: expect.stringContaining('Unable to find') }]);
    await api().createChannel(channel({}, { enabled: false }));
    expect(await fire()).toMatchObject([{ error: 'For input string: "LOCKED"' }]);
    expect(heard).toEqual([]);
  });

  it('passes everything else on to the node behind it', async () => {
    const front = await alertingServer({ node: receiver.url });
    const answer = await fetch(`${front.url}/my-index/_search`, { method: 'POST', body: '{"a":1}' });
    expect([answer.status, heard]).toMatchObject([200, [{ method: 'POST', body: '{"a":1}' }]]);
    await front.close();
  });
});
