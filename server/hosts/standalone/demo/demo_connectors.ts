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

type Promises = NonNullable<ActionTemplate['promises']>;

const AT_THE_EDGE: Promises = {
  disruption: { usual: 0.1, by_tag: { gateway: 1 } },
  offline: { order: 'not_needed' },
  needs: ['rules:write'],
};
const OF_A_PERSON: Promises = {
  disruption: { usual: 0.8, by_tag: { privileged: 1 } },
  offline: { order: 'not_needed' },
  needs: ['users:write'],
};
const SIGNED_OUT: Promises = { ...OF_A_PERSON, disruption: { usual: 0.2 } };
const onHost = (usual: number): Promises => ({
  disruption: { usual, by_tag: { server: 1 } },
  offline: { order: 'refused' },
  needs: ['hosts:respond'],
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
  const stated = (action: ActionTemplate, promises: NonNullable<ActionTemplate['promises']>): ActionTemplate => ({
    ...action,
    promises,
  });
  return [
    connector(
      'demo-firewall',
      {
        block_ip: stated(ruleAction('firewall/blocks'), AT_THE_EDGE),
        block_domain: stated(ruleAction('dns/domains'), AT_THE_EDGE),
      },
      { nativeTtl: true },
    ),
    connector(
      DEMO_EDR,
      {
        isolate_host: stated(ruleAction('edr/isolations'), onHost(0.9)),
        quarantine_file: stated(ruleAction('edr/quarantine'), onHost(0.2)),
        kill_process: stated(killProcess(ruleAction('edr/kills')), onHost(0.1)),
      },
      { nativeTtl: true, hosts: hostStatus },
    ),
    connector(
      'demo-idp',
      { disable_user: stated(disableUser, OF_A_PERSON), revoke_sessions: stated(revokeSessions, SIGNED_OUT) },
      { nativeTtl: false },
    ),
  ];
};
