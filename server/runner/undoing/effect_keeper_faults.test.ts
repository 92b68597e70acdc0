import type { Effect } from '../../engine/execution/effect';
import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { noteSearches, slowFor } from '../../../test/builders/store_port';
import { aCase, anEffect, EFFECT, ME } from '../../../test/builders/undoing';
import { StoreUnavailable, type StateQuery } from '../ports';

/* What an effect keeper says where something goes wrong, who goes first, and what its work costs. */

const LIFT = { by: 'ann', text: 'a mistake', force: false };
const SENT_LONG_AGO = -10_000;
const CURSOR = {
  reads: ['cursor:1'],
  build: () => ({
    docs: [{ id: 'cursor:1', kind: 'cursor', facets: {}, content: { position: {} } } as const],
    answer: 0,
  }),
};

let scene: EffectScene;
beforeEach(() => {
  scene = effectScene();
});
afterEach(() => scene.end());

const dies = (): void => void scene.room.session.deadSince.set('gone', scene.room.scheduler.now);
const theirs = (overrides: Partial<Effect> = {}) => anEffect({ session: 'gone', ...overrides });
/** Ids of what was written, bulk by bulk. */
const written = () => scene.room.port.bulks.map((writes) => writes.map(({ id }) => id));

it('an effect is in hand until the last of its commands is executed, however they overlap', async () => {
  let overFirst: () => void = () => undefined;
  const first = new Promise<void>((resolve) => (overFirst = resolve));
  scene.keeper.executes(EFFECT, first);
  scene.keeper.executes(EFFECT, new Promise(() => undefined));
  scene.room.putEffect(anEffect({ state: 'applying' }));
  overFirst();
  await scene.wait(30_000);
  expect([scene.keeper.isKept(EFFECT), scene.effect()?.state]).toEqual([true, 'applying']);
});

describe('a write that fails for no reason that lies outside Reflex', () => {
  const LOOKING = 'looking after an effect failed';

  it.each<[note: string, effect: Effect, is: 'present' | 'absent', hit: string]>([
    ['that it was verified', anEffect(), 'present', EFFECT],
    ['that it is not there', anEffect(), 'absent', EFFECT],
    ['that it is not there, to its case', anEffect(), 'absent', 'case:c1'],
    ['that it was found', anEffect({ state: 'unknown' }), 'present', EFFECT],
    ['that it was found, to its case', anEffect({ state: 'unknown' }), 'present', 'case:c1'],
    ['that it never was there', anEffect({ state: 'unknown' }), 'absent', EFFECT],
    ['that it is undone', anEffect({ state: 'undoing' }), 'absent', EFFECT],
    ['that undoing begins', anEffect({ lift: LIFT }), 'present', EFFECT],
  ])('is told in the log: %s', async (_note, effect, is, hit) => {
    scene.target.is = is;
    scene.room.putCase(aCase('case:c1', { acts: [{ act_id: 'act-1', status: 'applying', command_id: 'c1' }] }));
    scene.room.failWrites((id) => id === hit);
    scene.keep(effect, SENT_LONG_AGO);
    await scene.wait(150);
    expect(scene.room.lines).toEqual([LOOKING]);
    expect(scene.keeper.size).toBe(1);
  });

  it('is told in the log where whose effect it is cannot be read', async () => {
    scene.keep(anEffect());
    scene.room.putEffect(anEffect({ session: 'another' }));
    Object.assign(scene.room.port.store, { get: () => Promise.reject(new Error('a bug')) });
    await scene.wait(150);
    expect(scene.room.lines).toEqual([LOOKING]);
    scene.keeper.nudge(EFFECT);
    await scene.wait(50);
    expect(scene.room.lines).toContain('reading an effect failed');
  });

  it('is told in the log where an effect is handed back that this agent cannot undo, and it stays in care', async () => {
    scene.keep(anEffect({ connector: 'elsewhere' }));
    scene.room.failWrites((id) => id === EFFECT);
    await scene.wait(150);
    expect([scene.room.lines, scene.keeper.size]).toEqual([[LOOKING], 1]);
  });

  it('is told in the log where an effect of a dead session is taken over', async () => {
    scene.room.putEffect(theirs());
    scene.room.failWrites((id) => id === EFFECT);
    dies();
    await scene.wait(2_200);
    expect(scene.room.lines).toContain('searching for an effect failed');
  });

  it('is told in the log where an effect is picked up that nobody looks after', async () => {
    scene.room.putEffect(anEffect());
    scene.room.failWrites((id) => id === EFFECT);
    await scene.wait(16_500);
    expect(scene.room.lines).toContain('searching for an effect failed');
  });

  it.each<[note: string, error: Error, lines: readonly string[]]>([
    ['a search that fails is told in the log', new Error('a bug'), ['searching for an effect failed']],
    ['a search of a store that is away is no news', new StoreUnavailable('away'), []],
  ])('%s', async (_note, error, lines) => {
    const { search } = scene.room.port.store;
    const isOrphans = ({ notStates }: StateQuery): boolean => notStates !== undefined;
    const failing: typeof search = (query) => (isOrphans(query) ? Promise.reject(error) : search(query));
    Object.assign(scene.room.port.store, { search: failing });
    await scene.wait(900);
    expect(scene.room.lines).toEqual(lines);
  });
});

