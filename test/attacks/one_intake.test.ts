import fc from 'fast-check';
import type { DetectionEvent, ReceivedEvent } from '../../common/flow/event';
import { iso } from '../../common/iso';
import { NOTHING_OWN } from '../../server/engine/brakes/own_machine';
import { INITIAL_WEIGHTS, modelOf } from '../../server/engine/decision/model';
import { EVERYTHING_GRANTED, saidOnWire, voiceOf } from '../../server/engine/intake/voice';
import type { CompiledBundle } from '../../server/engine/policy/compiled';
import type { ShiftParts } from '../../server/runner/agent/parts';
import { sessionWork, type SessionWork } from '../../server/runner/agent/session_work';
import { ConnectorSights } from '../../server/runner/facts/connector_sights';
import { AskedBook } from '../../server/runner/executing/asked_book';
import { LedgerSights } from '../../server/runner/executing/ledger_sights';
import { processEvent } from '../../server/runner/executing/process_event';
import { HistoryBook } from '../../server/runner/facts/history';
import { Inventory, InventoryKeeper } from '../../server/runner/facts/inventory';
import { PeopleBook } from '../../server/runner/facts/people_here';
import { WordBook } from '../../server/runner/facts/words';
import type { InventoryItem } from '../../server/runner/ports';
import { brakeRulesOf } from '../../server/runner/trust/bundle_keeper';
import { readStarterSet, starterFolder } from '../../server/wiring/starter_set';
import { randomRuns } from '../builders/random_runs';
import { allOn, received } from '../builders/events';
import { compiled } from '../builders/policies';
import { undoRoom, type Room } from '../builders/undo_room';

/*
 * X27, INV-14: somebody owns one source wholly. An admin believes all that it says; it chooses what it reports, in
 * which order and when, to do the most harm. Whatever policies are in force, no machine acts on a critical asset for
 * it, and no more acts start within an hour than are stated.
 */

const HOUR_MS = 3_600_000;
const MOST_AN_HOUR = 100;

const ITEMS: readonly InventoryItem[] = [
  { type: 'subnet', value: '10.0.1.0/24', origin: 'file' },
  { type: 'subnet', value: '10.0.2.0/24', origin: 'file' },
  { type: 'host', value: 'db01', addresses: ['10.0.1.5'], criticality: 'critical', origin: 'file' },
  { type: 'user', value: 'svc-pay', criticality: 'critical', groups: ['service'], origin: 'file' },
  ...Array.from({ length: 400 }, (_, n): InventoryItem => ({
    type: 'host',
    value: `ws-${n}`,
    addresses: [`10.0.2.${n % 250}`],
    criticality: 'low',
    origin: 'file',
  })),
  ...Array.from({ length: 400 }, (_, n): InventoryItem => ({ type: 'user', value: `u${n}`, origin: 'file' })),
];
/** What the attacker must not reach: by every spelling, and what nobody listed beside it. */
const CRITICAL = /db01|10\.0\.1\.|svc-pay|new-host|nobody\.knows|10\.0\.0\.0\/16/i;

let room: Room;
let work: SessionWork;
let over: boolean;
/** What was ordered, at which moment. */
let orders: Array<{ readonly at: number; readonly target: string }>;

