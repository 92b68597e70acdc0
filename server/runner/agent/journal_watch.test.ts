import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { anEffect, anEntry, EFFECT } from '../../../test/builders/undoing';
import type { Boot, JournalEntry } from '../ports';
import { PERMIT_MS } from '../session/session_times';
import { JournalWatch } from './journal_watch';
import type { Shift } from './shift';

/** A session that heard from OpenSearch for the last time so many ms ago. */
interface Scene {
  readonly room: Room;
  readonly watch: JournalWatch;
  /** Undefined: no session is up. */
  silentForMs: number | undefined;
  kept: readonly string[];
  refused: 'replaced' | 'others' | undefined;
  readonly end: () => void;
}

const DUE = { id: 'run', due: -1 };
const past = (overrides: Partial<JournalEntry> = {}): JournalEntry => anEntry({ boot: DUE, ...overrides });

let scene: Scene;
afterEach(() => scene.end());

const sceneOf = async (
  inherited: readonly JournalEntry[],
  made: readonly JournalEntry[] = [],
  so: Partial<Pick<Scene, 'kept' | 'refused' | 'silentForMs'>> = {},
): Promise<Scene> => {
  const room = undoRoom({ settle_time_ms: 0 });
  const boot = (): Boot => ({ id: 'run', now: room.scheduler.now });
  const clock = { ...room.basics.clock, boot };
  await room.journal.put(inherited);
  let over = false;
  const shift = () =>
    scene.silentForMs === undefined
      ? undefined
      : ({
          session: { silentForMs: scene.silentForMs },
          effects: { isKept: (id: string) => scene.kept.includes(id) },
        } as unknown as Shift);
  const watch = new JournalWatch({
    ...room,
    ...room.basics,
    memory: room.disk.ports(async () => undefined).memory,
    clock,
    store: room.port.store,
    clockTrusted: () => true,
    suspensions: { holds: () => false },
    shift,
    mayUndoAlone: () => true,
    othersWork: () => scene.refused === 'others',
    isReplaced: () => scene.refused === 'replaced',
  });
  scene = { room, watch, silentForMs: 0, kept: [], refused: undefined, ...so, end: () => (over = true) };
  await room.journal.put(made);
  void watch.run(() => over);
  return scene;
};

describe('an agent that hears nothing from OpenSearch', () => {
  it.each<[note: string, silentForMs: number | undefined, waitMs: number, undone: boolean]>([
    ['undoes what is due once its permit has lapsed', PERMIT_MS + 1, 2_000, true],
    ['leaves its effects to its session while that may start something', PERMIT_MS - 500, 400, false],
    ['undoes what is due without a session, as soon as none can have a permit', undefined, PERMIT_MS + 1_000, true],
    ['undoes nothing right after it began: it may join in a moment', undefined, PERMIT_MS - 200, false],
  ])('%s', async (_note, silentForMs, waitMs, undone) => {
    await sceneOf([], [past()], { silentForMs });
    scene.room.putEffect(anEffect());
    await scene.room.wait(waitMs);
    expect(scene.room.target.is).toBe(undone ? 'absent' : 'present');
  });

  it('counts from when it last heard, however often it fails to join in between', async () => {
    await sceneOf([], [past()]);
    for (let tries = 0; tries < 4; tries += 1) {
      scene.silentForMs = undefined;
      await scene.room.wait(400);
      // A session that never got an answer.
      scene.silentForMs = Infinity;
      await scene.room.wait(50);
    }
    await scene.room.wait(500);
    expect(scene.room.target.is).toBe('absent');
  });

  it('leaves its effects to agents that work with the state, for a minute: then nobody has undone them', async () => {
    await sceneOf([past()], [], { silentForMs: undefined, refused: 'others' });
    await scene.room.wait(59_000);
    expect(scene.room.target.calls).toEqual([]);
    await scene.room.wait(3_000);
    expect(scene.room.target.is).toBe('absent');
  });

  it('undoes what it left to others, as soon as OpenSearch is away', async () => {
    await sceneOf([past()], [], { silentForMs: undefined, refused: 'others' });
    await scene.room.wait(5_000);
    scene.refused = undefined;
    await scene.room.wait(500);
    expect(scene.room.target.is).toBe('absent');
  });
});

