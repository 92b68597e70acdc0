import type { Decision } from '../../../common/flow/decision';
import { anAct } from '../../../test/builders/views';
import { caseScene, decisionOf, DENIED, LEARNED, THE_ACT, type CaseScene } from '../../../test/builders/case_scene';
import { aCase, aCaseAct, aReason, anEffect, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import type { CaseContent, CaseState } from '../keeping/kinds/case';
import { effectId, plannedEffect } from '../keeping/kinds/effect';
import { StoreUnavailable, type StateQuery } from '../ports';

/* Cases whose effects are under way or in place, and cases that come from other sessions. */

const SOON = 300;
const REQUEST_MS = 1_000;

let scene: CaseScene;
beforeEach(() => {
  scene = caseScene();
});
afterEach(() => scene.end());

const BEFORE = decisionOf({ decision_id: 'before' });
const open = (overrides: Partial<CaseContent>) => aCase('case:c1', { decision: BEFORE, ...overrides });

describe('the effects of a claim', () => {
  const applying = (overrides: Partial<CaseContent> = {}) =>
    open({ state: 'applying', acts: [aCaseAct({ status: 'applying' })], ...overrides });

  it('are looked for after 1 s, not at once', async () => {
    scene.room.putEffect(anEffect());
    scene.watch(applying());
    await scene.wait(900);
    expect(scene.caseOf()?.state).toBe('applying');
    await scene.wait(SOON);
    expect(scene.caseOf()).toMatchObject({ state: 'decided', acts: [aCaseAct()] });
    expect(scene.keeper.size).toBe(0);
  });

  it.each(['applying', 'unknown'] as const)('tell what became of an act that is %s', async (status) => {
    scene.room.putEffect(anEffect());
    scene.watch(applying({ acts: [aCaseAct({ status })] }));
    await scene.wait(1_500);
    expect(scene.caseOf()?.acts[0]?.status).toBe('present');
  });

  it('are followed until they say something', async () => {
    scene.room.putEffect(anEffect({ state: 'unknown' }));
    const before = scene.room.putCase(applying());
    scene.keeper.watch(applying());
    await scene.wait(5_000);
    expect(scene.room.fake.get('case:c1')?.version).toEqual(before.version);
    scene.room.putEffect(anEffect());
    await scene.wait(1_500);
    expect(scene.caseOf()?.acts[0]?.status).toBe('present');
  });

  it('keep a case in care that will be reviewed', async () => {
    scene.room.putEffect(anEffect());
    scene.watch(applying({ due: utcAt(60_000) }));
    await scene.wait(2_000);
    expect([scene.caseOf()?.state, scene.keeper.size]).toEqual(['decided', 1]);
  });

  it('that are not there have the case decided again soon', async () => {
    scene.watch(applying());
    await scene.wait(1_500);
    expect(scene.caseOf()).toMatchObject({
      state: 'held',
      acts: [{ status: 'held', text: 'its effect is not there' }],
    });
    scene.decides = LEARNED;
    await scene.wait(1_000);
    expect(scene.asked).toEqual([]);
    await scene.wait(1_500);
    expect(scene.caseOf()?.decision?.decision_id).toBe('after');
  });

  it.each([
    ['where each sending counts: a person decides', 'none', 'waiting'],
    ['where repeating changes nothing: it is tried again', 'set', 'held'],
  ] as const)('are gone %s', async (_note, idempotency, status) => {
    scene.end();
    scene = caseScene({ idempotency });
    scene.room.putEffect(anEffect({ state: 'absent', reasons: [] }));
    scene.watch(applying());
    await scene.wait(1_500);
    expect(scene.caseOf()?.acts[0]?.status).toBe(status);
  });

  it('change only the acts that are under way', async () => {
    const done = aCaseAct({ act_id: 'act-2', status: 'done', command_id: 'c2', effect_id: 'effect:2' });
    scene.room.putEffect(anEffect());
    scene.watch(applying({ acts: [aCaseAct({ status: 'applying' }), done] }));
    await scene.wait(1_500);
    expect(scene.caseOf()?.acts).toEqual([aCaseAct(), done]);
  });

  it('do not take back what was written of an act meanwhile', async () => {
    scene.room.putEffect(anEffect());
    scene.watch(applying());
    const { getMany } = scene.room.port.store;
    let times = 0;
    jest.spyOn(scene.room.port.store, 'getMany').mockImplementation(async (ids) => {
      if (ids.includes(EFFECT) && (times += 1) === 1)
        scene.room.putCase(applying({ state: 'decided', acts: [aCaseAct({ status: 'failed' })] }));
      return getMany(ids);
    });
    await scene.wait(1_500);
    expect(scene.caseOf()?.acts[0]?.status).toBe('failed');
  });

  it('that others only ask for are waited for', async () => {
    scene.room.putEffect(anEffect({ session: 'another', reasons: [aReason('c9')], requested: [aReason('c1')] }));
    scene.watch(applying());
    await scene.wait(5_000);
    expect([scene.caseOf()?.state, scene.keeper.size]).toEqual(['applying', 1]);
    expect(scene.room.fake.get('case:c1')?.owner).toBe(ME);
  });
});

describe('the review of a case whose effect is in place', () => {
  const REVIEW_MS = 20_000;
  const reviewed = (overrides: Partial<CaseContent> = {}) => open({ due: utcAt(REVIEW_MS), ...overrides });
  const over = () => reviewed({ received: { ...reviewed().received, source_state: 'completed' } });
  const LIFTED = [EFFECT, { by: 'reflex', text: 'the policies in force now deny it', force: false }];

  it('takes place before its ttl ends, once, with what is known by then', async () => {
    scene.decides = decisionOf({ decision_id: 'after', next_review_at: utcAt(90_000) });
    scene.watch(reviewed());
    await scene.wait(REVIEW_MS - 100);
    expect([scene.asked, scene.keeper.size]).toEqual([[], 1]);
    await scene.wait(2 * REVIEW_MS);
    expect(scene.asked).toEqual([['case:c1', { predecessor: 'before', review: true }]]);
    expect(scene.caseOf()).toMatchObject({ decision: { decision_id: 'after' }, acts: [{ status: 'present' }] });
    expect([scene.lifted, scene.keeper.size]).toEqual([[], 0]);
  });

  it('waits where somebody only looks before its time', async () => {
    scene.decides = DENIED;
    scene.watch(reviewed());
    scene.keeper.nudge('case:c1');
    await scene.wait(2_000);
    expect([scene.asked, scene.keeper.size]).toEqual([[], 1]);
    await scene.wait(REVIEW_MS);
    expect(scene.asked).toHaveLength(1);
  });

  it('has an effect undone that the policies deny by now', async () => {
    scene.decides = DENIED;
    scene.watch(reviewed());
    await scene.wait(REVIEW_MS + SOON);
    expect(scene.lifted).toEqual([LIFTED]);
  });

  it.each<[note: string, decides: Decision | undefined]>([
    ['they ask a person', decisionOf({ verdict: 'escalate', acts: [{ ...THE_ACT, result: 'escalate' }] })],
    ['they say nothing of it', LEARNED],
    ['no bundle is in force', undefined],
  ])('leaves an effect to its deadline where %s', async (_note, decides) => {
    scene.decides = decides;
    scene.watch(reviewed());
    await scene.wait(REVIEW_MS + 2_000);
    expect([scene.asked.length, scene.lifted, scene.keeper.size]).toEqual([1, [], 0]);
  });

  it('has nothing undone where the case is no longer where it was', async () => {
    scene.decides = DENIED;
    scene.meanwhile = () => void scene.room.putCase(reviewed({ claims: 2, decision: DENIED }));
    scene.watch(reviewed());
    await scene.wait(REVIEW_MS + 2_000);
    expect([scene.asked.length, scene.lifted]).toEqual([1, []]);
  });

  it('has an effect undone that others want too, where the policies deny it', async () => {
    scene.room.putEffect(anEffect({ reasons: [aReason('c1'), aReason('c2')] }));
    scene.decides = DENIED;
    scene.watch(reviewed());
    await scene.wait(REVIEW_MS + SOON);
    expect(scene.lifted).toEqual([LIFTED]);
  });

  it.each<[note: string, effect: Parameters<typeof anEffect>[0] | undefined, lifted: boolean]>([
    ['goes where its source is over', {}, true],
    ['goes where its source is over and nobody knows of it', undefined, true],
    ['stays where its source is over and another case wants it', { reasons: [aReason('c1'), aReason('c2')] }, false],
    [
      'stays where its source is over and another case is counted with it',
      { reasons: [{ ...aReason('c1'), times: 2 }] },
      false,
    ],
    ['stays where its source is over and another case asks for it', { requested: [aReason('c2')] }, false],
  ])('is of an effect that %s', async (_note, effect, lifted) => {
    if (effect) scene.room.putEffect(anEffect(effect));
    scene.decides = DENIED;
    scene.watch(over());
    await scene.wait(REVIEW_MS + SOON);
    const wish = { by: 'reflex', text: 'its source says that it is over', force: false };
    expect(scene.lifted).toEqual(lifted ? [[EFFECT, wish]] : []);
  });
});

describe('a case of a dead session', () => {
  const dies = (): void => void scene.room.session.deadSince.set('gone', scene.room.scheduler.now);
  const owner = () => scene.room.fake.get('case:c1')?.owner;

  it('is taken over once a request that it had sent has landed or never will', async () => {
    scene.room.putCase(open({ state: 'held', acts: [], due: utcAt(60_000) }), 'gone');
    dies();
    await scene.wait(REQUEST_MS - 100);
    expect([owner(), scene.keeper.size]).toEqual(['gone', 0]);
    await scene.wait(3_000);
    expect([owner(), scene.keeper.size, scene.asked]).toEqual([ME, 1, []]);
    expect(scene.caseOf()).toEqual(open({ state: 'held', acts: [], due: utcAt(60_000) }));
  });

  it.each<[state: CaseState]>([['accepted'], ['held'], ['waiting'], ['applying']])(
    'that is %s is looked after from then on',
    async (state) => {
      scene.room.putCase(open({ state, due: utcAt(60_000) }), 'gone');
      dies();
      await scene.wait(4_500);
      expect([owner(), scene.keeper.size]).toEqual([ME, 1]);
    },
  );

  it('is reviewed by whoever takes it over, although its agent died', async () => {
    scene.decides = DENIED;
    scene.room.putCase(open({ due: utcAt(20_000) }), 'gone');
    dies();
    await scene.wait(6_000);
    expect([owner(), scene.keeper.size, scene.asked]).toEqual([ME, 1, []]);
    await scene.wait(16_000);
    expect(scene.asked).toEqual([['case:c1', { predecessor: 'before', review: true }]]);
    expect(scene.lifted).toHaveLength(1);
  });

  it('is still reviewed where that was due a few minutes ago', async () => {
    scene.decides = DENIED;
    scene.room.putCase(open({ due: utcAt(-5 * 60_000) }), 'gone');
    dies();
    await scene.wait(6_000);
    expect([scene.asked.length, scene.lifted.length]).toEqual([1, 1]);
  });

  it('is not reviewed long after its time: its effect ended at its deadline', async () => {
    scene.decides = DENIED;
    scene.room.putCase(open({ due: utcAt(-16 * 60_000) }), 'gone');
    dies();
    await scene.wait(6_000);
    expect([owner(), scene.caseOf()]).toEqual([ME, open({})]);
    expect([scene.keeper.size, scene.asked]).toEqual([0, []]);
  });

  it('that is closed is left as it is', async () => {
    const content = open({});
    scene.room.putCase(content, 'gone');
    dies();
    await scene.wait(6_000);
    expect([owner(), scene.caseOf()]).toEqual(['gone', content]);
  });

  it('is none while its session lives', async () => {
    scene.room.putCase(open({ state: 'held', acts: [], due: utcAt(0) }), 'another');
    dies();
    await scene.wait(6_000);
    expect([owner(), scene.keeper.size]).toEqual(['another', 0]);
  });

  it.each<[note: string, change: () => void]>([
    ['belongs to another session by now', () => scene.room.putCase(open({ state: 'held' }), 'another')],
    ['is gone by now', () => scene.room.fake.documents.delete('case:c1')],
  ])('that a search still finds is left alone where it %s', async (_note, change) => {
    scene.room.putCase(open({ state: 'held' }), 'gone');
    const found = scene.room.fake.search({ kinds: ['case'] });
    change();
    const isAsked = ({ owners }: StateQuery): boolean => owners?.includes('gone') === true;
    const search = jest.spyOn(scene.room.port.store, 'search');
    search.mockImplementation(async (query) => (isAsked(query) ? found : []));
    dies();
    await scene.wait(6_000);
    expect([owner() === 'gone', scene.keeper.size, scene.room.port.bulks]).toEqual([false, 0, []]);
  });

  it('is looked for again where the store was away', async () => {
    scene.room.putCase(open({ state: 'held', acts: [], due: utcAt(60_000) }), 'gone');
    const search = jest.spyOn(scene.room.port.store, 'search').mockRejectedValue(new StoreUnavailable('away'));
    dies();
    await scene.wait(3_000);
    search.mockRestore();
    await scene.wait(4_000);
    expect([owner(), scene.room.lines]).toEqual([ME, []]);
  });
});

describe('an open case of this session that nobody looks after', () => {
  const ORPHAN_MS = 15_000;

  it('is looked at after 15 s', async () => {
    scene.decides = LEARNED;
    scene.room.putCase(open({ state: 'held', acts: [], due: utcAt(0) }));
    await scene.wait(ORPHAN_MS - 500);
    expect(scene.asked).toEqual([]);
    await scene.wait(6_000);
    expect([scene.asked.length, scene.caseOf()?.state]).toEqual([1, 'decided']);
  });

  it.each<[note: string, content: CaseContent, owner: string]>([
    ['decided', open({ due: utcAt(0) }), ME],
    ['another session’s', open({ state: 'held', due: utcAt(0) }), 'another'],
  ])('is none that is %s', async (_note, content, owner) => {
    scene.decides = LEARNED;
    scene.room.putCase(content, owner);
    await scene.wait(2 * ORPHAN_MS);
    expect([scene.asked, scene.keeper.size]).toEqual([[], 0]);
  });
});

describe('an effect that is there already and gets a further reason', () => {
  it('is looked at at once, so that its end moves in the same turn', async () => {
    const policy = { id: 'block-known-ioc', hash: 'h1', layer: 'action', mode: 'enforce' } as const;
    const wanted = anAct({ connector: 'edge', policy });
    const id = effectId('edge', wanted.action, wanted.target);
    scene.room.put(plannedEffect(id, anEffect({ target: wanted.target }), utcAt(0)));
    scene.decides = decisionOf({ decision_id: 'after', acts: [wanted] });
    scene.watch(open({ state: 'held', acts: [], due: utcAt(0) }));
    await scene.wait(SOON);
    expect(scene.caseOf()?.acts).toMatchObject([{ status: 'present', effect_id: id }]);
    expect(scene.executed).toEqual([`joined ${id.slice(0, 7)}`]);
  });
});