const begin = (bundle: CompiledBundle): void => {
  const actions = ['block_ip', 'block_domain', 'isolate_host', 'disable_user', 'quarantine_file', 'kill_process'];
  room = undoRoom({ actions: [...actions, 'revoke_sessions'] });
  over = false;
  orders = [];
  const { connector } = room.target;
  const { execute } = connector;
  Object.assign(connector, {
    execute: (...call: Parameters<typeof execute>) => {
      const [{ target }] = call;
      orders.push({ at: room.scheduler.now, target: `${target.value} ${target.host ?? ''}` });
      return execute(...call);
    },
  });
  const inventory = new InventoryKeeper(room.basics.clock.monotonic);
  inventory.replace(new Inventory('v1', ITEMS), true);
  work = sessionWork({
    ...room,
    ...room.basics,
    store: room.port.store,
    session: room.session.port,
    bundles: { active: bundle, brakeRules: (now: number) => brakeRulesOf(bundle, now) },
    model: () => modelOf(INITIAL_WEIGHTS),
    engineDigest: 'engine',
    inventory,
    history: new HistoryBook(),
    own: NOTHING_OWN,
    people: new PeopleBook(room.basics.clock),
    switches: allOn,
    words: new WordBook(),
    ledgerSights: new LedgerSights(),
    connectorSights: new ConnectorSights(room.basics.clock),
    asked: new AskedBook(room.basics.clock),
    rollouts: { isStopped: () => false },
    suspensions: { holds: () => false },
    clockTrusted: () => true,
    diskTrouble: () => undefined,
    retry: { attempts: 1, firstPauseMs: 200, longestPauseMs: 1_000, deadlineMs: 60_000 },
  } as unknown as ShiftParts);
  for (const keeper of [work.effects, work.cases, work.ledgers, work.kept]) void keeper.run(() => over);
};
afterEach(() => {
  over = true;
});

let cases = 0;
/** An event of the one source; an admin gave it a domain and believes everything that it says. */
const report = (says: Partial<DetectionEvent>): ReceivedEvent => {
  cases += 1;
  const whole = received({ event_id: `evil-${cases}`, timestamp: iso(room.basics.clock.utc()), ...says });
  const grant = { ...EVERYTHING_GRANTED, grant: { ...EVERYTHING_GRANTED.grant, domain: 'endpoint' as const } };
  return { ...whole, voice: voiceOf(whole.event, saidOnWire, grant) };
};
const send = async (events: ReadonlyArray<Partial<DetectionEvent>>): Promise<void> => {
  await room.run(Promise.all(events.map((says) => processEvent(work.processing, report(says), work.hooks))));
};

const mostInAnHour = (): number =>
  Math.max(0, ...orders.map(({ at }) => orders.filter((each) => each.at >= at && each.at < at + HOUR_MS).length));
const onCritical = (): readonly string[] =>
  orders.map(({ target }) => target).filter((target) => CRITICAL.test(target));

const host = fc.oneof(
  fc.constantFrom('db01', 'DB01', 'db01.corp.example', '10.0.1.5', 'new-host'),
  fc.nat(399).map((n) => `ws-${n}`),
);
const user = fc.oneof(
  fc.constantFrom('svc-pay', 'CORP\\svc-pay', 'nobody.knows'),
  fc.nat(399).map((n) => `u${n}`),
);
const address = fc.oneof(
  fc.constantFrom('10.0.1.5', '10.0.1.77', '::ffff:10.0.1.5'),
  fc.nat(5_000).map((n) => `198.51.${n >> 8}.${n & 255}`),
);
const saying: fc.Arbitrary<Partial<DetectionEvent>> = fc.record({
  severity: fc.constantFrom('high' as const, 'critical' as const),
  confidence: fc.constantFrom(0.86, 0.99, 1),
  source: fc.oneof(
    fc.constant({}),
    address.map((ip) => ({ ip })),
  ),
  src_host: host,
  user: user.map((name) => ({ name })),
  rule: fc.constantFrom(
    { id: 'r1', origin: 'known_ioc', status: 'stable' },
    { id: 'r2', origin: 'brute_force' },
    { id: 'r3', origin: 'ransomware' },
  ),
  tags: fc.subarray([
    'ransomware',
    'lateral_movement',
    'c2',
    'phishing',
    'domain:network',
    'credential_access',
    'exploit',
  ]),
});
/** What is said together, and how long the attacker waits afterwards. */
const campaign = fc.array(
  fc.record({ events: fc.array(saying, { minLength: 1, maxLength: 60 }), pauseMs: fc.constantFrom(0, 5_000, 120_000) }),
  { minLength: 2, maxLength: 6 },
);

