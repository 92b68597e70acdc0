import { BREAKER_RULES, breakerScene, type BreakerScene } from '../../../../test/builders/breaker_scene';
import { compiled } from '../../../../test/builders/policies';
import { rolledOut, rolloutScene, type Recorded, type RolloutScene } from '../../../../test/builders/rollout_scene';
import { aCommand, START, utcAt } from '../../../../test/builders/undoing';
import { withoutStopsAt } from '../../keeping/kinds/gate_breakers';
import { iso } from '../../../../common/iso';
import { PolicyBreakers } from './policy_breakers';

/* Which acts of policies trip their breakers. */

const DAY_MS = 86_400_000;
const SCOPE = 'policy:block-rolled';
const WRONG = { label: 'false_positive' } as const;

const plain = (mode = 'enforce') =>
  compiled([
    `apiVersion: reflex/v1
kind: Policy
metadata: { id: block-rolled, title: Block what is told, owner: soc }
spec:
  layer: action
  mode: ${mode}
  when: '"told" in event.tags'
  then: { action: block_ip, target: { ip: event.source.ip }, ttl: 1m }
  rollback: { action: unblock_ip }
`,
  ]);

let scene: RolloutScene;
let room: BreakerScene;
let breakers: PolicyBreakers;
const begin = (bundle = plain(), overridden_percent = 20): void => {
  scene?.end();
  scene = rolloutScene(bundle);
  const ports = { ...scene.room.basics, evidence: scene.evidence };
  room = breakerScene(ports, { ...BREAKER_RULES, policy: { overridden_percent, acts: 10 } });
  const bundles = {
    get active() {
      return scene.bundle && { actions: scene.bundle.actions, bundle: { policies: [], statement: { version: 1 } } };
    },
  };
  breakers = new PolicyBreakers({ ...ports, ...room, bundles } as never);
};
beforeEach(() => begin());
afterEach(() => scene.end());

/** Judges now, 10 s after the last time. */
const judge = async (): Promise<void> => {
  await scene.room.wait(10_000);
  await scene.room.run(breakers.round());
};
/** Acts at once each second, the later ones wrong. */
const acts = (right: number, wrong: number, more: Partial<Recorded> = {}): void => {
  const all = right + wrong;
  for (let n = 0; n < all; n += 1) scene.record({ count: 1, atMs: n - all, ...(n >= right ? WRONG : {}), ...more });
};

describe('the breaker of a policy', () => {
  it.each<[note: string, right: number, wrong: number, trips: boolean]>([
    ['trips where clearly too many acts were overridden', 4, 6, true],
    ['does not while there are too few to tell', 3, 6, false],
    ['does not at its limit', 40, 10, false],
    ['does not where nobody said anything', 20, 0, false],
  ])('%s', async (_note, right, wrong, trips) => {
    acts(right, wrong);
    await judge();
    expect(room.orderOf(SCOPE) !== undefined).toBe(trips);
  });

  it('says how many, since when it got worse, and that a person resets it', async () => {
    acts(20, 16);
    await judge();
    const order = room.orderOf(SCOPE);
    expect(order).toMatchObject({
      who: 'reflex breaker',
      why: 'people overrode 16 of its 36 acts (36 causes): clearly more than 20 %',
      breaker: { wrong: 16, of: 36, since: utcAt(-16), round: 1 },
    });
    expect(order?.breaker.wait_ms).toBeUndefined();
    expect(room.notices).toMatchObject([{ event: 'tripped', scope: SCOPE }]);
    expect(room.notices[0]?.probe_at).toBeUndefined();
  });

  it('trips on the first overridden act on a critical asset', async () => {
    scene.record({ count: 1, critical: true, ...WRONG });
    await judge();
    expect(room.orderOf(SCOPE)?.why).toContain('1 of them on a critical asset');
  });

  it('counts what was lifted, and not what was denied: that had not been done', async () => {
    const say = (verb: string, more: object): void => {
      const body = { verb, by: 'ann', outcome: 'done', ...more };
      scene.room.evidence.append([{ family: 'audit', id: `${verb}-1`, at: utcAt(0), body }]);
    };
    scene.record({ count: 1, critical: true, caseId: 'case:x' });
    say('deny', { case_id: 'case:x' });
    await judge();
    expect(room.orderOf(SCOPE)).toBeUndefined();
    const command = { ...aCommand(), case_id: 'case:x' };
    scene.room.evidence.append([
      { family: 'actions', id: 'a1', at: utcAt(0), body: { command, effect_id: 'effect:x', state: 'claimed' } },
    ]);
    say('lift', { effect_id: 'effect:x' });
    await judge();
    expect(room.orderOf(SCOPE)).toBeDefined();
  });

  it('never trips at 100 %', async () => {
    begin(plain(), 100);
    scene.record({ count: 12, critical: true, ...WRONG });
    await judge();
    expect(room.orderOf(SCOPE)).toBeUndefined();
  });

  it.each([
    ['in shadow', plain('shadow')],
    ['in rollout, which has its own rule', rolledOut()],
  ])('is none for a policy %s', async (_note, bundle) => {
    begin(bundle);
    scene.record({ count: 1, critical: true, ...WRONG });
    await judge();
    expect(room.gate.stops).toEqual([]);
  });

  it('looks back seven days', async () => {
    scene.record({ count: 1, critical: true, atMs: -7 * DAY_MS, ...WRONG });
    await judge();
    expect(room.orderOf(SCOPE)).toBeUndefined();
  });

  it('counts anew once it was reset', async () => {
    scene.record({ count: 1, critical: true, ...WRONG });
    await judge();
    const order = room.orderOf(SCOPE);
    if (!order) throw new Error('it did not trip');
    room.gate = withoutStopsAt(room.gate, [order], iso(scene.room.basics.clock.utc()));
    // Somebody says something more, of something else.
    scene.record({ count: 1, label: 'true_positive' });
    await judge();
    expect(room.orderOf(SCOPE)).toBeUndefined();
    scene.record({ count: 1, critical: true, atMs: scene.room.basics.clock.utc() - START, ...WRONG });
    await judge();
    expect(room.orderOf(SCOPE)).toBeDefined();
  });

  it('is judged by one agent', async () => {
    scene.record({ count: 1, critical: true, ...WRONG });
    room.livePeers = ['a session before mine'];
    await judge();
    expect(room.orderOf(SCOPE)).toBeUndefined();
    room.livePeers = ['some session after mine'];
    await judge();
    expect(room.orderOf(SCOPE)).toBeDefined();
  });

  it('reads decisions only when somebody said something since', async () => {
    acts(20, 1);
    await judge();
    const find = jest.spyOn(scene.evidence, 'find');
    await judge();
    expect(find.mock.calls.map(([{ family }]) => family)).toEqual(['audit', 'feedback']);
    acts(0, 9);
    await judge();
    expect(find.mock.calls.some(([{ family }]) => family === 'decisions')).toBe(true);
  });
});
