import { aGate, undoRoom, type Room } from '../../../test/builders/undo_room';
import type { CaseAct } from '../keeping/kinds/case';
import { aCase, aCaseAct, aReason, anEffect, anEntry } from '../../../test/builders/undoing';
import type { Effect } from '../../engine/execution/effect';
import { GATE_ID, type Gate } from '../keeping/kinds/gate';
import { StoreUnavailable, type JournalEntry, type LocalMemory } from '../ports';
import { GENERATION, IDENTITY } from './adopt';
import { JournalCompare } from './journal_compare';

/* While a session is up: entries that another agent ended are closed, on proof only and a little at a time. */

const THEIRS = { session: 'session-other' };
const ENDED = anEffect({ ...THEIRS, state: 'absent', reasons: [] });

let room: Room;
let memory: LocalMemory;
let comparison: JournalCompare;
let kept: readonly string[];
beforeEach(async () => {
  room = undoRoom();
  kept = [];
  memory = room.disk.ports(async () => undefined).memory;
  await memory.write(GENERATION, 'g1');
  await memory.write(IDENTITY, 'identity');
  putGate();
  comparison = new JournalCompare({ store: room.port.store, journal: room.journal, memory, clock: room.basics.clock });
});
const putGate = (change: Partial<Gate> = {}): void =>
  void room.put({ id: GATE_ID, kind: 'gate', facets: {}, content: aGate(change) });
const open = (): readonly string[] => room.journal.open().map(({ command_id }) => command_id);
const compareFor = async (ms: number): Promise<void> => {
  for (const end = room.scheduler.now + ms; room.scheduler.now < end; await room.wait(250))
    await room.run(comparison.round((id) => kept.includes(id)).catch(() => undefined));
};
/** What an earlier session put, with what the state says of it by now. */
const left = async (entry: Partial<JournalEntry> = {}, effect: Effect | null = ENDED): Promise<void> => {
  await room.journal.put([anEntry({ generation: 'g1', ...entry })]);
  if (effect) room.putEffect(effect);
  comparison.sessionJoined();
};

describe('an entry of an earlier session', () => {
  it('is closed within seconds once another agent ended its effect, and not before', async () => {
    await left({}, anEffect(THEIRS));
    await compareFor(40_000);
    expect(open()).toEqual(['c1']);
    room.putEffect(ENDED);
    await compareFor(16_000);
    expect([open(), [...comparison.unknown]]).toEqual([[], []]);
  });

  it('is looked at every 15 s, and no more often', async () => {
    await left({}, anEffect(THEIRS));
    const reads = jest.spyOn(room.port.store, 'getMany');
    await compareFor(44_000);
    expect(reads).toHaveBeenCalledTimes(3);
  });

  it.each<[note: string, entry: Partial<JournalEntry>, effect: Effect | null, stays: boolean]>([
    ['is closed where its effect does not name it', {}, anEffect({ ...THEIRS, reasons: [aReason('c9')] }), false],
    ['stays where its effect names it', {}, anEffect({ ...THEIRS, state: 'undoing' }), true],
    ['stays where nothing is known of its effect', {}, null, true],
    ['stays where its case had that claim', { claim: { case_id: 'case:c1', claims: 2 } }, null, true],
    ['is closed where its claim never landed', { claim: { case_id: 'case:c1', claims: 3 } }, null, false],
    ['stays where it is of another generation', { generation: 'g0' }, ENDED, true],
  ])('%s', async (_note, entry, effect, stays) => {
    room.putCase(aCase('case:c1', { claims: 2 }));
    await left(entry, effect);
    await compareFor(2_000);
    expect(open()).toEqual(stays ? ['c1'] : []);
  });

  it('is left alone while this session looks after its effect', async () => {
    kept = ['effect:1'];
    await left();
    await compareFor(40_000);
    expect(open()).toEqual(['c1']);
    kept = [];
    await compareFor(16_000);
    expect(open()).toEqual([]);
  });
});

describe('an entry of this session', () => {
  it('is its own to close: its claim may be on its way while the state does not name it', async () => {
    await left();
    await room.journal.put([anEntry({ command_id: 'c2', generation: 'g1' })]);
    await compareFor(40_000);
    expect(open()).toEqual(['c2']);
    comparison.sessionJoined();
    await compareFor(16_000);
    expect(open()).toEqual([]);
  });

  it.each<[note: string, claims: number | undefined, names: string, effect: Effect | null, stays: boolean]>([
    ['is closed where its claim was given up', 2, 'c9', ENDED, false],
    ['is closed where its case was claimed again since', 3, 'c9', anEffect({ reasons: [aReason('c9')] }), false],
    ['stays where its claim has not landed yet', 1, 'c9', ENDED, true],
    ['stays where its claim landed after its effect was read', 2, 'c1', ENDED, true],
    ['stays where its effect has no document', 3, 'c9', null, true],
    ['stays where its case has no document', undefined, 'c9', ENDED, true],
  ])('%s', async (...[, claims, names, effect, stays]) => {
    comparison.sessionJoined();
    await room.journal.put([anEntry({ generation: 'g1', claim: { case_id: 'case:c1', claims: 2 } })]);
    if (effect) room.putEffect(effect);
    if (claims !== undefined) room.putCase(aCase('case:c1', { claims, acts: [aCaseAct({ command_id: names })] }));
    await compareFor(40_000);
    expect(open()).toEqual(stays ? ['c1'] : []);
  });

  it.each<[status: CaseAct['status'], stays: boolean]>([
    ['waiting', false],
    ['refused', false],
    ['denied', false],
    ['expired', false],
    ['applying', true],
    ['unknown', true],
    ['present', true],
    ['gone', true],
  ])('whose act is %s and whose effect does not name it: it stays is %s', async (status, stays) => {
    comparison.sessionJoined();
    await room.journal.put([anEntry({ generation: 'g1', claim: { case_id: 'case:c1', claims: 2 } })]);
    room.putEffect(ENDED);
    room.putCase(aCase('case:c1', { claims: 2, acts: [aCaseAct({ command_id: 'c1', status })] }));
    await compareFor(40_000);
    expect(open()).toEqual(stays ? ['c1'] : []);
  });

  it('is closed where its target said that nothing is there', async () => {
    comparison.sessionJoined();
    await room.journal.put([anEntry({ gone: true })]);
    await compareFor(2_000);
    expect(open()).toEqual([]);
  });
});

