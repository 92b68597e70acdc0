import { FakeStore } from '../../../test/fakes/fake_store';
import { Scheduler } from '../../../test/fakes/scheduler';
import { chanceOf, clockOf, drive, storePort, type Fate, type StorePort } from '../../../test/builders/store_port';
import { StoreUnavailable, type StateBody, type StateKind, type StateWrite, type WriteOutcome } from '../ports';
import { fenceOff, patiently, type Fencing } from './fence_off';
import { SessionLost } from './session_lost';

/* What a write whose answer was lost came to is found out by writing again: protocol.md 0, docs/decisions/004. */

const ORDINAL = 77;

let scheduler: Scheduler;
let fake: FakeStore;
let port: StorePort;
let lost: boolean;
beforeEach(() => {
  scheduler = new Scheduler();
  fake = new FakeStore();
  port = storePort(fake, scheduler);
  lost = false;
});
const fencing = (more: Partial<Fencing> = {}): Fencing => ({
  store: port.store,
  chance: chanceOf(),
  clock: clockOf(scheduler),
  isLost: () => lost,
  emptyOrdinal: () => ORDINAL,
  ...more,
});
const fenced = (write: StateWrite, more: Partial<Fencing> = {}) =>
  drive(scheduler, fenceOff(fencing(more), [write])).then((certain) => certain.get(write.id)?.seqNo);

const writeOf = (kind: StateKind, content: unknown, overrides: Partial<StateBody> = {}): StateWrite => ({
  id: `${kind}:1`,
  expect: 'absent',
  body: {
    kind,
    write_id: 'mine',
    session: 's1',
    owner: 's1',
    ordinal: 5,
    facets: { state: 'before', at: 'then' },
    content,
    outbox: [{ family: 'actions', id: 'c1#0', at: 'then', body: {} }],
    ...overrides,
  },
});
const CURSOR = writeOf('cursor', 7);
const CASE = writeOf('case', { received: { case_id: 'case:1' }, state: 'applying', acts: [1], claims: 3, due: 'soon' });
const theirs = (write: StateWrite): StateWrite => ({
  ...write,
  body: { ...write.body, write_id: 'theirs', content: 'theirs' },
});

