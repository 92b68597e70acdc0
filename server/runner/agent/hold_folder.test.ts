import { placedFolder, type PlacedFolder } from '../../../test/builders/folder_place';
import { aMemory } from '../../../test/builders/trust_desk';
import { aGate, undoRoom, type Room } from '../../../test/builders/undo_room';
import { anEffect, anEntry, utcAt } from '../../../test/builders/undoing';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { sessionId } from '../keeping/kinds/session';
import { contentOf } from '../keeping/state_docs';
import { DiskFailed, FolderRefused, type LocalMemory } from '../ports';
import { GENERATION } from './adopt';
import { FolderHolding } from './hold_folder';

/* Copies of a folder are copies of its memory; how they look to the file system is what `place` says. */

let room: Room;
let memory: Map<string, string>;
let place: PlacedFolder;
let isFull: boolean;
beforeEach(() => {
  isFull = false;
  room = undoRoom();
  memory = new Map();
  place = placedFolder();
  putGate();
});

const putGate = (change: Partial<Gate> = {}): void =>
  void room.put({ id: GATE_ID, kind: 'gate', facets: {}, content: aGate(change) });

/** A memory on a disk that may be full. */
const onDisk = (on: LocalMemory): LocalMemory => ({
  read: on.read,
  write: async (key, value) => {
    if (isFull) throw new DiskFailed('the disk is full');
    await on.write(key, value);
  },
});

const started = (values = memory, at = place): FolderHolding =>
  new FolderHolding({
    ...room.basics,
    store: room.port.store,
    evidence: fakeEvidenceLog(room.evidence),
    journal: room.journal,
    memory: onDisk(aMemory(values)),
    place: at,
    name: { agent: 'a', host: 'h' },
  });
const hold = (holding: FolderHolding, session = 's1') => room.run(holding.hold(session));
const refusal = async (holding: FolderHolding, session?: string): Promise<string> =>
  hold(holding, session).then(
    () => 'held',
    (cause: unknown) => (cause instanceof FolderRefused ? cause.code : String(cause)),
  );
const holders = () =>
  [...room.fake.documents.keys()]
    .filter((id) => id.startsWith('holder:'))
    .map((id) => contentOf('holder', room.fake.get(id)));
const copyOf = (values: Map<string, string>): Map<string, string> => new Map(values);
/** Its heartbeat is written every 300 ms until it is to stand still. */
const beats = (id: string, until: () => boolean): void => {
  let n = 0;
  const beat = (): void => {
    if (until()) return;
    n += 1;
    const content = { id, n, dead: false, agent: 'a' } as never;
    room.put({ id: sessionId(id), kind: 'session', facets: {}, content });
    room.scheduler.after(300, beat);
  };
  beat();
};

