import type { Effect } from '../../engine/execution/effect';
import type { StateQuery } from '../ports';
import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aCase, aCaseAct, aReason, anEffect, anEntry, EFFECT, ME, TTL_MS } from '../../../test/builders/undoing';

/* What comes to a session from others: wishes, reasons, effects of the dead, and effects that nobody cares for. */

const SETTLE_MS = 2_000;
const REQUEST_MS = 1_000;
/** UTC of two machines may differ by this much. */
const CLOCKS_APART_MS = 10_000;
const LIFT = { by: 'ann', text: 'a mistake', force: false };
const UNDO = { by: 'ann', why: 'lifted', text: 'a mistake' } as const;

let scene: EffectScene;
beforeEach(() => {
  scene = effectScene();
});
afterEach(() => scene.end());

describe('a wish to undo', () => {
  const lift = () => scene.room.run(scene.keeper.lift(EFFECT, LIFT));

  it.each<[note: string, effect: Effect | undefined]>([
    ['there is no such effect', undefined],
    ['it is absent', anEffect({ state: 'absent' })],
  ])('has nothing to undo where %s', async (_note, effect) => {
    if (effect) scene.room.putEffect(effect);
    expect([await lift(), scene.effect()?.lift, scene.room.port.bulks]).toEqual([false, undefined, []]);
  });

  it('is written for the owner to see, who then undoes it', async () => {
    scene.room.putEffect(anEffect({ session: 'another' }));
    expect(await lift()).toBe(true);
    await scene.wait(SETTLE_MS + 3_000);
    expect(scene.effect()).toMatchObject({ state: 'present', session: 'another', lift: LIFT });
    expect(scene.room.fake.get(EFFECT)).toMatchObject({ owner: 'another', facets: { requested: true } });
    expect(scene.target.calls).toEqual([]);
  });

  it('is written over what the document says now, not over what was last seen of it', async () => {
    const ask = { reads: [EFFECT], build: () => ({ docs: [], answer: 0 }) };
    scene.room.putEffect(anEffect({ session: 'another' }));
    await scene.room.run(scene.room.commits.submit(ask));
    scene.room.putEffect(anEffect({ session: 'another', fence: 9 }));
    await lift();
    expect(scene.effect()).toMatchObject({ fence: 9, lift: LIFT });
    expect(scene.room.port.bulks).toHaveLength(1);
  });

  it('of another agent is obeyed by the owner within seconds', async () => {
    scene.keep(anEffect());
    await scene.wait(SETTLE_MS + 1_000);
    scene.meddle({ lift: LIFT });
    await scene.wait(2_500);
    expect(scene.recordOf('undo_started')?.by).toBe('ann');
  });

  it('of another agent is obeyed although the next look is far off', async () => {
    scene.target.is = 'unknown';
    scene.keep(anEffect({ state: 'unknown' }));
    await scene.wait(20_000);
    scene.meddle({ lift: LIFT });
    await scene.wait(2_500);
    expect(scene.recordOf('undo_started')?.by).toBe('ann');
  });
});

describe('a wish among many', () => {
  it('is seen within seconds, however many effects somebody asks something of that cannot be answered', async () => {
    for (let n = 0; n < 501; n += 1)
      scene.room.putEffect(anEffect({ requested: [aReason('c9')] }), `effect:other-${n}`);
    scene.keep(anEffect());
    await scene.wait(SETTLE_MS + 1_000);
    scene.meddle({ lift: LIFT });
    await scene.wait(4_000);
    expect(scene.recordOf('undo_started')?.by).toBe('ann');
  });
});

describe('a look because a document changed', () => {
  it('costs nothing where the effect is not in care', async () => {
    scene.room.putEffect(anEffect({ session: 'another' }));
    scene.keeper.nudge(EFFECT);
    await scene.wait(1_000);
    expect([scene.keeper.size, scene.target.calls]).toEqual([0, []]);
  });

  it('lets an effect go that is absent by now', async () => {
    scene.keep(anEffect());
    await scene.wait(500);
    scene.meddle({ state: 'absent' });
    scene.keeper.nudge(EFFECT);
    await scene.wait(500);
    expect([scene.keeper.size, scene.ended]).toEqual([0, [EFFECT]]);
  });

  it.each<[note: string, effect: Effect | undefined]>([
    ['belongs to another session', anEffect({ session: 'another' })],
    ['is not in the state any more', undefined],
  ])('drops an effect that %s, and tells nobody that it ended', async (_note, effect) => {
    const doc = scene.room.putEffect(anEffect());
    scene.keep(anEffect());
    await scene.wait(500);
    const { version } = scene.room.fake.get(EFFECT) ?? doc;
    if (effect) scene.room.putEffect(effect);
    else scene.room.fake.remove(EFFECT, version);
    scene.keeper.nudge(EFFECT);
    await scene.wait(500);
    expect([scene.keeper.size, scene.ended]).toEqual([0, []]);
  });
});