describe('a write whose answer was lost', () => {
  it('that landed is written once more, unchanged, and counts with the version of that', async () => {
    fake.write(CASE);
    expect(await fenced(CASE)).toBe(2);
    expect(fake.get('case:1')).toMatchObject(CASE.body);
    expect(fake.get('case:1')?.touched).toEqual(expect.any(String));
  });

  it('that somebody else was faster with does not count, and theirs stays', async () => {
    fake.write(theirs(CASE));
    expect(await fenced(CASE)).toBeUndefined();
    expect(fake.get('case:1')).toMatchObject({ content: 'theirs', version: { seqNo: 2 } });
    expect(fake.get('case:1')).toMatchObject({ write_id: 'theirs', touched: expect.any(String) });
  });

  it.each<[kind: 'case' | 'effect' | 'ledger', content: object, blank: object, state: string]>([
    [
      'case',
      { received: { case_id: 'case:1' }, state: 'applying', acts: [1], claims: 3, due: 'soon' },
      { received: { case_id: 'case:1' }, state: 'held', acts: [], claims: 0, note: 'its first write was not answered' },
      'held',
    ],
    [
      'effect',
      { connector: 'edge', state: 'applying', reasons: [1], requested: [2], gen: 3, fence: 4, outbox: [5] },
      { connector: 'edge', state: 'absent', reasons: [], requested: [], gen: 0, fence: 0, outbox: [] },
      'absent',
    ],
    [
      'ledger',
      { limit: 'l', scope: 's', entries: [1], buckets: [2] },
      { limit: 'l', scope: 's', entries: [], buckets: [] },
      'empty',
    ],
  ])('of a new %s that is not there is kept from landing by an empty one', async (kind, content, blank, state) => {
    const write = writeOf(kind, content);
    expect(await fenced(write)).toBeUndefined();
    const { write_id, ...stored } = fake.get(write.id) ?? { write_id: '' };
    expect(stored).toEqual({
      id: write.id,
      version: { seqNo: 1, primaryTerm: 1 },
      kind,
      session: 's1',
      owner: 's1',
      ordinal: ORDINAL,
      facets: { state, at: 'then' },
      content: blank,
      outbox: [],
    });
    expect(write_id).not.toBe('mine');
    expect(fake.write(write).kind).toBe('conflict');
  });

  it('of a document that is gone meanwhile is kept from landing like one of a new document', async () => {
    fake.write(CASE);
    const version = fake.get('case:1')?.version ?? 'absent';
    fake.documents.delete('case:1');
    expect(await fenced({ ...CASE, expect: version })).toBeUndefined();
    expect(fake.get('case:1')).toMatchObject({ facets: { state: 'held' }, content: { claims: 0 } });
  });

  it('of a document that stands alone is made again as it was', async () => {
    expect(await fenced(CURSOR)).toBe(1);
    expect(fake.get('cursor:1')).toMatchObject({ ...CURSOR.body, version: { seqNo: 1 } });
  });

  it.each<[note: string, given: { write: StateWrite; landed: boolean; fates: Fate[] }, counts: boolean]>([
    [
      'counts, however often the answer is lost again',
      { write: CASE, landed: true, fates: ['lost', 'lost', 'refused'] },
      true,
    ],
    ['counts where writing it again was refused first', { write: CASE, landed: true, fates: ['refused'] }, true],
    ['counts where the second write lands late', { write: CASE, landed: true, fates: ['late'] }, true],
    ['does not count where only the empty one landed', { write: CASE, landed: false, fates: ['lost', 'lost'] }, false],
    ['does not count where the empty one lands late', { write: CASE, landed: false, fates: ['late', 'late'] }, false],
    [
      'counts where it stands alone and lands at last',
      { write: CURSOR, landed: false, fates: ['lost', 'refused'] },
      true,
    ],
    ['counts where it stands alone and lands late', { write: CURSOR, landed: false, fates: ['late', 'late'] }, true],
  ])('%s', async (_note, { write, landed, fates }, counts) => {
    if (landed) fake.write(write);
    port.bulkFates.push(...fates);
    expect((await fenced(write)) !== undefined).toBe(counts);
    await scheduler.runUntil(scheduler.now + 10_000);
    expect(JSON.stringify(fake.get(write.id)?.content) === JSON.stringify(write.body.content)).toBe(counts);
  });

  it('is of no consequence any more where another write came in between', async () => {
    fake.write(CASE);
    const { bulk } = port.store;
    let times = 0;
    const raced: typeof bulk = (writes) => {
      const [write] = writes;
      if ((times += 1) === 1 && write) fake.write(theirs(write));
      return bulk(writes);
    };
    expect(await fenced(CASE, { store: { ...port.store, bulk: raced } })).toBeUndefined();
    expect(fake.get('case:1')).toMatchObject({ content: 'theirs' });
  });

  it('is asked for again where the store says that this one document failed', async () => {
    fake.write(CASE);
    const { bulk } = port.store;
    let times = 0;
    const failing: typeof bulk = (writes) =>
      (times += 1) < 3 ? Promise.resolve([{ kind: 'failed', message: 'busy' }]) : bulk(writes);
    expect(await fenced(CASE, { store: { ...port.store, bulk: failing } })).toBe(2);
  });

  it('is nobody’s business any more once the session is lost', async () => {
    port.away = true;
    const outcome = fenced(CASE);
    outcome.catch(() => undefined);
    await scheduler.runUntil(3_000);
    lost = true;
    await expect(drive(scheduler, outcome)).rejects.toBeInstanceOf(SessionLost);
  });

  it('is not looked at again where the session is lost while it is written', async () => {
    fake.write(CASE);
    const bulk = (): Promise<never> => {
      lost = true;
      return Promise.reject(new StoreUnavailable('no answer'));
    };
    await expect(fenced(CASE, { store: { ...port.store, bulk } })).rejects.toBeInstanceOf(SessionLost);
  });
});

describe('two agents that find out about one document', () => {
  it('both know what they wrote, in whichever order', async () => {
    fake.write(CASE);
    const other = theirs(CASE);
    expect(await fenced(other)).toBeUndefined();
    expect(await fenced(CASE)).toBe(3);
    expect(await fenced(other)).toBeUndefined();
    expect(fake.get('case:1')).toMatchObject({ ...CASE.body, version: { seqNo: 4 } });
  });
});

