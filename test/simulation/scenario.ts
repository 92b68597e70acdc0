import { iso } from '../../common/iso';
import type { ReceivedEvent } from '../../common/flow/event';
import { aBundle, aKeyPair, type KeyPair } from '../builders/policies';
import { received } from '../builders/events';
import type { InventoryItem } from '../../server/runner/ports';
import { EPOCH } from './world';
import type { Dice } from '../fakes/scheduler';

/*
 * What the simulated world is about: policies of every kind, a small network, events that collide. Short ttls, so
 * that whole lives of effects fit into a run.
 */

const action = (id: string, mode: string, when: string, rest: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: ${id.replace(/-/g, ' ')}, owner: sim }
spec:
  layer: action
  mode: ${mode}
  when: '${when}'
${rest}`;

const blockIp = (ttl: string): string => `  then: { action: block_ip, target: { ip: event.source.ip }, ttl: ${ttl} }
  rollback: { action: unblock_ip }
`;

/** How many hosts may be isolated within the window of the limit. */
export const ISOLATION_LIMIT = 2;
export const ISOLATION_WINDOW_MS = 60_000;
export const SHADOW_POLICY = 'shadow-block';

const POLICIES = [
  action('block-ioc', 'enforce', 'event.rule.origin == "known_ioc"', blockIp('30s')),
  action('block-brute', 'enforce', 'event.rule.origin == "brute_force"', blockIp('45s')),
  action(
    'isolate-ransomware',
    'enforce',
    '"ransomware" in event.tags',
    '  then: { action: isolate_host, target: { host: event.src_host }, ttl: 40s }\n  rollback: { action: release_host }\n',
  ),
  action('ask-block', 'escalate', '"ask" in event.tags', blockIp('30s')),
  action('twice-block', 'enforce', '"twice" in event.tags', `${blockIp('30s')}  confirm: { seen: 2, within: 20s }\n`),
];

const limit = `apiVersion: reflex/v1
kind: Policy
metadata: { id: few-isolations, title: Never isolate more than a tenth of a subnet, owner: sim }
spec:
  layer: global
  mode: enforce
  limit: { action: isolate_host, max_percent: 10, of: hosts_in_subnet, within: 60s, on_breach: escalate }
`;

let keys: KeyPair | undefined;

/** The signed bundle of the runs; the keys are made once. `leak`: the shadow policy is released as enforced. */
export const simBundle = (leak = false) => {
  keys ??= aKeyPair();
  const shadow = action(SHADOW_POLICY, leak ? 'enforce' : 'shadow', '"quiet" in event.tags', blockIp('30s'));
  const { files, trusted } = aBundle([...POLICIES, shadow, limit], { keys });
  return { files, keys, statement: trusted.statement };
};

const HOSTS = 20;

export const simInventory: readonly InventoryItem[] = [
  { type: 'subnet', value: '10.0.0.0/24', origin: 'file' },
  ...Array.from({ length: HOSTS }, (_, index): InventoryItem => ({
    type: 'host',
    value: `h${index}`,
    addresses: [`10.0.0.${index + 1}`],
    origin: 'file',
  })),
];

/** A random event of one of the kinds that the policies know, at a moment in ms of true time. */
export const randomEvent = (dice: Dice, id: string, at: number): ReceivedEvent => {
  const kind = dice.pick([
    'ioc',
    'ioc',
    'brute',
    'isolate',
    'isolate',
    'isolate',
    'ask',
    'twice',
    'quiet',
    'none',
  ] as const);
  const ip = `203.0.113.${dice.whole(1, 3)}`;
  const timestamp = iso(EPOCH + at);
  const base = { event_id: id, timestamp, source: { ip } };
  switch (kind) {
    case 'ioc':
      return received({ ...base, rule: { id: 'r1', origin: 'known_ioc' } });
    case 'brute':
      return received({ ...base, rule: { id: 'r2', origin: 'brute_force' } });
    case 'isolate':
      return received({
        ...base,
        source: {},
        src_host: `h${dice.whole(0, 5)}`,
        tags: ['ransomware'],
        severity: 'critical',
      });
    case 'ask':
      return received({ ...base, tags: ['ask'] });
    case 'twice':
      return received({ ...base, tags: ['twice'], rule: { id: 'r3' } });
    case 'quiet':
      return received({ ...base, source: { ip: '203.0.113.50' }, tags: ['quiet'] });
    case 'none':
      return received(base);
  }
};