describe('while others are faster', () => {
  it('an effect of a dead session is left to the agent that took it over', async () => {
    const { bulk } = scene.room.port.store;
    scene.room.putEffect(theirs());
    const raced: typeof bulk = (writes) => {
      scene.room.putEffect(anEffect({ session: 'another', taken_over: true }));
      return bulk(writes);
    };
    Object.assign(scene.room.port.store, { bulk: raced });
    dies();
    await scene.wait(4_000);
    expect([scene.effect()?.session, scene.keeper.size, scene.room.lines]).toEqual(['another', 0, []]);
  });
});

describe('what does not wait for claims that are on their way', () => {
  beforeEach(() => {
    scene.room.port.bulkTakes = slowFor('cursor:1', 5_000);
    void scene.room.commits.submit(CURSOR);
  });

  it('is a wish to undo', async () => {
    scene.room.putEffect(anEffect({ session: 'another' }));
    await scene.room.run(scene.keeper.lift(EFFECT, LIFT));
    expect([written(), scene.room.fake.get('cursor:1')]).toEqual([[['cursor:1'], [EFFECT]], undefined]);
  });

  it('is to take over what a dead session left', async () => {
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(4_000);
    expect([scene.effect()?.session, scene.room.fake.get('cursor:1')]).toEqual([ME, undefined]);
  });
});

describe('what it costs', () => {
  it('is a search for wishes each second, and two for what nobody looks after each 5 s', async () => {
    const made = noteSearches(scene.room.port, scene.room.scheduler);
    await scene.wait(9_900);
    const asked = made.filter(({ requested }) => requested === true);
    const unkept = made.filter(({ notStates }) => notStates !== undefined);
    const [orphans, released] = [ME, 'released'].map((owner) => unkept.filter(({ owners }) => owners?.includes(owner)));
    expect(asked.map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => second * 1_000));
    expect([orphans?.length, released?.length, made.length]).toEqual([2, 2, 13]);
    expect(asked[0]).toMatchObject({ kinds: ['effect'], owners: [ME], bare: true, limit: 1_000 });
    expect(orphans?.[0]).toMatchObject({ kinds: ['effect'], owners: [ME], notStates: ['absent'], limit: 1_000 });
  });

  it('is a search for what the dead left, while there are any', async () => {
    dies();
    const made = noteSearches(scene.room.port, scene.room.scheduler);
    await scene.wait(2_500);
    expect(made.find(({ owners }) => owners?.includes('gone'))).toMatchObject({
      kinds: ['effect'],
      owners: ['released', 'gone'],
      notStates: ['absent'],
      limit: 1_000,
    });
  });

  it('is no lost race against what others wrote before and what was seen of it', async () => {
    scene.keep(anEffect());
    await scene.wait(2_900);
    scene.meddle({ lift: LIFT });
    await scene.wait(3_000);
    expect(scene.effect()?.state).toBe('absent');
    expect(written()).toEqual([[EFFECT], [EFFECT], [EFFECT]]);
  });

  it('is one write to take an effect over, though another state of it was seen before', async () => {
    scene.room.putEffect(theirs());
    await scene.room.run(scene.room.commits.submit({ reads: [EFFECT], build: () => ({ docs: [], answer: 0 }) }));
    scene.meddle({ fence: 5 });
    dies();
    await scene.wait(2_100);
    expect([scene.effect()?.fence, written()[0], written().length <= 2]).toEqual([6, [EFFECT], true]);
    expect(scene.recordOf('taken_over')?.n).toBe(1);
  });
});