describe('many writes whose answer was lost', () => {
  const many = Array.from({ length: 200 }, (_, n) => ({ ...CURSOR, id: `cursor:${n}` }));

  it('are found out about with one multi-get and one bulk', async () => {
    for (const write of many.slice(0, 100)) fake.write(write);
    for (const write of many.slice(100, 150)) fake.write(theirs(write));
    let reads = 0;
    const { getMany } = port.store;
    const counting: typeof getMany = (ids) => {
      reads += 1;
      return getMany(ids);
    };
    const certain = await drive(scheduler, fenceOff(fencing({ store: { ...port.store, getMany: counting } }), many));
    expect([reads, port.bulks.map((bulk) => bulk.length)]).toEqual([1, [200]]);
    expect(many.map(({ id }) => certain.get(id) !== undefined)).toEqual(many.map((_, n) => n < 100 || n >= 150));
  });

  it('are found out about again only where it is still open', async () => {
    for (const write of many) fake.write(write);
    const { bulk } = port.store;
    const failing: typeof bulk = async (writes) => {
      const outcomes = await bulk(writes);
      return outcomes.map((outcome, index) =>
        writes.length === 200 && index < 3 ? { kind: 'failed', message: 'busy' } : outcome,
      );
    };
    await drive(scheduler, fenceOff(fencing({ store: { ...port.store, bulk: failing } }), many));
    expect(port.bulks.map((writes) => writes.length)).toEqual([200, 3]);
  });
});

describe('a document that the store turns down', () => {
  const refusing = (): Promise<Array<{ kind: 'failed'; message: string }>> =>
    Promise.resolve([{ kind: 'failed', message: 'too large' }]);

  it('was never there, and never will be', async () => {
    const certain = await drive(scheduler, fenceOff(fencing({ store: { ...port.store, bulk: refusing } }), [CASE]));
    expect([...certain]).toEqual([]);
  });

  it('ends the session where it is there already and cannot be written unchanged, after pauses that grow', async () => {
    const pauses: number[] = [];
    const clock = clockOf(scheduler);
    const sleep = (ms: number): Promise<void> => {
      pauses.push(ms);
      return clock.sleep(ms);
    };
    fake.write(CASE);
    const outcome = fenced(CASE, { store: { ...port.store, bulk: refusing }, clock: { ...clock, sleep } });
    await expect(outcome).rejects.toBeInstanceOf(SessionLost);
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000, 2_000]);
  });
});

describe('a call while the store is away', () => {
  it('is repeated in pauses that grow to 2 s, until it is answered', async () => {
    const pauses: number[] = [];
    const clock = clockOf(scheduler);
    const sleep = (ms: number): Promise<void> => {
      pauses.push(ms);
      return clock.sleep(ms);
    };
    const call = async (): Promise<string> => {
      if (pauses.length < 7) throw new StoreUnavailable('away');
      return 'there';
    };
    const began = scheduler.now;
    expect(await drive(scheduler, patiently({ ...fencing(), clock: { ...clock, sleep } }, call))).toBe('there');
    expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
    expect(scheduler.now - began).toBeGreaterThanOrEqual(7_100);
  });

  it('is not repeated where something else is wrong', async () => {
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      throw new Error('a bug');
    };
    await expect(drive(scheduler, patiently(fencing(), call))).rejects.toThrow('a bug');
    expect(calls).toBe(1);
  });

  it('is not even made where the session is lost', async () => {
    lost = true;
    let calls = 0;
    const call = async (): Promise<number> => (calls += 1);
    await expect(drive(scheduler, patiently(fencing(), call))).rejects.toBeInstanceOf(SessionLost);
    expect(calls).toBe(0);
  });
});

describe('a store that does not answer as it should', () => {
  const failingFor = (times: number, fails: () => Promise<readonly WriteOutcome[]>) => {
    const { bulk } = port.store;
    const at: number[] = [];
    const failing: typeof bulk = (writes) => {
      at.push(scheduler.now);
      return at.length <= times ? fails() : bulk(writes);
    };
    Object.assign(port.store, { bulk: failing });
    return at;
  };

  it('and breaks is asked again like one that refuses, after pauses that double', async () => {
    fake.write(CASE);
    const at = failingFor(3, () => Promise.reject(new Error('malformed')));
    expect(await fenced(CASE)).toBe(2);
    // Each round reads first, which takes 1 ms.
    expect(at.slice(1).map((moment, n) => moment - (at[n] ?? NaN))).toEqual([101, 201, 401]);
  });

  it('and that others were faster at is asked again without a pause', async () => {
    fake.write(CASE);
    const at = failingFor(2, async () => [{ kind: 'conflict' }]);
    expect(await fenced(CASE)).toBe(2);
    expect(at.slice(1).map((moment, n) => moment - (at[n] ?? NaN))).toEqual([1, 1]);
  });

  it('is asked no more once the session is lost', async () => {
    const at = failingFor(9, () => {
      lost = true;
      return Promise.reject(new StoreUnavailable('away'));
    });
    await expect(fenced(CASE)).rejects.toBeInstanceOf(SessionLost);
    expect(at).toHaveLength(1);
  });
});
