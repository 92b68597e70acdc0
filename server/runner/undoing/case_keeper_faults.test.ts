import { caseScene, decisionOf, DENIED, LEARNED, type CaseScene } from '../../../test/builders/case_scene';
import { noteSearches } from '../../../test/builders/store_port';
import { aCase, aCaseAct, aReason, anEffect, ME, utcAt } from '../../../test/builders/undoing';
import type { CaseContent } from '../keeping/kinds/case';

/* What a case keeper says where something goes wrong, and what its work costs. */

const LOOKING = 'looking after a case failed';
const SEARCHING = 'searching for a case failed';

let scene: CaseScene;
beforeEach(() => {
  scene = caseScene();
});
afterEach(() => scene.end());

const open = (overrides: Partial<CaseContent>) =>
  aCase('case:c1', { decision: decisionOf({ decision_id: 'before' }), due: utcAt(0), ...overrides });
const waiting = (dueMs: number) =>
  open({ state: 'waiting', acts: [aCaseAct({ status: 'waiting' })], due: utcAt(dueMs) });
const dies = (): void => void scene.room.session.deadSince.set('gone', scene.room.scheduler.now);
const unable = (): never => {
  throw new Error('a bug');
};

describe('a fault of Reflex is told in the log', () => {
  it.each<[note: string, content: CaseContent, setUp: () => void]>([
    ['where a held case is decided again', open({ state: 'held' }), () => (scene.meanwhile = unable)],
    ['where a case is reviewed', open({}), () => (scene.meanwhile = unable)],
    [
      'where a case that waits is decided again under another bundle',
      waiting(60_000),
      () => Object.assign(scene, { bundle: 'digest-2', meanwhile: unable }),
    ],
    [
      'where a case is handed to those who can decide it',
      open({ state: 'held' }),
      () => scene.room.failWrites(() => true),
    ],
    ['where a case lapses', waiting(0), () => scene.room.failWrites(() => true)],
    [
      'where the end of a claim is written',
      open({ state: 'applying', acts: [aCaseAct({ status: 'applying' })] }),
      () => scene.room.failWrites(() => true),
    ],
    [
      'where an effect is to be ended early',
      open({}),
      () => Object.assign(scene, { decides: DENIED, lifting: unable }),
    ],
  ])('%s', async (_note, content, setUp) => {
    scene.room.putEffect(anEffect());
    setUp();
    scene.watch(content);
    scene.keeper.nudge('case:c1');
    await scene.wait(300);
    expect(scene.room.lines).toEqual([LOOKING]);
  });

  it('where a case of a dead session is taken over', async () => {
    scene.room.putCase(open({ state: 'held' }), 'gone');
    scene.room.failWrites(() => true);
    dies();
    await scene.wait(3_000);
    expect(scene.room.lines).toContain(SEARCHING);
  });

  it('where what nobody looks after cannot be searched', async () => {
    Object.assign(scene.room.port.store, { search: () => Promise.reject(new Error('a bug')) });
    await scene.wait(6_200);
    expect(scene.room.lines).toContain(SEARCHING);
  });
});

describe('what a case came to is judged by what is in the state now', () => {
  it('although another state of it was seen before', async () => {
    scene.decides = LEARNED;
    scene.room.putCase(open({ state: 'held', acts: [] }));
    await scene.room.run(scene.room.commits.submit({ reads: ['case:c1'], build: () => ({ docs: [], answer: 0 }) }));
    scene.watch(open({ state: 'held', acts: [], claims: 2 }));
    await scene.wait(300);
    expect(scene.caseOf()).toMatchObject({ state: 'decided', decision: { decision_id: 'after' } });
  });

  it('and a case of a dead session is left to the agent that took it over', async () => {
    const { bulk } = scene.room.port.store;
    scene.room.putCase(open({ state: 'held' }), 'gone');
    const raced: typeof bulk = (writes) => {
      scene.room.putCase(open({ state: 'held' }), 'another');
      return bulk(writes);
    };
    Object.assign(scene.room.port.store, { bulk: raced });
    dies();
    await scene.wait(6_000);
    expect([scene.room.fake.get('case:c1')?.owner, scene.keeper.size]).toEqual(['another', 0]);
  });
});

describe('what it costs', () => {
  it('is a search each 5 s for what nobody looks after, and one every 2 s for what others left', async () => {
    const made = noteSearches(scene.room.port, scene.room.scheduler);
    await scene.wait(12_900);
    // What is looked for every 2 s is due every 5 s: at 6 s and at 12 s.
    const own = made.filter(({ owners }) => owners?.includes(ME));
    expect(own.map(({ at }) => at)).toEqual([6_000, 12_000]);
    expect(made.length - own.length).toBe(7);
    expect(own[0]).toMatchObject({ kinds: ['case'], owners: [ME], notStates: ['decided'], limit: 1_000 });
  });

  it('is two searches for what the dead left, every 2 s while there are any', async () => {
    scene.room.session.deadSince.set('gone', -10_000);
    const made = noteSearches(scene.room.port, scene.room.scheduler);
    await scene.wait(2_500);
    const theirs = made.filter(({ owners }) => owners?.includes('gone'));
    expect(theirs.slice(0, 2)).toMatchObject([
      { kinds: ['case'], owners: ['released', 'gone'], notStates: ['decided'], limit: 500 },
      { kinds: ['case'], owners: ['gone'], states: ['decided'], limit: 500, sort: 'due' },
    ]);
    expect(theirs.map(({ at }) => Math.floor(at / 1_000))).toEqual([0, 0, 2, 2]);
  });

  it.each<[note: string, content: CaseContent]>([
    ['that waits for a person', waiting(20_000)],
    ['that will be reviewed', open({ due: utcAt(20_000) })],
    ['that is held for a while', open({ state: 'held', acts: [], due: utcAt(20_000) })],
  ])('is one read of a case %s, though somebody points at it', async (_note, content) => {
    const reads = jest.spyOn(scene.room.port.store, 'getMany');
    scene.bundle = content.decision?.bundle.digest;
    scene.watch(content);
    scene.keeper.nudge('case:c1');
    await scene.wait(10_000);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it('is one write to take a case over, though another state of it was seen before', async () => {
    scene.room.putCase(open({ state: 'held', due: utcAt(60_000) }), 'gone');
    await scene.room.run(scene.room.commits.submit({ reads: ['case:c1'], build: () => ({ docs: [], answer: 0 }) }));
    scene.room.putCase(open({ state: 'held', due: utcAt(50_000) }), 'gone');
    dies();
    await scene.wait(6_000);
    expect([scene.caseOf()?.due, scene.room.port.bulks.length]).toEqual([utcAt(50_000), 1]);
  });

  it('is no write of a case whose effects say nothing new', async () => {
    const applying = aCaseAct({ act_id: 'act-2', status: 'applying', command_id: 'c2', effect_id: 'effect:2' });
    const done = aCaseAct({ status: 'done' });
    scene.room.putEffect(anEffect({ state: 'unknown', reasons: [aReason('c2')] }), 'effect:2');
    scene.watch(open({ state: 'applying', acts: [done, applying] }));
    await scene.wait(3_500);
    expect(scene.room.port.bulks).toEqual([]);
  });
});
