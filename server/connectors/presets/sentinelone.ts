import { addressField, secretField, valueOf } from './fields';
import { NOT_GONE } from './not_gone';
import type { Preset } from './preset';

const statusIs = (equals: string) => [
  { pointer: '/data', items: 1 },
  { pointer: '/data/0/id', equals: { $: 'target.id' } },
  { pointer: '/data/0/networkStatus', equals },
];

const order = (name: 'disconnect' | 'connect') => ({
  method: 'POST' as const,
  path: `/web/api/v2.1/agents/actions/${name}`,
  body: { filter: { ids: [{ $: 'target.id' }] } },
  expect: [200],
});

/** Network quarantine by SentinelOne. */
export const sentinelone: Preset = {
  name: 'sentinelone',
  title: 'SentinelOne Singularity',
  kind: 'rest',
  contract: {
    product: 'SentinelOne Singularity',
    version: 'management API v2.1',
    sources: [
      'https://github.com/Dirt-Diver/s1-api/blob/main/api/docs/AgentActionsApi.md',
      'https://github.com/Dirt-Diver/s1-api/blob/main/api/docs/AgentsApi.md',
      'https://github.com/Dirt-Diver/s1-api/blob/main/api/docs/AgentsSchemasAgentViewSchemaMany200Data.md',
    ],
    looked_at: '2026-11-30',
    verified: 'contract only',
  },
  fields: [
    addressField('the address of your console', 'https://example.sentinelone.net'),
    secretField('api_token', 'the API token of a service user', 'sentinelone-token'),
  ],
  actions: [
    {
      action: 'isolate_host',
      does: 'disconnects the agent from the network',
      undo: 'connects it again, also while disconnecting is still pending',
      states: {
        disconnecting: 'ordered, the agent has not taken it yet: not in effect and not absent',
        disconnected: 'in effect',
        connecting: 'connecting is ordered, the agent has not taken it yet: neither in effect nor absent',
        connected: 'absent',
      },
    },
  ],
  needs: ['Endpoints: View', 'Endpoints: Disconnect From Network', 'Endpoints: Reconnect To Network'],
  limits: [
    'the vendor publishes the API to customers alone: this was written from a client that was generated from it',
    'the answer counts the agents that it reached, and Reflex reads only the status; whether it took effect says the agent list',
    'whether and when a pending order expires is not published',
    'several agents of one name are refused; agents that were decommissioned do not count',
    'the agent knows its host by its computer name; the inventory must name it so',
  ],
  parameters: (values) => ({
    preset: 'sentinelone',
    base_url: valueOf(values, 'base_url'),
    headers: { Authorization: { secret: valueOf(values, 'api_token'), prefix: 'ApiToken ' } },
    timeouts: { connect_ms: 5_000, total_ms: 20_000 },
    idempotency: 'none',
    settle_time_ms: 120_000,
    tagged: false,
    status: { method: 'GET', path: '/web/api/v2.1/agents/count' },
    actions: {
      isolate_host: {
        resolve: {
          method: 'GET',
          path: '/web/api/v2.1/agents',
          query: { computerName__like: { $: 'target.value' }, isDecommissioned: false, limit: 100 },
          found: { status: [200] },
          items: '/data',
          name: '/computerName',
          id: '/id',
        },
        only_if_absent: true,
        execute: order('disconnect'),
        verify: {
          method: 'GET',
          path: '/web/api/v2.1/agents',
          query: { ids: { $: 'target.id' } },
          present: { status: [200], where: statusIs('disconnected') },
          absent: { status: [200], where: statusIs('connected') },
        },
        undo: { ...order('connect'), ...NOT_GONE },
      },
    },
  }),
};