describe('a state that is not what this agent knows', () => {
  const remove = (id: string): void => {
    const doc = room.fake.get(id);
    if (doc) room.fake.remove(id, doc.version);
  };
  const identity = (answer: () => Promise<string>): void => void Object.assign(room.port.store, { identity: answer });

  it.each<[note: string, spoil: () => void]>([
    ['was emptied', () => room.fake.documents.clear()],
    ['lost its gate', () => remove(GATE_ID)],
    ['lost the effect and its case', () => remove('effect:1')],
    ['was deleted', () => identity(async () => 'missing')],
    ['was restored from a snapshot', () => identity(async () => 'identity of another history')],
    ['was closed', () => identity(() => Promise.reject(new StoreUnavailable('closed')))],
    ['was adopted', () => putGate({ generation: 'g2' })],
  ])('closes nothing: it %s', async (_note, spoil) => {
    await left();
    spoil();
    await compareFor(40_000);
    expect(open()).toEqual(['c1']);
  });

  it('closes nothing if it was put back while it was read', async () => {
    await left();
    const { getMany } = room.port.store;
    Object.assign(room.port.store, {
      getMany: async (ids: readonly string[]) => {
        identity(async () => 'identity of another history');
        return getMany(ids);
      },
    });
    await compareFor(2_000);
    expect(open()).toEqual(['c1']);
  });

  it('closes nothing before this agent remembers which state it joined', async () => {
    memory = room.disk.ports(async () => undefined).memory;
    room.disk.memory.delete(IDENTITY);
    await left();
    await compareFor(2_000);
    expect(open()).toEqual(['c1']);
    await memory.write(IDENTITY, 'identity');
    await compareFor(16_000);
    expect(open()).toEqual([]);
  });

  it('goes on where an upgrade went on from the state that it knows', async () => {
    await left();
    putGate({ generation: 'g2', lineage: ['g1'] });
    await compareFor(2_000);
    expect(open()).toEqual([]);
  });
});

describe('effects that only the journal knows', () => {
  it('are those without a document, for as long as there is none', async () => {
    await left({}, anEffect(THEIRS));
    await left({ command_id: 'c2', effect_id: 'effect:2' }, null);
    await compareFor(2_000);
    expect([...comparison.unknown]).toEqual(['effect:2']);
    room.putEffect(anEffect({ reasons: [aReason('c2')] }), 'effect:2');
    await compareFor(16_000);
    expect([...comparison.unknown]).toEqual([]);
  });

  it('are forgotten with their entries', async () => {
    await left({}, null);
    await compareFor(2_000);
    expect(comparison.unknown.size).toBe(1);
    await room.journal.close(['c1']);
    await compareFor(16_000);
    expect(comparison.unknown.size).toBe(0);
  });
});

it('ten thousand entries are gone through a little at a time, and begun anew', async () => {
  const COUNT = 10_000;
  const entries = Array.from({ length: COUNT }, (_each, at) =>
    anEntry({ command_id: `c${at}`, effect_id: `effect:${at}`, generation: 'g1' }),
  );
  await room.journal.put(entries);
  comparison.sessionJoined();
  const asked: string[][] = [];
  const { getMany } = room.port.store;
  Object.assign(room.port.store, {
    getMany: (ids: readonly string[]) => {
      asked.push([...ids]);
      return getMany(ids);
    },
  });
  // The real journal finds the entries of an effect without going through all.
  const byId = new Map(entries.map((entry) => [entry.effect_id, [entry]]));
  Object.assign(room.journal, { ofEffect: (id: string) => byId.get(id) ?? [] });
  await compareFor(45_000);
  expect(Math.max(...asked.map(({ length }) => length))).toBe(250);
  expect(asked.length).toBeLessThanOrEqual(45);
  expect(new Set(asked.slice(0, 40).flat()).size).toBe(COUNT);
  expect(asked[40]?.[0]).toBe('effect:0');
});

it('is made again where the journal cannot be written: whoever began it is told', async () => {
  await left();
  const full = Object.assign(Object.create(room.journal) as typeof room.journal, {
    close: () => Promise.reject(new Error('the disk is full')),
  });
  const failing = new JournalCompare({ store: room.port.store, journal: full, memory, clock: room.basics.clock });
  failing.sessionJoined();
  await expect(room.run(failing.round(() => false))).rejects.toThrow('the disk is full');
  expect(open()).toHaveLength(1);
});
