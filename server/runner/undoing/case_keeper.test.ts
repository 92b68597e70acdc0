import type { Decision } from '../../../common/flow/decision';
import { aDecision, anAct } from '../../../test/builders/views';
import { caseScene, type CaseScene } from '../../../test/builders/case_scene';
import { aCase, aCaseAct, aCommand, ME, START, utcAt } from '../../../test/builders/undoing';
import type { CaseContent } from '../keeping/kinds/case';
import { effectId } from '../keeping/kinds/effect';

/* What a session does with its own cases until they are closed. */

/** Something that is due is seen within this, ms. */
const SOON = 300;

let scene: CaseScene;
beforeEach(() => {
  scene = caseScene();
});
afterEach(() => scene.end());

const act = anAct({ connector: 'edge', policy: aCommand().policy });
const decision = (overrides: Partial<Decision> = {}): Decision => {
  const { next_review_at: _review, ...rest } = aDecision({
    case_id: 'case:c1',
    acts: [act],
    bundle: { version: 1, digest: 'digest-1', key_id: 'k' },
  });
  return { ...rest, ...overrides };
};
const BEFORE = decision({ decision_id: 'before' });
const LEARNED = decision({ decision_id: 'after', verdict: 'learn', acts: [] });
const open = (overrides: Partial<CaseContent>) => aCase('case:c1', { decision: BEFORE, ...overrides });
const held = (dueMs: number | undefined) =>
  open({ state: 'held', acts: [], ...(dueMs === undefined ? {} : { due: utcAt(dueMs) }) });

