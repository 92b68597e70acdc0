import { createHash } from 'crypto';
import type { HostName } from './observer';
import type { Target } from './target';
import { vouchFor } from '../builders/vouch';

/* What the three hosts are told at their start, and the policies that are in force. */

export const TOKEN = 'token-of-the-drill-that-nobody-else-knows';

/** Longest time for one request to the target, ms. */
export const REQUEST_MS = 1_500;
const SETTLE_MS = 3_000;

export const TTL_MS = { short: 30_000, long: 45_000, isolate: 30_000, domain: 30_000 } as const;

/** At most 10 % of 40 hosts within 60 s. */
export const ISOLATION = { hosts: 40, most: 4, withinMs: 60_000 } as const;

const ACTIONS = { edge: 'block_ip', edr: 'isolate_host', dns: 'block_domain' } as const;
export type ConnectorName = keyof typeof ACTIONS;

/** Different abilities: what one cannot reach, another has to undo. */
export const CONNECTORS_OF: Readonly<Record<HostName, readonly ConnectorName[]>> = {
  'host-1': ['edge', 'edr', 'dns'],
  'host-2': ['edge', 'edr'],
  'host-3': ['edge'],
};

const connectorOf = (name: ConnectorName, baseUrl: string): object => ({
  name,
  kind: 'rest',
  parameters: {
    base_url: baseUrl,
    allow_addresses: ['127.0.0.1'],
    timeouts: { connect_ms: 500, total_ms: REQUEST_MS },
    idempotency: 'key',
    settle_time_ms: SETTLE_MS,
    tagged: true,
    status: { method: 'GET', path: '/v1/blocks' },
    actions: {
      [ACTIONS[name]]: {
        execute: {
          method: 'POST',
          path: '/v1/blocks',
          headers: { 'X-Fence': { $: 'fence' } },
          body: { value: { $: 'target.value' }, tag: { $: 'command_id' }, ttl_s: { $: 'ttl_s' } },
        },
        verify: {
          method: 'GET',
          path: '/v1/blocks/{command_id}',
          present: { status: [200], where: { pointer: '/state', equals: 'blocked' } },
          absent: { status: [404] },
        },
        undo: { method: 'DELETE', path: '/v1/blocks/{command_id}' },
        list: { method: 'GET', path: '/v1/blocks', items: '/blocks', value: '/value', command_id: '/tag' },
      },
    },
  },
});

/** The settings file of a host. */
export const settingsOf = (host: HostName, target: Target, signingKeyFile: string): object => ({
  intake: {
    tokens: [{ name: 'drill', sha256: createHash('sha256').update(TOKEN).digest('hex') }],
    vouch: vouchFor(['webhook:drill']),
  },
  signing: { private_key_file: signingKeyFile },
  policies: { release: { backtest: 'optional' } },
  // The target of the drill fails on purpose, and what it is sent all the same is what is judged.
  breakers: { connector: { error_percent: 100 } },
  connectors: CONNECTORS_OF[host].map((name) => connectorOf(name, target.baseUrl(host, name))),
});

const action = (id: string, when: string, then: string, rollback: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: An act of the drill, owner: drill }
spec:
  layer: action
  mode: enforce
  when: event.rule.origin == "${when}"
  then: ${then}
  rollback: { action: ${rollback} }
`;

const limit = (id: string, what: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: A limit of the drill, owner: drill }
spec:
  layer: global
  mode: enforce
  limit: ${what}
`;

const seconds = (ms: number): string => `${ms / 1000}s`;
const block = (id: string, ttlMs: number): string =>
  action(
    id,
    id,
    `{ action: block_ip, target: { ip: event.source.ip }, connector: edge, ttl: ${seconds(ttlMs)} }`,
    'unblock_ip',
  );

/** Policies that are written or replaced, by id. */
export const POLICIES: ReadonlyMap<string, string> = new Map([
  ['drill-short', block('drill-short', TTL_MS.short)],
  ['drill-long', block('drill-long', TTL_MS.long)],
  [
    'drill-isolate',
    action(
      'drill-isolate',
      'drill-isolate',
      `{ action: isolate_host, target: { host: event.src_host }, connector: edr, ttl: ${seconds(TTL_MS.isolate)} }`,
      'release_host',
    ),
  ],
  [
    'drill-domain',
    action(
      'drill-domain',
      'drill-domain',
      `{ action: block_domain, target: { domain: event.destination.domain }, connector: dns, ttl: ${seconds(TTL_MS.domain)} }`,
      'unblock_domain',
    ),
  ],
  [
    'limit-host-isolation-overall',
    limit(
      'limit-host-isolation-overall',
      `{ action: isolate_host, max_percent: 10, of: hosts, within: ${seconds(ISOLATION.withinMs)}, on_breach: escalate }`,
    ),
  ],
  [
    'limit-address-blocks',
    limit('limit-address-blocks', '{ action: block_ip, max_count: 100000, within: 60m, on_breach: escalate }'),
  ],
  [
    'limit-domain-blocks',
    limit('limit-domain-blocks', '{ action: block_domain, max_count: 100000, within: 60m, on_breach: escalate }'),
  ],
]);

/** Starter policies that would keep the drill from isolating anything. */
export const REMOVED: readonly string[] = ['limit-host-isolation-per-subnet', 'isolation-needs-endpoint-evidence'];

/** The hosts that may be isolated. */
export const inventory = (): object[] =>
  Array.from({ length: ISOLATION.hosts }, (_, index) => ({
    type: 'host',
    value: `ws-${index + 1}`,
    criticality: 'medium',
    tags: ['workstation'],
  }));
