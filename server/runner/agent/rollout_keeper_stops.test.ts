import { rolledOut, rolloutScene, type RolloutScene } from '../../../test/builders/rollout_scene';
import { utcAt } from '../../../test/builders/undoing';
import { StoreUnavailable } from '../ports';

/* Who stops a rollout, who lets it go on, and what of that an agent knows. */

const WRONG = { label: 'false_positive' } as const;
const WORD = { by: 'ann', reason: 'the rule was mended' };
const RESUMED = { ...WORD, at: utcAt(-1_000) };

let scene: RolloutScene;
beforeEach(() => {
  scene = rolloutScene();
});
afterEach(() => scene.end());

const judge = () => scene.room.run(scene.keeper.judge());
const resume = () => scene.room.run(scene.keeper.resume('block-rolled', WORD));
const audits = () => [...(scene.room.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body.verb);
/** Something that others do once the keeper has read its stops and before it writes. */
const meanwhile = (happens: () => void): void => {
  const { getMany } = scene.room.port.store;
  const spied = jest.spyOn(scene.room.port.store, 'getMany');
  spied.mockImplementationOnce(async (ids) => {
    const read = await getMany(ids);
    happens();
    return read;
  });
};

describe('what an agent knows of a rollout', () => {
  it.each<{ note: string; setUp: () => void; stopped: boolean; listed: number }>([
    { note: 'goes on where nobody stopped it', setUp: () => undefined, stopped: false, listed: 0 },
    { note: 'has stopped where another agent found that', setUp: () => scene.putStop(), stopped: true, listed: 1 },
    {
      note: 'goes on where a person said so',
      setUp: () => scene.putStop({ resumed: RESUMED }),
      stopped: false,
      listed: 0,
    },
    {
      note: 'goes on where another text of it stopped',
      setUp: () => scene.putStop({ hash: 'old' }),
      stopped: false,
      listed: 0,
    },
  ])('it $note', async ({ setUp, stopped, listed }) => {
    setUp();
    expect([scene.isStopped(), scene.keeper.stopped]).toEqual([true, []]);
    scene.run();
    await scene.room.wait(5_500);
    expect([scene.isStopped(), scene.keeper.stopped.length]).toEqual([stopped, listed]);
  });

  it('is read at once when other policies are in force', async () => {
    await scene.room.wait(100);
    scene.bundle = rolledOut('{ percent: 50, by: asset }');
    expect(scene.isStopped()).toBe(true);
    scene.activate();
    await scene.room.wait(100);
    expect(scene.isStopped()).toBe(false);
  });

  it('costs nothing while nothing is rolled out', async () => {
    scene.end();
    scene = rolloutScene();
    scene.bundle = undefined;
    const reads = jest.spyOn(scene.room.port.store, 'getMany');
    const found = jest.spyOn(scene.evidence, 'find');
    scene.run();
    await scene.room.wait(40_000);
    expect(await scene.room.run(scene.keeper.view())).toEqual([]);
    expect([reads.mock.calls.length, found.mock.calls.length]).toEqual([0, 0]);
  });
});

describe('the judging of rollouts', () => {
  it('takes place twice a minute', async () => {
    const found = jest.spyOn(scene.evidence, 'find');
    scene.run();
    await scene.room.wait(100);
    const once = found.mock.calls.length;
    await scene.room.wait(60_000);
    expect([once > 0, found.mock.calls.length]).toEqual([true, 3 * once]);
  });

  it.each<{ note: string; setUp: () => void }>([
    { note: 'while no session is up', setUp: () => (scene.joined = false) },
    { note: 'where all of them have stopped', setUp: () => scene.putStop() },
  ])('reads no evidence $note', async ({ setUp }) => {
    setUp();
    const found = jest.spyOn(scene.evidence, 'find');
    scene.run();
    await scene.room.wait(40_000);
    expect(found).not.toHaveBeenCalled();
  });

  it.each<{ note: string; cause: Error; lines: readonly string[] }>([
    { note: 'a bug, and tells that', cause: new Error('a bug'), lines: ['rollouts could not be judged'] },
    { note: 'a store that is away, in silence', cause: new StoreUnavailable('away'), lines: [] },
  ])('goes on after $note', async ({ cause, lines }) => {
    jest.spyOn(scene.evidence, 'find').mockRejectedValueOnce(cause);
    scene.record({ count: 4, ...WRONG });
    scene.run();
    await scene.room.wait(40_000);
    expect(scene.room.lines).toEqual([...lines, 'a rollout has stopped itself']);
    expect(scene.isStopped()).toBe(true);
  });

  it('counts what a person said since it was read: that is judged the next time', async () => {
    scene.record({ count: 4, atMs: -2_000, ...WRONG });
    await scene.room.run(scene.keeper.view());
    scene.putStop({ resumed: RESUMED });
    await judge();
    expect([scene.stop()?.resumed, audits(), scene.room.lines]).toEqual([RESUMED, [], []]);
    expect(scene.isStopped()).toBe(false);
  });

  it('stops it a second time, where it went wrong again after a person let it go on elsewhere', async () => {
    scene.record({ count: 4, ...WRONG });
    scene.run();
    await scene.room.wait(500);
    expect(scene.isStopped()).toBe(true);
    scene.putStop({ resumed: { ...WORD, at: utcAt(1_000) } });
    scene.record({ count: 5, atMs: 2_000, ...WRONG });
    await scene.room.wait(40_000);
    expect(scene.stop()).toMatchObject({ why: 'people overrode 5 of its 5 acts (5 causes): clearly more than 30 %' });
    expect([scene.stop()?.resumed, audits()]).toEqual([undefined, ['stop_rollout', 'stop_rollout']]);
  });

  it('stops a text in the place of an older one that stopped', async () => {
    scene.record({ count: 4, ...WRONG });
    scene.putStop({ hash: 'old', resumed: RESUMED });
    scene.run();
    await scene.room.wait(500);
    expect(scene.stop()).toMatchObject({ hash: scene.ref().hash });
    expect(scene.stop()?.resumed).toBeUndefined();
  });
});

describe('a person who lets a rollout go on', () => {
  it('is heard at once, and is on record', async () => {
    scene.putStop();
    expect(await resume()).toBe(true);
    expect([scene.isStopped(), scene.keeper.stopped]).toEqual([false, []]);
    await scene.room.wait(100);
    expect(scene.stop()?.resumed).toMatchObject(WORD);
    expect(scene.room.fake.get('rollout:block-rolled')?.facets).toMatchObject({ state: 'rollout_resumed' });
    expect([...(scene.room.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body)).toMatchObject([
      {
        verb: 'resume_rollout',
        by: 'ann',
        digest: scene.ref().hash,
        text: WORD.reason,
        policy: { id: 'block-rolled' },
      },
    ]);
  });

  it.each<{ note: string; setUp: () => void }>([
    { note: 'it never stopped', setUp: () => undefined },
    { note: 'it goes on already', setUp: () => scene.putStop({ resumed: RESUMED }) },
    {
      note: 'somebody else was faster',
      setUp: () => [scene.putStop(), meanwhile(() => scene.putStop({ resumed: RESUMED }))],
    },
    {
      note: 'another text stopped meanwhile',
      setUp: () => [scene.putStop(), meanwhile(() => scene.putStop({ hash: 'newer' }))],
    },
  ])('is told where $note, and changes nothing', async ({ setUp }) => {
    await scene.room.wait(100);
    setUp();
    expect(await resume()).toBe(false);
    await scene.room.wait(100);
    expect([audits(), scene.stop()?.resumed?.at === utcAt(scene.room.scheduler.now)]).toEqual([[], false]);
  });

  it('is told that it cannot be while no session is up', async () => {
    scene.putStop();
    scene.joined = false;
    await expect(resume()).rejects.toBeInstanceOf(StoreUnavailable);
  });
});
