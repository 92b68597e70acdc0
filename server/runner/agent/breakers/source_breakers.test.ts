import { BREAKER_RULES, breakerScene, type BreakerScene } from '../../../../test/builders/breaker_scene';
import { received } from '../../../../test/builders/events';
import { rolledOut, rolloutScene, type RolloutScene } from '../../../../test/builders/rollout_scene';
import { aDecision, anAct } from '../../../../test/builders/views';
import { START, utcAt } from '../../../../test/builders/undoing';
import type { Label } from '../../../../common/flow/feedback';
import type { Intake } from '../../../../common/flow/intake';
import { iso } from '../../../../common/iso';
import { withoutStopsAt } from '../../keeping/kinds/gate_breakers';
import { SourceBreakers } from './source_breakers';

/* Which sources are stopped by their breakers. */

const DAY_MS = 86_400_000;
const SIEM: Intake = { type: 'webhook', id: 'siem' };
const SCOPE = 'source:webhook:siem';

let scene: RolloutScene;
let room: BreakerScene;
let breakers: SourceBreakers;
let made: number;
const begin = (
  source: { overridden_percent: number; acts: number } | undefined = { overridden_percent: 20, acts: 10 },
) => {
  scene?.end();
  made = 0;
  scene = rolloutScene(rolledOut());
  const ports = { ...scene.room.basics, evidence: scene.evidence };
  room = breakerScene(ports, source === undefined ? BREAKER_RULES : { ...BREAKER_RULES, source });
  breakers = new SourceBreakers({ ...ports, ...room });
};
beforeEach(() => begin());
afterEach(() => scene.end());

const CRITICAL = { ...anAct().target, type: 'ip', known: true, criticality: 'critical' } as const;

interface Acted {
  readonly intake?: Intake;
  /** Each by a policy of its own, unless said. */
  readonly policy?: string;
  readonly label?: Label;
  readonly atMs?: number;
  readonly critical?: true;
  readonly shadow?: boolean;
}

/** One case of a source that came to an act. */
const acted = ({ intake = SIEM, policy, label, atMs = 0, critical, shadow = false }: Acted = {}): void => {
  made += 1;
  const [case_id, at] = [`case:${made}`, utcAt(atMs)];
  const id = policy ?? `p-${made}`;
  const decision = aDecision({
    decision_id: `decision-${made}`,
    case_id,
    decided_at: at,
    acts: [anAct({ shadow, policy: { ...anAct().policy, id, hash: `${id}-hash` } })],
    ...(critical && { inputs: { ...aDecision().inputs, assets: [CRITICAL] } }),
  });
  const event = received({ rule: { id: `rule-${made}` } }, { intake });
  scene.room.evidence.append([{ family: 'decisions', id: decision.decision_id, at, body: { event, decision } }]);
  if (label === undefined) return;
  const feedback = { feedback_id: `f${made}`, decision_id: decision.decision_id, case_id, label, at, by: 'ann' };
  scene.room.evidence.append([{ family: 'feedback', id: feedback.feedback_id, at, body: { event, feedback } }]);
};

/** Acts at once each second, the later ones wrong. */
const acts = (right: number, wrong: number, more: Acted = {}): void => {
  const all = right + wrong;
  for (let n = 0; n < all; n += 1)
    acted({ atMs: n - all, ...(n >= right ? { label: 'false_positive' as const } : {}), ...more });
};

const judge = async (): Promise<void> => {
  await scene.room.wait(10_000);
  await scene.room.run(breakers.round());
};
const stopped = (): readonly string[] => room.gate.stops.map(({ scope }) => scope);

describe('the breaker of a source', () => {
  it.each<[note: string, right: number, wrong: number, trips: boolean]>([
    ['trips where clearly too many of its acts were overridden, each of another policy', 4, 6, true],
    ['does not while there are too few to tell', 3, 6, false],
    ['does not at its limit', 40, 10, false],
    ['does not where nobody said anything', 20, 0, false],
  ])('%s', async (_note, right, wrong, trips) => {
    acts(right, wrong);
    await judge();
    expect(stopped()).toEqual(trips ? [SCOPE] : []);
  });

  it('says how many, since when it got worse, and that a person resets it', async () => {
    acts(20, 16);
    await judge();
    expect(room.orderOf(SCOPE)).toMatchObject({
      who: 'reflex breaker',
      why: 'people overrode 16 of the 36 acts that came of it (36 causes): clearly more than 20 %',
      breaker: { wrong: 16, of: 36, since: utcAt(-16), round: 1 },
    });
    expect(room.orderOf(SCOPE)?.breaker.wait_ms).toBeUndefined();
  });

  it('stops the one that is wrong and no other', async () => {
    acts(0, 12);
    acts(12, 0, { intake: { type: 'webhook', id: 'edr' } });
    acts(0, 12, { intake: { type: 'kafka', id: 'siem' } });
    await judge();
    expect([...stopped()].sort()).toEqual(['source:kafka:siem', SCOPE]);
  });

  it('takes what asks with a token for the webhook that has it', async () => {
    acts(0, 6);
    acts(0, 6, { intake: { type: 'asker', id: 'siem' } });
    await judge();
    expect([stopped(), room.orderOf(SCOPE)?.breaker.of]).toEqual([[SCOPE], 12]);
  });

  it('trips on the first overridden act on a critical asset', async () => {
    acted({ critical: true, label: 'false_positive' });
    await judge();
    expect(room.orderOf(SCOPE)?.why).toContain('1 of them on a critical asset');
  });

  it('counts no act in shadow, and none of a person', async () => {
    acts(0, 12, { shadow: true });
    acts(0, 12, { intake: { type: 'analyst', id: 'ann' } });
    await judge();
    expect(stopped()).toEqual([]);
  });

  it.each([
    ['at 100 %', { overridden_percent: 100, acts: 10 }],
    ['without a rule', undefined],
  ])('never trips %s', async (_note, rule) => {
    scene.end();
    begin(rule);
    if (rule === undefined)
      breakers = new SourceBreakers({
        ...scene.room.basics,
        ...room,
        evidence: scene.evidence,
        breakers: { ...room.breakers, rules: BREAKER_RULES },
      });
    acts(0, 20, { critical: true });
    await judge();
    expect(stopped()).toEqual([]);
  });

  it('looks back seven days', async () => {
    acted({ critical: true, label: 'false_positive', atMs: -7 * DAY_MS });
    await judge();
    expect(stopped()).toEqual([]);
  });

  it('counts anew once it was reset', async () => {
    acted({ critical: true, label: 'false_positive' });
    await judge();
    const order = room.orderOf(SCOPE);
    if (!order) throw new Error('it did not trip');
    room.gate = withoutStopsAt(room.gate, [order], iso(scene.room.basics.clock.utc()));
    acted({ label: 'true_positive' });
    await judge();
    expect(stopped()).toEqual([]);
    acted({ critical: true, label: 'false_positive', atMs: scene.room.basics.clock.utc() - START });
    await judge();
    expect(stopped()).toEqual([SCOPE]);
  });

  it('is judged by one agent, and only when somebody said something since', async () => {
    acted({ critical: true, label: 'false_positive' });
    room.livePeers = ['a session before mine'];
    await judge();
    expect(stopped()).toEqual([]);
    room.livePeers = [];
    await judge();
    expect(stopped()).toEqual([SCOPE]);
    const find = jest.spyOn(scene.evidence, 'find');
    await judge();
    expect(find.mock.calls.map(([{ family }]) => family)).toEqual(['audit', 'feedback']);
  });
});