describe('a data folder', () => {
  it('has one record in the state, with another token after each start', async () => {
    await hold(started());
    const [first] = holders();
    expect(first).toMatchObject({ session: 's1', agent: 'a', host: 'h', folder: '/data', generation: 'g1' });
    await hold(started(), 's2');
    const [second, ...more] = holders();
    expect([second?.session, more]).toEqual(['s2', []]);
    expect(second?.token).not.toBe(first?.token);
    expect(second?.installation).toBe(first?.installation);
  });

  it('is refused where a newer start of it is known, and from then on undoes nothing alone', async () => {
    await hold(started());
    const old = copyOf(memory);
    await hold(started(), 's2');
    const copy = started(old);
    expect([copy.mayUndoAlone, await refusal(copy, 's3')]).toEqual([true, 'folder_superseded']);
    expect([copy.mayUndoAlone, started(old).mayUndoAlone]).toEqual([false, false]);
    expect(holders()[0]?.session).toBe('s2');
  });

  it('is believed by a process that has held it, also once another one holds it, and says so', async () => {
    const first = started();
    await hold(first);
    await hold(started(copyOf(memory)), 's2');
    await expect(hold(first, 's3')).rejects.toThrow('undoes from its journal only what nobody else does');
    // The next process cannot tell it from a copy that was put back.
    expect([first.mayUndoAlone, started().mayUndoAlone]).toEqual([true, false]);
  });

  it('says who works with it, where, and what to do', async () => {
    await hold(started());
    const old = copyOf(memory);
    await hold(started(), 's2');
    await expect(hold(started(old), 's3')).rejects.toThrow(
      `older than the one that works with this state: \`a\` on \`h\` (\`/data\`), since ${utcAt(0).slice(0, 16)}`,
    );
    await expect(hold(started(old), 's3')).rejects.toThrow(
      'starts nothing, and undoes nothing from its journal. If the first one is gone for good, run `reflex folder adopt --reason …`',
    );
  });

  it.each(['lost', 'late'] as const)('is still its own where an answer was %s', async (fate) => {
    await hold(started());
    room.port.bulkFates.push(fate);
    expect(await refusal(started(), 's2')).toContain('no answer');
    await room.wait(5_000);
    expect(await refusal(started(), 's3')).toBe('held');
    expect(await refusal(started(), 's4')).toBe('held');
  });

  it('is held again by the same process without waiting for its own last session', async () => {
    const holding = started();
    await hold(holding);
    beats('s1', () => false);
    const before = room.scheduler.now;
    await hold(holding, 's2');
    expect(room.scheduler.now - before).toBeLessThan(100);
  });

  describe('on a disk that takes nothing', () => {
    it('is held again, also after a restart, and after that as ever', async () => {
      const holding = started();
      await hold(holding);
      const [first] = holders();
      isFull = true;
      await hold(holding, 's2');
      await hold(started(), 's3');
      isFull = false;
      expect(holders()).toEqual([{ ...first, session: 's3', at: holders()[0]?.at }]);
      await hold(started(), 's4');
      expect([holders()[0]?.session, holders()[0]?.token === first?.token]).toEqual(['s4', false]);
      expect(await refusal(started(), 's5')).toBe('held');
    });

    it('is not held where nobody could tell it from a copy of it', async () => {
      isFull = true;
      await expect(hold(started())).rejects.toThrow('the disk is full');
      isFull = false;
      await hold(started());
      isFull = true;
      place.is = 'elsewhere';
      await expect(hold(started(), 's2')).rejects.toThrow('the disk is full');
    });
  });

  it('is refused where a copy of the whole disk still runs, and is free once that stands still', async () => {
    await hold(started());
    let isOver = false;
    beats('s1', () => isOver);
    expect(await refusal(started(), 's2')).toBe('folder_in_use');
    isOver = true;
    expect(await refusal(started(), 's2')).toBe('held');
  });

  it('is not taken for running because one heartbeat of the dead landed late', async () => {
    await hold(started());
    let left = 2;
    beats('s1', () => (left -= 1) < 0);
    expect(await refusal(started(), 's2')).toBe('held');
  });

  it('does not ask OpenSearch where this machine knows that it is a copy', async () => {
    await hold(started());
    room.port.away = true;
    expect(await refusal(started(copyOf(memory), placedFolder('copied')), 's2')).toBe('folder_copied');
  });

  it('on another machine waits until the session before is dead for certain', async () => {
    await hold(started());
    let left = 1;
    beats('s1', () => (left -= 1) < 0);
    place.is = 'elsewhere';
    const before = room.scheduler.now;
    expect(started().mayUndoAlone).toBe(false);
    await hold(started(), 's2');
    expect(room.scheduler.now - before).toBeGreaterThanOrEqual(5_000);
    expect(contentOf('session', room.fake.get(sessionId('s1')))?.dead).toBe(true);
    expect(place.is).toBe('here');
  });
});

describe('a person who orders to go on with a folder', () => {
  const ORDER = { who: 'ana', why: 'the old machine is gone' };

  it('is on record, once, and the other copies are refused', async () => {
    await hold(started());
    const old = copyOf(memory);
    await hold(started(), 's2');
    const adopted = placedFolder('copied');
    adopted.ordered = ORDER;
    await hold(started(old, adopted), 's3');
    expect([adopted.is, adopted.ordered, holders()[0]?.session]).toEqual(['here', undefined, 's3']);
    const audited = [...(room.evidence.records.get('audit')?.values() ?? [])].map(({ body }) => body);
    expect(audited).toEqual([
      expect.objectContaining({
        verb: 'adopt_folder',
        by: 'ana',
        text: ORDER.why,
        outcome: expect.stringContaining('held before by `a` on `h` (`/data`)') as string,
      }),
    ]);
    expect(await refusal(started(), 's4')).toBe('folder_superseded');
  });

  it('stays ordered until it is done', async () => {
    place.is = 'copied';
    place.ordered = ORDER;
    room.port.bulkFates.push('refused');
    expect(await refusal(started())).toContain('no answer');
    expect(place.ordered).toBe(ORDER);
    expect(await refusal(started())).toBe('held');
  });

  it('leaves to the state what the state knows, and keeps in the journal what only the journal knows', async () => {
    room.putEffect(anEffect());
    await room.journal.put([anEntry(), anEntry({ command_id: 'c2', effect_id: 'effect:unknown' })]);
    place.is = 'copied';
    place.ordered = ORDER;
    await hold(started());
    expect(room.journal.open().map(({ command_id }) => command_id)).toEqual(['c2']);
  });

  it('is not needed for a restart on the same machine, which keeps its journal', async () => {
    room.putEffect(anEffect());
    await room.journal.put([anEntry()]);
    await hold(started());
    expect(room.journal.open()).toHaveLength(1);
  });
});

describe('another state', () => {
  it('that this agent does not know is left as it is', async () => {
    memory.set(GENERATION, 'g0');
    await hold(started());
    expect(holders()).toEqual([]);
  });

  it('that an upgrade went on from is the same one', async () => {
    await hold(started());
    const old = copyOf(memory);
    await hold(started(), 's2');
    putGate({ generation: 'g2', lineage: ['g1'] });
    expect(await refusal(started(old), 's3')).toBe('folder_superseded');
  });

  it('that a person adopted says nothing of who held the folder before', async () => {
    await hold(started());
    const old = copyOf(memory);
    await hold(started(), 's2');
    putGate({ generation: 'g2' });
    old.set(GENERATION, 'g2');
    expect(await refusal(started(old), 's3')).toBe('held');
  });
});