describe('further reasons that other agents ask for', () => {
  const asking = aReason('c2', { ttl_ms: 2 * TTL_MS });

  it('are confirmed within seconds, in the journal first', async () => {
    scene.keep(anEffect());
    await scene.wait(1_000);
    let known: readonly string[] = [];
    scene.meddle({ requested: [asking] });
    scene.room.fake.watch(() => (known = [...scene.room.disk.journalEntries.keys()]));
    await scene.wait(1_500);
    expect(known).toEqual(['c2']);
    expect(scene.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c1', 'c2']);
    expect(scene.effect()?.requested).toEqual([]);
  });

  it('move the end, and count with their whole ttl from when they were seen here', async () => {
    scene.keep(anEffect({ requested: [asking] }));
    await scene.wait(2 * TTL_MS);
    expect(scene.target.count('undo')).toBe(0);
    await scene.wait(2_000);
    expect(scene.moment('undo_started')).toBeGreaterThanOrEqual(2 * TTL_MS);
  });

  it('come too late once the time of the effect is over', async () => {
    scene.keep(anEffect({ requested: [asking], reasons: [aReason('c1', { ttl_ms: 1 })] }), -SETTLE_MS);
    await scene.wait(500);
    expect([scene.recordOf('undo_started')?.state, scene.recordOf('reason_added')]).toEqual([
      'undo_started',
      undefined,
    ]);
  });
});

describe('an effect of a dead session', () => {
  const theirs = (overrides: Partial<Effect> = {}) => anEffect({ session: 'gone', ...overrides });
  const dies = (): void => void scene.room.session.deadSince.set('gone', scene.room.scheduler.now);

  it('is taken over once a request that it had sent has landed or never will', async () => {
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(REQUEST_MS - 100);
    expect(scene.effect()).toMatchObject({ session: 'gone', fence: 3 });
    await scene.wait(2_000);
    expect(scene.effect()).toMatchObject({ session: ME, fence: 4, taken_over: true });
    expect(scene.room.fake.get(EFFECT)?.owner).toBe(ME);
    expect(scene.room.lines).toContain('an effect of a dead session was taken over');
  });

  it('is verified before it counts as being there, and its cases are told', async () => {
    scene.room.putCase(aCase('case:c1', { acts: [aCaseAct({ status: 'applying' })] }));
    scene.room.putEffect(theirs({ state: 'applying' }));
    dies();
    await scene.wait(4_000);
    expect(scene.told().map(([state]) => state)).toEqual(['taken_over', 'verified_present']);
    expect(scene.effect()?.state).toBe('present');
    expect(scene.room.caseOf('case:c1')?.acts[0]?.status).toBe('present');
  });

  it('goes on being undone where that had begun', async () => {
    scene.room.putEffect(theirs({ state: 'undoing', undo: UNDO }));
    dies();
    await scene.wait(8_000);
    expect(scene.told()).toEqual([
      ['taken_over', undefined],
      ['undone', 'a mistake'],
    ]);
    expect(scene.ended).toEqual([EFFECT]);
  });

  it('that is not there ends only once what the dead may have sent has taken effect', async () => {
    scene.target.is = 'absent';
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(10_000);
    const takenOver = scene.moment('taken_over') ?? 0;
    expect(scene.moment('verified_absent')).toBeGreaterThanOrEqual(takenOver + SETTLE_MS);
    expect(scene.effect()?.state).toBe('absent');
  });

  it('ends by its deadline, late by what the clocks of two machines may differ', async () => {
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(TTL_MS + CLOCKS_APART_MS + 2_000);
    expect(scene.moment('undo_started')).toBeGreaterThanOrEqual(TTL_MS + CLOCKS_APART_MS);
    expect(scene.effect()?.state).toBe('absent');
  });

  it.each([true, false])(
    'that an earlier process of this machine executed ends on time, UTC trusted: %s',
    async (trusted) => {
      const { scheduler, basics, journal } = scene.room;
      Object.assign(basics.clock, { boot: () => ({ id: 'run', now: scheduler.now }) });
      await journal.put([anEntry({ boot: { id: 'run', due: TTL_MS } })]);
      scene.trusted = trusted;
      scene.room.putEffect(theirs());
      dies();
      await scene.wait(TTL_MS - 200);
      expect(scene.target.count('undo')).toBe(0);
      await scene.wait(1_500);
      expect(scene.target.count('undo')).toBe(1);
    },
  );

  it('does not end while the clock of this machine is in doubt', async () => {
    scene.trusted = false;
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(2 * TTL_MS);
    expect(scene.target.count('undo')).toBe(0);
    scene.trusted = true;
    await scene.wait(2_000);
    expect(scene.target.count('undo')).toBe(1);
  });

  it('takes no further reasons: it runs to its deadline', async () => {
    scene.room.putEffect(theirs({ requested: [aReason('c2', { ttl_ms: 5 * TTL_MS })] }));
    dies();
    await scene.wait(5_000);
    expect(scene.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c1']);
    expect([scene.effect()?.requested, scene.room.journal.open()]).toEqual([[], []]);
  });

  it.each<[note: string, effect: Effect]>([
    ['is absent', theirs({ state: 'absent' })],
    ['belongs to a session that lives', anEffect({ session: 'another' })],
  ])('is none that %s', async (_note, effect) => {
    scene.room.putEffect(effect);
    dies();
    await scene.wait(5_000);
    expect(scene.effect()?.session).toBe(effect.session);
    expect(scene.keeper.size).toBe(0);
  });

  it.each<[note: string, effect: Effect | undefined]>([
    ['belongs to another session by now', anEffect({ session: 'another' })],
    ['is absent by now', theirs({ state: 'absent' })],
    ['is gone by now', undefined],
  ])('that a search still finds is left alone where it %s', async (_note, effect) => {
    scene.room.putEffect(theirs());
    const found = scene.room.fake.search({ kinds: ['effect'] });
    const { version } = found[0] ?? {};
    if (effect) scene.room.putEffect(effect);
    else if (version) scene.room.fake.remove(EFFECT, version);
    const isAsked = ({ owners }: StateQuery): boolean => owners?.includes('gone') === true;
    const search = jest.spyOn(scene.room.port.store, 'search');
    search.mockImplementation(async (query) => (isAsked(query) ? found : []));
    dies();
    await scene.wait(4_000);
    expect([scene.effect(), scene.keeper.size, scene.room.lines]).toEqual([effect, 0, []]);
  });
});

describe('an effect of this session that nobody looks after', () => {
  const ORPHAN_MS = 15_000;

  it('is picked up after 15 s', async () => {
    scene.room.putEffect(anEffect());
    await scene.wait(ORPHAN_MS - 500);
    expect(scene.keeper.size).toBe(0);
    await scene.wait(3_000);
    expect(scene.keeper.size).toBe(1);
    expect(scene.told()[0]).toEqual(['taken_over', undefined]);
    expect(scene.effect()).toMatchObject({ session: ME, taken_over: true });
  });

  it.each<[note: string, effect: Effect]>([
    ['absent ones', anEffect({ state: 'absent' })],
    ['those of another session', anEffect({ session: 'another' })],
  ])('is none of %s', async (_note, effect) => {
    scene.room.putEffect(effect);
    await scene.wait(2 * ORPHAN_MS);
    expect(scene.keeper.size).toBe(0);
  });

  it('is not one whose command is being executed', async () => {
    scene.room.putEffect(anEffect({ state: 'applying' }));
    scene.keeper.executes(EFFECT, new Promise(() => undefined));
    await scene.wait(3 * ORPHAN_MS);
    expect(scene.keeper.size).toBe(0);
  });

  it.each<[note: string, execution: () => Promise<unknown>]>([
    ['failed', () => Promise.reject(new Error('the store is away'))],
    ['is over', () => Promise.resolve()],
  ])('may be one whose execution %s', async (_note, execution) => {
    scene.room.putEffect(anEffect({ state: 'applying' }));
    scene.keeper.executes(EFFECT, execution());
    await scene.wait(ORPHAN_MS + 6_000);
    expect(scene.keeper.size).toBe(1);
  });

  it('may have been sent by this session right before it was picked up: it is gone only once that has settled', async () => {
    await scene.room.journal.put([anEntry()]);
    scene.room.putEffect(anEffect({ lift: LIFT }));
    await scene.wait(ORPHAN_MS + 6_000 + SETTLE_MS + 1_000);
    const [pickedUp, undone] = [scene.moment('taken_over') ?? NaN, scene.moment('undone') ?? NaN];
    expect(undone - pickedUp).toBeGreaterThanOrEqual(SETTLE_MS);
  });
});
