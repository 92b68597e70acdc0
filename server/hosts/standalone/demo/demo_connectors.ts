import { present } from '../../../../common/present';
import type { ConnectorConfig } from '../../../connectors/connector';
import type { ActionTemplate, RestParameters } from '../../../connectors/rest/rest_parameters';
import type { Collection } from './demo_state';

/** An action that keeps one rule for each command at one of the demo's systems. */
const ruleAction = (collection: Collection): ActionTemplate => {
  const path = `/${collection}/{command_id}`;
  return {
    execute: {
      method: 'PUT',
      path,
      body: { value: { $: 'target.value' }, host: { $: 'target.host' }, ttl_seconds: { $: 'ttl_s' } },
    },
    verify: { method: 'GET', path, present: { status: [200] }, absent: { status: [404] } },
    undo: { method: 'DELETE', path },
    list: {
      method: 'GET',
      path: `/${collection}`,
      items: '/items',
      value: '/value',
      host: '/host',
      command_id: '/id',
      since: '/since',
    },
  };
};

const USER_BODY = { user: { $: 'target.value' }, command: { $: 'command_id' } };
const USER_PATH = '/idp/users/{target.value}';

const disableUser: ActionTemplate = {
  execute: { method: 'POST', path: '/idp/disable', body: USER_BODY, already: [409] },
  verify: {
    method: 'GET',
    path: USER_PATH,
    present: { status: [200], where: { pointer: '/disabled_by', equals: { $: 'command_id' } } },
    absent: { status: [200], where: { pointer: '/disabled_by', not_equals: { $: 'command_id' } } },
  },
  undo: { method: 'POST', path: '/idp/enable', body: USER_BODY, already: [409] },
  list: {
    method: 'GET',
    path: '/idp/users',
    items: '/items',
    value: '/user',
    command_id: '/disabled_by',
    where: { pointer: '/enabled', equals: false },
  },
};

const revokeSessions: ActionTemplate = {
  execute: { method: 'POST', path: '/idp/revoke', body: USER_BODY },
  verify: {
    method: 'GET',
    path: USER_PATH,
    present: { status: [200], where: { pointer: '/sessions', equals: 0 } },
    absent: { status: [200], where: { pointer: '/sessions', not_equals: 0 } },
  },
};

/** A process that was killed cannot be brought back, so this has no undo. */
const killProcess = ({ execute, verify }: ActionTemplate): ActionTemplate => ({
  execute: { ...execute, body: { value: { $: 'target.value' }, host: { $: 'target.host' } } },
  ...present({ verify }),
});

/** The connector that can be asked about hosts. */
export const DEMO_EDR = 'demo-edr';

const hostStatus: RestParameters['host_status'] = {
  method: 'GET',
  path: '/edr/hosts/{target.value}',
  intact: { status: [200], where: { pointer: '/state', equals: 'healthy' } },
  altered: { status: [200], where: { pointer: '/state', equals: 'tampered' } },
  said: '/detail',
};

/**
 * The configuration of the demo's three connectors, for the REST connector and without any code of their own.
 *
 * @param port of the demo target on the loopback
 */
export const demoConnectorConfig = (port: number): readonly ConnectorConfig[] => {
  const connector = (
    name: string,
    actions: RestParameters['actions'],
    { nativeTtl, hosts }: { readonly nativeTtl: boolean; readonly hosts?: RestParameters['host_status'] },
  ): ConnectorConfig => ({
    name,
    kind: 'rest',
    parameters: {
      base_url: `http://127.0.0.1:${port}`,
      allow_addresses: ['127.0.0.1'],
      timeouts: { connect_ms: 1_000, total_ms: 3_000 },
      idempotency: 'set',
      settle_time_ms: 1_000,
      tagged: true,
      ...present({ native_ttl: nativeTtl ? { grace_s: 60 } : undefined }),
      status: { method: 'GET', path: '/state' },
      ...present({ host_status: hosts }),
      actions,
    } satisfies RestParameters,
  });
  return [
    connector(
      'demo-firewall',
      { block_ip: ruleAction('firewall/blocks'), block_domain: ruleAction('dns/domains') },
      { nativeTtl: true },
    ),
    connector(
      DEMO_EDR,
      {
        isolate_host: ruleAction('edr/isolations'),
        quarantine_file: ruleAction('edr/quarantine'),
        kill_process: killProcess(ruleAction('edr/kills')),
      },
      { nativeTtl: true, hosts: hostStatus },
    ),
    connector('demo-idp', { disable_user: disableUser, revoke_sessions: revokeSessions }, { nativeTtl: false }),
  ];
};