describe('an agent with its session', () => {
  it('tells in the log where the journal could not be compared, and compares it again', async () => {
    await sceneOf([anEntry({ boot: { id: 'run', due: 600_000 }, generation: 'g1' })]);
    scene.watch.sessionJoined();
    const { store } = scene.room.port;
    const { getMany } = store;
    Object.assign(store, { getMany: () => Promise.reject(new Error('a bug')) });
    await scene.room.wait(40_000);
    expect(scene.room.lines).toContain('comparing the journal failed');
    Object.assign(store, { getMany });
    await scene.room.wait(40_000);
    expect(scene.watch.knownHere).toMatchObject({ state: 'asked' });
  });

  it('undoes what an earlier process left, and marks it for the state', async () => {
    await sceneOf([past()]);
    scene.room.putEffect(anEffect({ session: 'session-before' }));
    await scene.room.wait(3_000);
    expect(scene.room.target.is).toBe('absent');
    expect(scene.room.journal.open()).toMatchObject([{ command_id: 'c1', undone_offline: true, gone: true }]);
  });

  it('leaves what its session looks after to that', async () => {
    await sceneOf([past()], [], { kept: [EFFECT] });
    scene.room.putEffect(anEffect());
    await scene.room.wait(60_000);
    expect(scene.room.target.calls).toEqual([]);
  });

  it('undoes what the state does not know, at its deadline, and then forgets it', async () => {
    await sceneOf([], [past({ boot: { id: 'run', due: 90_000 } })]);
    await scene.room.wait(89_000);
    expect([scene.room.target.is, scene.watch.knownHere.effects.size]).toEqual(['present', 1]);
    await scene.room.wait(70_000);
    expect([scene.room.target.is, scene.watch.knownHere.effects.size, scene.room.journal.open()]).toEqual([
      'absent',
      0,
      [],
    ]);
  });

  it('does not touch what it executed itself and the state knows', async () => {
    await sceneOf([], [past()]);
    scene.room.putEffect(anEffect());
    await scene.room.wait(120_000);
    expect([scene.room.target.calls, scene.watch.knownHere.effects.size]).toEqual([[], 0]);
  });
});

describe('a state that was replaced', () => {
  it('leaves everything that is open known to this machine only, until it is undone from the journal', async () => {
    await sceneOf([
      past({ boot: { id: 'run', due: 30_000 } }),
      past({ command_id: 'c2', boot: { id: 'run', due: 30_000 } }),
    ]);
    scene.silentForMs = undefined;
    scene.refused = 'replaced';
    await scene.room.wait(5_000);
    expect([scene.watch.knownHere.effects.size, scene.room.target.is]).toEqual([1, 'present']);
    await scene.room.wait(30_000);
    expect([scene.watch.knownHere.effects.size, scene.room.target.is]).toEqual([0, 'absent']);
    expect(scene.room.journal.open()).toHaveLength(2);
  });
});

describe('an agent that OpenSearch does not answer', () => {
  it('names everything that its journal tells of, once it has waited for five seconds', async () => {
    await sceneOf([], [past({ boot: { id: 'run', due: 900_000 } })]);
    scene.room.putEffect(anEffect());
    const known = () => [scene.watch.knownHere.state, scene.watch.knownHere.effects.size];
    scene.silentForMs = 4_900;
    expect(known()).toEqual(['asked', 0]);
    scene.silentForMs = undefined;
    await scene.room.wait(5_200);
    expect(known()).toEqual(['away', 1]);
    scene.silentForMs = 0;
    expect(known()).toEqual(['asked', 0]);
  });

  it('is one that other agents can be asked instead of, where it is shut out by them: nothing of it waits', async () => {
    await sceneOf([past({ connector: 'none here' })], [], { silentForMs: undefined, refused: 'others' });
    await scene.room.wait(60_000);
    expect([scene.watch.knownHere.state, scene.watch.waiting]).toEqual(['asked', 0]);
  });
});