describe('a case that is held', () => {
  const waits = (dueMs: number) =>
    open({
      state: 'held',
      decision: aDecision({ acts: [{ ...anAct(), act_id: 'act-1', action: 'block_ip', connector: null }] }),
      acts: [
        aCaseAct({
          status: 'held',
          stopped: { kind: 'stopped', reason: 'target_busy', then: 'hold', text: 'busy' },
        }),
      ],
      due: utcAt(dueMs),
    });

  it.each<[note: string, meanwhile: (id: string) => void, looks: number]>([
    ['waits out its pause while its target is busy', () => undefined, 0],
    ['is decided at once when the effect in its way ends', (id) => scene.keeper.effectEnded(id), 1],
    ['goes on waiting when another effect ends', () => scene.keeper.effectEnded('effect:other'), 0],
    ['is decided at once when another bundle is in force', () => scene.keeper.nudgeAll(), 1],
    ['is decided at once when somebody asks for it', () => scene.keeper.nudge('case:c1'), 1],
  ])('%s', async (_note, meanwhile, looks) => {
    const content = waits(200_000);
    const { action, target } = content.decision?.acts[0] ?? anAct();
    scene.watch(content);
    await scene.wait(60_000);
    meanwhile(effectId('edge', action, target));
    await scene.wait(60_000);
    expect(scene.asked).toHaveLength(looks);
  });

  it('waits for no longer than 5 min, whatever clock its due was written by', async () => {
    scene.watch(waits(86_400_000));
    await scene.wait(298_000);
    expect(scene.asked).toHaveLength(0);
    await scene.wait(33_000);
    expect(scene.asked).not.toHaveLength(0);
  });

  it('is not decided again while nothing may start, is not looked at more than it helps, and is once something may', async () => {
    scene.standstill = 'this session has no permit';
    scene.watch(waits(1_000));
    const reads = jest.spyOn(scene.room.port.store, 'getMany');
    await scene.wait(20_000);
    // Each two seconds, and not each: a stop may last, and ten thousand cases may wait for its end.
    expect(reads.mock.calls.filter(([ids]) => ids.includes('case:c1')).length).toBeLessThanOrEqual(10);
    expect(scene.asked).toEqual([]);
    scene.standstill = undefined;
    await scene.wait(2_200);
    expect(scene.asked).toHaveLength(1);
  });

  it('is decided again when its time has come, and not before', async () => {
    scene.decides = LEARNED;
    scene.watch(held(5_000));
    await scene.wait(4_900);
    expect(scene.asked).toEqual([]);
    await scene.wait(SOON);
    expect(scene.asked).toEqual([['case:c1', { predecessor: 'before', review: undefined }]]);
    expect(scene.caseOf()).toMatchObject({ state: 'decided', decision: { decision_id: 'after' } });
    expect(scene.keeper.size).toBe(0);
  });

  it.each<[note: string, content: CaseContent]>([
    ['has no time', held(undefined)],
    [
      'was only held because a target was busy',
      open({ state: 'held', acts: [aCaseAct({ status: 'held' })], due: utcAt(90_000) }),
    ],
    [
      'was accepted without a bundle, and its time has come',
      aCase('case:c1', { state: 'accepted', acts: [], due: utcAt(0) }),
    ],
  ])('is decided again at the next look where it %s', async (_note, content) => {
    scene.decides = LEARNED;
    scene.watch(content);
    scene.keeper.nudge('case:c1');
    await scene.wait(SOON);
    expect(scene.asked).toHaveLength(1);
  });

  it('is left as it is where somebody only looks before its time', async () => {
    scene.decides = LEARNED;
    scene.watch(held(20_000));
    scene.keeper.nudge('case:c1');
    await scene.wait(19_900);
    expect(scene.asked).toEqual([]);
    await scene.wait(SOON);
    expect(scene.asked).toHaveLength(1);
  });

  it('is due at the very moment that it says', async () => {
    scene.decides = LEARNED;
    // It is read within 1 ms of the look at 5 s.
    scene.watch(held(5_001));
    await scene.wait(4_950);
    scene.keeper.nudge('case:c1');
    await scene.wait(100);
    expect(scene.asked).toHaveLength(1);
  });

  it('is looked at after 30 s where it has no time, and not before', async () => {
    scene.decides = LEARNED;
    scene.watch(held(undefined));
    await scene.wait(29_900);
    expect(scene.asked).toEqual([]);
    await scene.wait(SOON);
    expect(scene.asked).toHaveLength(1);
  });

  it('is looked at just as soon where its sender repeats its event meanwhile', async () => {
    scene.decides = LEARNED;
    scene.watch(held(undefined));
    for (let repeats = 0; repeats < 14; repeats += 1) {
      await scene.wait(2_000);
      scene.keeper.meet(held(undefined));
    }
    await scene.wait(2_000 + SOON);
    expect(scene.asked).toHaveLength(1);
  });

  it('is decided at once where its first write was not answered, so that nobody has decided it yet', async () => {
    scene.decides = LEARNED;
    const { decision: _none, ...blank } = held(undefined);
    scene.room.putCase(blank);
    scene.keeper.meet(blank);
    await scene.wait(SOON);
    expect(scene.asked).toHaveLength(1);
  });

  it('is looked at within 30 s, whatever a wrong clock wrote into it', async () => {
    scene.watch(held(10 * 86_400_000));
    await scene.wait(29_900);
    scene.room.putCase(open({ state: 'held', acts: [], due: utcAt(0) }));
    expect(scene.asked).toEqual([]);
    await scene.wait(SOON);
    expect(scene.asked).toHaveLength(1);
  });

  it.each<[note: string, limp: () => void]>([
    ['no bundle is in force', () => void (scene.bundle = undefined)],
    ['the role to decide is missing', () => void (scene.room.session.roles = ['intake', 'act', 'undo'])],
  ])('belongs to whoever can decide it while %s', async (_note, limp) => {
    limp();
    scene.watch(held(0));
    await scene.wait(10_000);
    expect(scene.asked).toHaveLength(1);
    expect([scene.caseOf()?.state, scene.keeper.size]).toEqual(['held', 0]);
    expect(scene.room.fake.get(held(0).received.case_id)?.owner).toBe('released');
  });

  it.each<[note: string, roles: readonly string[], bundle: string | undefined, owner: string]>([
    ['is taken over by an agent that decides and acts', ['decide', 'act'], 'digest-1', ME],
    ['is left by an agent that does not decide', ['intake', 'act', 'undo'], 'digest-1', 'released'],
    ['is left by an agent that does not act', ['intake', 'decide'], 'digest-1', 'released'],
    ['is left by an agent without a bundle', ['decide', 'act'], undefined, 'released'],
  ])('and belongs to nobody %s', async (_note, roles, bundle, owner) => {
    Object.assign(scene, { bundle });
    scene.room.session.roles = roles;
    scene.decides = decision({ verdict: 'hold', acts: [], next_review_at: utcAt(60_000) });
    scene.room.putCase(held(0), 'released');
    await scene.wait(5_000);
    expect(scene.room.fake.get(held(0).received.case_id)?.owner).toBe(owner);
  });

  it('stays in care where the new decision holds it again', async () => {
    scene.decides = decision({ verdict: 'hold', acts: [], next_review_at: utcAt(60_000) });
    scene.watch(held(0));
    await scene.wait(2_000);
    expect([scene.caseOf()?.state, scene.keeper.size, scene.asked.length]).toEqual(['held', 1, 1]);
  });

  it.each<[note: string, review: Partial<Decision>]>([
    ['', { next_review_at: utcAt(20_000) }],
    [', and stays in care where that is not reviewed', {}],
  ])('is acted upon where the new decision permits that%s', async (_note, review) => {
    scene.decides = decision({ decision_id: 'after', ...review });
    scene.watch(held(0));
    await scene.wait(SOON);
    expect(scene.executed).toEqual(['executes effect:', 'executed effect:']);
    expect(scene.caseOf()).toMatchObject({ state: 'applying', claims: 2, acts: [{ status: 'applying' }] });
    expect(scene.keeper.size).toBe(1);
  });
});