const proposing = (id: string, action: string, target: string, when: string): string => `apiVersion: reflex/v1
kind: Policy
metadata: { id: ${id}, title: acts at once, owner: soc }
spec:
  layer: action
  mode: enforce
  when: '${when}'
  then: { action: ${action}, target: { ${target} }, ttl: 10m }
  rollback: { action: ${action === 'block_ip' ? 'unblock_ip' : action === 'isolate_host' ? 'release_host' : 'enable_user'} }
`;
const ACTS = [
  { action: 'block_ip', target: 'ip: event.source.ip' },
  { action: 'isolate_host', target: 'host: event.src_host' },
  { action: 'disable_user', target: 'user: event.user.name' },
];
const WHENS = ['true', 'event.confidence > 0.5', 'event.severity == "critical"', '"ransomware" in event.tags'];
/** Policies that nobody thought through: they act on whatever is said. */
const recklessSet = fc
  .array(fc.record({ act: fc.constantFrom(...ACTS), when: fc.constantFrom(...WHENS) }), { minLength: 1, maxLength: 5 })
  .map((all) => all.map(({ act, when }, n) => proposing(`p-${n}`, act.action, act.target, when)));

type Step = typeof campaign extends fc.Arbitrary<ReadonlyArray<infer Each>> ? Each : never;

const attack = async (bundle: CompiledBundle, steps: readonly Step[]): Promise<void> => {
  begin(bundle);
  await room.wait(1_500);
  for (const { events, pauseMs } of steps) {
    await send(events);
    await room.wait(1_000 + pauseMs);
  }
  over = true;
};

describe('whoever owns one source', () => {
  it('moves nothing against a critical asset and keeps to the stated number, under the starter set', async () => {
    const starter = await readStarterSet(starterFolder() ?? '', false);
    const bundle = compiled(starter.map(({ source }) => source));
    let acted = 0;
    await fc.assert(
      fc.asyncProperty(campaign, async (steps) => {
        await attack(bundle, steps);
        acted += orders.length;
        expect([onCritical(), mostInAnHour() <= MOST_AN_HOUR]).toEqual([[], true]);
      }),
      { numRuns: randomRuns(6) },
    );
    expect(acted).toBeGreaterThan(0);
  });

  it('does so under policies that nobody thought through', async () => {
    let most = 0;
    await fc.assert(
      fc.asyncProperty(recklessSet, campaign, async (policies, steps) => {
        await attack(compiled(policies), steps);
        most = Math.max(most, mostInAnHour());
        expect([onCritical(), mostInAnHour() <= MOST_AN_HOUR]).toEqual([[], true]);
      }),
      { numRuns: randomRuns(10) },
    );
    expect(most).toBeGreaterThan(10);
  });

  const flood = (from: number, many: number) =>
    Array.from({ length: many }, (_, n) => ({ src_host: `ws-${from + n}`, source: {} }));
  const ISOLATE = proposing('p-0', 'isolate_host', 'host: event.src_host', 'true');

  it('starts as many as stated and no more, however much it reports', async () => {
    begin(compiled([ISOLATE]));
    await room.wait(1_500);
    await send(flood(0, 150));
    await room.wait(10_000);
    expect(orders).toHaveLength(MOST_AN_HOUR);
  });

  it('starts more once the time has passed, where a policy allows fewer in a shorter one', async () => {
    const few = `apiVersion: reflex/v1
kind: Policy
metadata: { id: few, title: few acts of one source, owner: soc }
spec:
  layer: global
  mode: enforce
  starts_of_one_intake: { max_count: 10, within: 10m }
`;
    begin(compiled([ISOLATE, few]));
    await room.wait(1_500);
    await send(flood(0, 15));
    await room.wait(9 * 60_000);
    expect(orders).toHaveLength(10);
    await room.wait(2 * 60_000);
    await send(flood(200, 15));
    await room.wait(5_000);
    expect(orders).toHaveLength(20);
  });
});
