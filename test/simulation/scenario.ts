import { iso } from '../../common/iso';
import type { ReceivedEvent } from '../../common/flow/event';
import { aBundle, aKeyPair, type KeyPair } from '../builders/policies';
import { received } from '../builders/events';
import { statementDigest } from '../../server/engine/policy/verify_bundle';
import type { InventoryItem } from '../../server/runner/ports';
import type { Dice } from '../fakes/scheduler';
import { USUAL, type Climate } from './climate';
import { EPOCH } from './world';

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

/** In force only where long lives are wanted. */
const LONG_POLICY = action('block-long', 'enforce', '"long" in event.tags', blockIp('240s'));
/** How often what somebody removes is applied again, where its policy says so. */
export const REAPPLIED_AT_MOST = 2;
/** The ids of policies that have it applied again. */
export const REAPPLYING: ReadonlySet<string> = new Set(['block-again', 'isolate-again']);

/** In force only where what is removed is applied again. */
const AGAIN_POLICIES = [
  action('block-again', 'enforce', '"again" in event.tags', blockIp('120s')),
  action(
    'isolate-again',
    'enforce',
    '"again" in event.tags && event.src_host != ""',
    '  then: { action: isolate_host, target: { host: event.src_host }, ttl: 100s }\n  rollback: { action: release_host }\n',
  ),
].map((text) => `${text}  on_drift: reapply\n  reapply_at_most: ${REAPPLIED_AT_MOST}\n`);

/** The policy that a second bundle leaves out. */
export const WITHDRAWN_POLICY = 'block-brute';

/** How many blocks may be started within the window of the rate, where there is one. */
export const BLOCK_RATE = 2;
export const BLOCK_RATE_WINDOW_MS = 60_000;

const RATE = `apiVersion: reflex/v1
kind: Policy
metadata: { id: few-blocks, title: Never block more than a few addresses a minute, owner: sim }
spec:
  layer: global
  mode: enforce
  limit: { action: block_ip, max_count: ${BLOCK_RATE}, within: 60s, on_breach: escalate }
`;

const limit = `apiVersion: reflex/v1
kind: Policy
metadata: { id: few-isolations, title: Never isolate more than a tenth of a subnet, owner: sim }
spec:
  layer: global
  mode: enforce
  limit: { action: isolate_host, max_percent: 10, of: hosts_in_subnet, within: 60s, on_breach: escalate }
`;

/** Hosts that do the same, of which one must stay reachable. */
export const RESOLVERS: ReadonlySet<string> = new Set(['h0', 'h1']);
export const RESOLVERS_KEPT = 1;

const keep = `apiVersion: reflex/v1
kind: Policy
metadata: { id: keep-a-resolver, title: One resolver stays reachable whatever is isolated, owner: sim }
spec:
  layer: global
  mode: enforce
  keep: { at_least: ${RESOLVERS_KEPT}, of: resolver }
`;

/** The bound of one source over a minute, so that it forgets and frees itself within a run as the other limits do. */
const bound = `apiVersion: reflex/v1
kind: Policy
metadata: { id: starts-of-a-minute, title: One source starts many acts a minute, owner: sim }
spec:
  layer: global
  mode: enforce
  starts_of_one_intake: { max_count: 100, within: 60s }
`;

/** Somebody besides the author approved it: else nothing would loosen the bound. */
const APPROVED = [
  { user: 'bo', at: '2026-11-22T09:00:00.000Z', reason: 'it is right', digest: 'sim', four_eyes: true },
] as const;

let keys: KeyPair | undefined;

interface SimBundleOptions {
  /** The shadow policy is released as enforced: a planted bug. */
  readonly leak?: boolean | undefined;
  /** Every policy has it applied again what is removed: a planted bug. */
  readonly driftLeaks?: boolean | undefined;
  /** Of a whole run; missing: a scene of its own, under the bound of one source as it is without a policy. */
  readonly climate?: Climate;
}

const policiesFor = ({ leak = false, driftLeaks, climate }: SimBundleOptions): readonly string[] => [
  ...(driftLeaks === true ? POLICIES.map((text) => `${text}  on_drift: reapply\n`) : POLICIES),
  action(SHADOW_POLICY, leak ? 'enforce' : 'shadow', '"quiet" in event.tags', blockIp('30s')),
  limit,
  keep,
  ...(climate === undefined ? [] : [bound]),
  ...(climate?.has('long_ttl') === true ? [LONG_POLICY] : []),
  ...(climate?.has('rate_limits') === true ? [RATE] : []),
  ...(climate?.has('reapply') === true ? AGAIN_POLICIES : []),
];