describe('a case in care', () => {
  it.each<[note: string, change: () => void]>([
    ['is another session’s by now', () => scene.room.putCase(held(0), 'another')],
    [
      'is not in the state any more',
      () => {
        const doc = scene.room.fake.get('case:c1');
        if (doc) scene.room.fake.remove(doc.id, doc.version);
      },
    ],
  ])('is dropped where it %s', async (_note, change) => {
    scene.decides = LEARNED;
    scene.watch(held(1_000));
    change();
    await scene.wait(1_500);
    expect([scene.keeper.size, scene.asked]).toEqual([0, []]);
  });

  it('is looked at again after a failure of the store', async () => {
    scene.decides = LEARNED;
    scene.watch(held(0));
    scene.room.port.away = true;
    await scene.wait(500);
    scene.room.port.away = false;
    await scene.wait(1_500);
    expect(scene.caseOf()?.state).toBe('decided');
  });

  it('comes into care when somebody points at it', async () => {
    scene.decides = LEARNED;
    scene.room.putCase(held(0));
    scene.keeper.nudge('case:c1');
    expect(scene.keeper.size).toBe(1);
    await scene.wait(SOON);
    expect(scene.asked).toHaveLength(1);
  });
});

describe('a case that waits for a person', () => {
  const waiting = (overrides: Partial<CaseContent> = {}) =>
    open({
      state: 'waiting',
      acts: [aCaseAct({ status: 'waiting', command_id: undefined, effect_id: undefined })],
      due: utcAt(20_000),
      ...overrides,
    });

  it('lapses when nobody decided in time, and not before', async () => {
    scene.watch(waiting());
    await scene.wait(19_900);
    expect(scene.caseOf()?.state).toBe('waiting');
    await scene.wait(SOON);
    const [lapsed] = scene.caseOf()?.acts ?? [];
    expect(lapsed).toMatchObject({ status: 'expired', resolution: { verb: 'expired', by: 'reflex' } });
    expect(Date.parse(lapsed?.resolution?.at ?? '') - START).toBeGreaterThanOrEqual(20_000);
    expect([scene.caseOf()?.state, scene.caseOf()?.due, scene.keeper.size]).toEqual(['decided', undefined, 0]);
    expect(scene.asked).toEqual([]);
  });

  it('waits on while the same bundle is in force', async () => {
    scene.decides = LEARNED;
    scene.watch(waiting());
    scene.keeper.nudgeAll();
    await scene.wait(5_000);
    expect([scene.asked, scene.caseOf()?.state, scene.keeper.size]).toEqual([[], 'waiting', 1]);
  });

  it.each<[note: string, bundle: string | undefined, content: CaseContent]>([
    ['no bundle is in force', undefined, waiting()],
    ['it was never decided', 'digest-2', waiting({ decision: undefined })],
  ])('waits on while %s', async (_note, bundle, content) => {
    scene.bundle = bundle;
    scene.decides = LEARNED;
    scene.watch(content);
    scene.keeper.nudgeAll();
    await scene.wait(5_000);
    expect([scene.asked, scene.keeper.size]).toEqual([[], 1]);
  });

  it('is decided again under another bundle: a denial closes it', async () => {
    scene.bundle = 'digest-2';
    scene.decides = decision({ decision_id: 'after', verdict: 'deny', acts: [{ ...act, result: 'deny' }] });
    scene.watch(waiting());
    scene.keeper.nudgeAll();
    await scene.wait(SOON);
    expect(scene.asked).toEqual([['case:c1', { predecessor: 'before', review: undefined }]]);
    expect(scene.caseOf()).toMatchObject({ state: 'decided', acts: [{ status: 'denied' }] });
    expect(scene.keeper.size).toBe(0);
  });

  it('never acts because another bundle would permit it', async () => {
    scene.bundle = 'digest-2';
    scene.decides = decision({ decision_id: 'after' });
    scene.watch(waiting());
    scene.keeper.nudgeAll();
    await scene.wait(5_000);
    expect(scene.caseOf()).toMatchObject({ state: 'waiting', acts: [{ status: 'waiting' }], due: utcAt(20_000) });
    expect(scene.executed).toEqual([]);
  });

  it('lapses under another bundle, too', async () => {
    scene.watch(waiting());
    scene.bundle = 'digest-2';
    await scene.wait(21_000);
    expect([scene.asked, scene.caseOf()?.acts[0]?.status]).toEqual([[], 'expired']);
  });
});

describe('a case that is decided', () => {
  it('is closed where it has no review to come', async () => {
    scene.decides = LEARNED;
    scene.watch(open({ state: 'decided' }));
    scene.keeper.nudge('case:c1');
    await scene.wait(2_000);
    expect([scene.keeper.size, scene.asked]).toEqual([0, []]);
  });
});
