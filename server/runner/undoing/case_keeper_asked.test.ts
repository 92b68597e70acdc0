import type { Decision } from '../../../common/flow/decision';
import { caseScene, type CaseScene } from '../../../test/builders/case_scene';
import { aCase, aCaseAct, aCommand, utcAt } from '../../../test/builders/undoing';
import { aDecision, anAct } from '../../../test/builders/views';
import type { CaseAct } from '../keeping/kinds/case';

/* What only the kill switch held, once somebody asked for it to be decided again. */

const SOON = 300;

let scene: CaseScene;
beforeEach(() => {
  scene = caseScene();
});
afterEach(() => scene.end());

const act = anAct({ connector: 'edge', policy: aCommand().policy });
const decision = (decision_id: string, overrides: Partial<Decision> = {}): Decision =>
  aDecision({
    case_id: 'case:c1',
    decision_id,
    acts: [act],
    bundle: { version: 1, digest: 'digest-1', key_id: 'k' },
    ...overrides,
  });

/** It waits for an hour. */
const held = (askedAt: number | undefined, caseAct: Partial<CaseAct> = {}) => {
  const waiting = aCaseAct({ status: 'waiting', command_id: undefined, effect_id: undefined });
  const stopped = { kind: 'stopped', reason: 'kill_switch', then: 'escalate', text: 'thrown' } as const;
  return aCase('case:c1', {
    state: 'waiting',
    decision: decision('before'),
    acts: [{ ...waiting, act_id: act.act_id, stopped, ...caseAct }],
    due: utcAt(3_600_000),
    ...(askedAt === undefined ? {} : { again: { by: 'ann', at: utcAt(askedAt) } }),
  });
};

const isBegun = (): boolean => scene.executed.some((each) => each.startsWith('executes'));

describe('what only the kill switch held', () => {
  beforeEach(() => {
    scene.decides = decision('after');
  });

  it('acts where somebody asked for it, by a decision that knows the one before', async () => {
    scene.watch(held(0));
    scene.keeper.nudge('case:c1');
    await scene.wait(SOON);
    expect(scene.asked).toEqual([['case:c1', { predecessor: 'before', review: undefined }]]);
    expect([isBegun(), scene.caseOf()?.again, scene.caseOf()?.decision?.decision_id]).toEqual([
      true,
      undefined,
      'after',
    ]);
  });

  it('is seen without a word within half a minute: it may have been marked at another agent', async () => {
    scene.watch(held(0));
    await scene.wait(30_500);
    expect(isBegun()).toBe(true);
  });

  it('goes on waiting where nobody asked, and where the policies leave it to a person by now', async () => {
    scene.watch(held(undefined));
    scene.keeper.nudge('case:c1');
    await scene.wait(40_000);
    expect([scene.asked, isBegun()]).toEqual([[], false]);
    scene.decides = decision('after', { verdict: 'escalate', acts: [{ ...act, result: 'escalate' }] });
    scene.watch(held(40_000));
    scene.keeper.nudge('case:c1');
    await scene.wait(SOON);
    expect([scene.asked.length, isBegun(), scene.caseOf()?.state]).toEqual([1, false, 'waiting']);
    expect(scene.caseOf()).toMatchObject({ due: utcAt(3_600_000), acts: [{ stopped: { reason: 'not_permitted' } }] });
    expect(scene.caseOf()?.again).toBeUndefined();
    await scene.wait(40_000);
    expect(scene.asked).toHaveLength(1);
  });

  it.each<[note: string, caseAct: Partial<CaseAct>]>([
    ['what a limit stopped', { stopped: { kind: 'stopped', reason: 'blast_radius', then: 'escalate', text: 'full' } }],
    [
      'what somebody approved for another agent',
      {
        handed: {
          resolution: { verb: 'approved', by: 'ben', at: utcAt(0), reason: 'yes', four_eyes: true },
          seen: 's',
          until: utcAt(60_000),
        },
      },
    ],
  ])('is not %s', async (_note, caseAct) => {
    scene.watch(held(0, caseAct));
    scene.keeper.nudge('case:c1');
    await scene.wait(40_000);
    expect(isBegun()).toBe(false);
  });

  it('waits for an agent to hear of the release', async () => {
    scene.stopped = true;
    scene.watch(held(0));
    scene.keeper.nudge('case:c1');
    await scene.wait(5_000);
    expect(scene.asked).toEqual([]);
    scene.stopped = false;
    await scene.wait(2_000);
    expect(isBegun()).toBe(true);
  });

  it('is not started by a wish that another stop overtook, also after that one is released', async () => {
    scene.stopped = true;
    scene.watch(held(0));
    scene.keeper.nudge('case:c1');
    await scene.wait(12_000);
    expect(scene.caseOf()?.again).toBeUndefined();
    scene.stopped = false;
    await scene.wait(60_000);
    expect([scene.asked, isBegun(), scene.caseOf()?.state]).toEqual([[], false, 'waiting']);
  });

  it('is not started by a wish of more than 5 min ago', async () => {
    scene.watch(held(-300_000));
    scene.keeper.nudge('case:c1');
    await scene.wait(40_000);
    expect([scene.asked, scene.caseOf()?.again]).toEqual([[], undefined]);
  });

  it('keeps the wish while this agent can decide nothing', async () => {
    scene.decides = undefined;
    scene.watch(held(0));
    scene.keeper.nudge('case:c1');
    await scene.wait(2_000);
    expect(scene.caseOf()?.again).toEqual({ by: 'ann', at: utcAt(0) });
    scene.decides = decision('after');
    await scene.wait(31_000);
    expect(isBegun()).toBe(true);
  });
});