/** The signed bundle of the runs; the keys are made once. */
export const simBundle = (options: SimBundleOptions = {}) => {
  keys ??= aKeyPair();
  const { files, trusted } = aBundle(policiesFor(options), { keys, approvals: APPROVED });
  return { files, keys, statement: trusted.statement };
};

/** The bundle that follows on `simBundle`, without one of its policies. */
export const nextBundle = (options: SimBundleOptions = {}) => {
  const { keys: signing, statement: before } = simBundle(options);
  const policies = policiesFor(options).filter((text) => !text.includes(`id: ${WITHDRAWN_POLICY},`));
  const { files, trusted } = aBundle(policies, {
    keys: signing,
    version: 2,
    prev: statementDigest(before),
    approvals: APPROVED,
  });
  return { files, keys: signing, statement: trusted.statement };
};

const HOSTS = 20;

export const simInventory: readonly InventoryItem[] = [
  { type: 'subnet', value: '10.0.0.0/24', origin: 'file' },
  ...Array.from({ length: HOSTS }, (_, index): InventoryItem => ({
    type: 'host',
    value: `h${index}`,
    addresses: [`10.0.0.${index + 1}`],
    ...(RESOLVERS.has(`h${index}`) ? { tags: ['resolver'] } : {}),
    origin: 'file',
  })),
];

const KINDS = ['ioc', 'ioc', 'brute', 'isolate', 'isolate', 'isolate', 'ask', 'twice', 'quiet', 'none'] as const;

const kindsFor = (climate: Climate): ReadonlyArray<(typeof KINDS)[number] | 'long' | 'both' | 'again'> => [
  ...KINDS,
  ...(climate.has('long_ttl') ? (['long', 'long'] as const) : []),
  ...(climate.has('several_acts') ? (['both', 'both', 'both'] as const) : []),
  ...(climate.has('reapply') ? (['again', 'again', 'again', 'again'] as const) : []),
];

/** An event that asks to isolate one of the hosts. */
export const isolation = (host: string, id: string, at: number): ReceivedEvent =>
  received({
    event_id: id,
    timestamp: iso(EPOCH + at),
    source: {},
    src_host: host,
    tags: ['ransomware'],
    severity: 'critical',
  });

/** An event that asks to block an address. */
export const blocking = (ip: string, id: string, at: number): ReceivedEvent =>
  received({
    event_id: id,
    timestamp: iso(EPOCH + at),
    source: { ip },
    rule: { id: 'r1', origin: 'known_ioc' },
  });

/** A random event of one of the kinds that the policies know, at a moment in ms of true time. */
export const randomEvent = (dice: Dice, id: string, at: number, climate: Climate = USUAL): ReceivedEvent => {
  const kind = dice.pick(kindsFor(climate));
  const ip = `203.0.113.${dice.whole(1, 3)}`;
  const timestamp = iso(EPOCH + at);
  const base = { event_id: id, timestamp, source: { ip } };
  switch (kind) {
    case 'ioc':
      return blocking(ip, id, at);
    case 'brute':
      return received({ ...base, rule: { id: 'r2', origin: 'brute_force' } });
    case 'isolate':
      return isolation(`h${dice.whole(0, 5)}`, id, at);
    case 'long':
      return received({ ...base, tags: ['long'] });
    case 'both':
      return received({
        ...base,
        src_host: `h${dice.whole(0, 5)}`,
        tags: ['ransomware'],
        rule: { id: 'r1', origin: 'known_ioc' },
      });
    case 'again':
      return received({ ...base, ...(dice.chance(0.4) ? { src_host: `h${dice.whole(0, 5)}` } : {}), tags: ['again'] });
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

/** What a source that repeats itself with newer data says of the same finding later. */
export const updateOf = (first: ReceivedEvent, at: number, dice: Dice): ReceivedEvent => {
  const { tags = [], ...event } = first.event;
  const newer = received({
    ...event,
    timestamp: iso(EPOCH + at),
    severity: dice.pick(['medium', 'high', 'critical']),
    confidence: dice.pick([0.6, 0.9, 0.95]),
    ...(dice.chance(0.3) ? { rule: { id: 'r1', origin: 'known_ioc' } } : {}),
    tags: dice.chance(0.2) ? [...tags, 'ask'] : tags,
  });
  const state = dice.chance(0.15) ? (['completed', 'acknowledged'] as const)[dice.whole(0, 1)] : undefined;
  const digest = `${newer.digest} ${state ?? ''}`;
  return { ...newer, digest, repetition: 'update', ...(state === undefined ? {} : { source_state: state }) };
};
