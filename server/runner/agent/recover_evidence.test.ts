import type { EvidenceEntry, OutboxEntry, StateDoc, StateQuery } from '../ports';
import { quietLog } from '../../../test/builders/store_port';
import { StoreUnavailable } from '../ports';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { aCase, utcAt } from '../../../test/builders/undoing';
import { aDecision } from '../../../test/builders/views';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { plannedCase } from '../keeping/kinds/case';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import { EvidenceRecovery } from './recover_evidence';

/* What a session wrote into the state and died before it could copy it to the evidence. */

const PATIENCE_MS = 1_000;

let room: Room;
let over: boolean;
let searches: jest.SpyInstance;
let appends: Array<readonly EvidenceEntry[]>;
/** What appending to the evidence fails with. */
let failure: Error | undefined;
/** Records that cannot be appended, by their ids. */
let bad: readonly string[];
let recovery: EvidenceRecovery;
let lines: string[];
beforeEach(() => {
  room = undoRoom();
  over = false;
  appends = [];
  failure = undefined;
  bad = [];
  lines = [];
  searches = jest.spyOn(room.port.store, 'search');
});
afterEach(() => {
  over = true;
});

const recovering = (): Promise<void> => {
  const log = fakeEvidenceLog(room.evidence);
  const evidence = {
    ...log,
    append: async (entries: readonly EvidenceEntry[]) => {
      if (failure) throw failure;
      if (entries.some(({ id }) => bad.includes(id))) throw new TypeError('the record is not one');
      appends.push(entries);
      await log.append(entries);
    },
  };
  const ports = { store: room.port.store, evidence, session: room.session, clock: room.basics.clock };
  recovery = new EvidenceRecovery({ ...ports, log: quietLog(lines) });
  return recovery.run(() => over);
};
const begin = (): void => void recovering();
const dies = (id: string): void => void room.session.deadSince.set(id, room.scheduler.now);
const recordOf = (id: string, body?: OutboxEntry['body']): OutboxEntry => ({
  family: 'actions',
  id,
  at: utcAt(0),
  ...(body === undefined ? {} : { body }),
});
/** A document with records that may not have been copied. */
const wrote = (session: string, ordinal: number, outbox: readonly OutboxEntry[], doc: Partial<StateDoc> = {}): void => {
  const body = { write_id: `w${ordinal}`, owner: session, facets: {}, content: {}, kind: 'effect', ...doc } as const;
  room.fake.write({ id: doc.id ?? `effect:${ordinal}`, expect: 'absent', body: { ...body, session, ordinal, outbox } });
};
const copiedThrough = (session: string, copied_through: number): void =>
  void room.put({
    id: sessionId(session),
    kind: 'session',
    facets: {},
    content: { id: session, copied_through } as SessionContent,
  });
const found = (): readonly string[] => [...(room.evidence.records.get('actions')?.keys() ?? [])];

describe('the records of a dead session', () => {
  it('that were not copied are appended, all of one session at once', async () => {
    wrote('gone', 1, [recordOf('a#0', { n: 0 })]);
    wrote('gone', 2, [recordOf('b#0', {}), recordOf('b#1', {})]);
    dies('gone');
    begin();
    await room.wait(5_000);
    expect(found()).toEqual(['a#0', 'b#0', 'b#1']);
    expect(appends).toHaveLength(1);
    expect(appends[0]?.[0]).toEqual({ family: 'actions', id: 'a#0', at: utcAt(0), body: { n: 0 } });
  });

  it('are appended too where they landed late, after it was found dead', async () => {
    wrote('gone', 1, [recordOf('a#0', {})]);
    dies('gone');
    begin();
    await room.wait(20_000);
    expect([found(), recovery.isRecovered('gone')]).toEqual([['a#0'], true]);
    wrote('gone', 2, [recordOf('b#0', {})]);
    await room.wait(5 * 60_000);
    expect([found(), recovery.isRecovered('gone')]).toEqual([['a#0', 'b#0'], true]);
    failure = new StoreUnavailable('away');
    wrote('gone', 3, [recordOf('c#0', {})]);
    await room.wait(5 * 60_000);
    expect(recovery.isRecovered('gone')).toBe(false);
  });

  it.each<[copied: number | undefined, recovered: readonly string[]]>([
    [undefined, ['a#0', 'b#0']],
    [0, ['a#0', 'b#0']],
    [1, ['b#0']],
    [2, []],
  ])('are those after the last that it said it had copied: %s', async (copied, recovered) => {
    if (copied !== undefined) copiedThrough('gone', copied);
    wrote('gone', 1, [recordOf('a#0', {})]);
    wrote('gone', 2, [recordOf('b#0', {})]);
    dies('gone');
    begin();
    await room.wait(5_000);
    expect(found()).toEqual(recovered);
    expect(appends).toHaveLength(recovered.length === 0 ? 0 : 1);
  });

  it('are made from what a case holds where they were left to that', async () => {
    const content = aCase('case:c1', { decision: aDecision() });
    const { facets } = plannedCase(content, utcAt(0));
    const outbox = [{ family: 'decisions', id: 'decision-1', at: utcAt(0) } as const];
    wrote('gone', 1, outbox, { id: 'case:c1', kind: 'case', facets, content });
    dies('gone');
    begin();
    await room.wait(5_000);
    expect(room.evidence.records.get('decisions')?.get('decision-1')?.body).toEqual({
      event: content.received,
      decision: content.decision,
    });
  });

  it.each<[note: string, deadForMs: number | undefined, recovered: boolean]>([
    ['wait until what was on its way has landed', PATIENCE_MS - 1, false],
    ['wait no longer than that', PATIENCE_MS, true],
    ['are not touched while nobody knows for how long it has been dead', undefined, false],
  ])('%s', async (_note, deadForMs, recovered) => {
    wrote('gone', 1, [recordOf('a#0', {})]);
    room.session.deadSince.set('gone', 0);
    room.session.deadForMs = () => deadForMs;
    begin();
    await room.wait(1_500);
    expect(found()).toEqual(recovered ? ['a#0'] : []);
  });

  it('are left alone where the session lives', async () => {
    wrote('alive', 1, [recordOf('a#0', {})]);
    dies('gone');
    begin();
    await room.wait(5_000);
    expect(found()).toEqual([]);
  });

  it('are looked for in every kind of document, also those written a moment ago', async () => {
    dies('gone');
    begin();
    await room.wait(5_000);
    expect(searches).toHaveBeenCalledWith(expect.objectContaining({ fresh: true, writers: ['gone'] }));
    const [[{ kinds }]] = searches.mock.calls as [[{ kinds: readonly string[] }]];
    expect(kinds).toEqual(expect.arrayContaining(['case', 'effect', 'ledger', 'rollout_stop', 'quarantine']));
  });

  it('are all appended, however many they are', async () => {
    for (let n = 1; n <= 6_200; n += 1) wrote('gone', n, [recordOf(`r${n}`, {})]);
    dies('gone');
    begin();
    await room.wait(8_000);
    expect(found()).toHaveLength(6_200);
    expect(Math.max(...appends.map((entries) => entries.length))).toBeLessThanOrEqual(1_500);
  }, 30_000);

  it('are looked for once for each session, within about 2 s', async () => {
    dies('one');
    begin();
    await room.wait(2_500);
    expect(searches).toHaveBeenCalledTimes(1);
    dies('two');
    await room.wait(3_500);
    expect(searches.mock.calls.map(([{ writers }]: [{ writers: string[] }]) => writers)).toEqual([['one'], ['two']]);
    await room.wait(20_000);
    expect(searches).toHaveBeenCalledTimes(2);
  });

  it('are looked for again where the evidence was away, and do not keep others waiting', async () => {
    wrote('one', 1, [recordOf('a#0', {})]);
    dies('one');
    dies('two');
    failure = new StoreUnavailable('away');
    begin();
    await room.wait(3_000);
    expect([found(), searches.mock.calls.length]).toEqual([[], 2]);
    failure = undefined;
    await room.wait(2_500);
    expect([found(), searches.mock.calls.length]).toEqual([['a#0'], 3]);
  });

  it('are tried again after pauses that grow where they cannot be appended, and do not keep others waiting', async () => {
    wrote('one', 1, [recordOf('a#0', {})]);
    wrote('two', 1, [recordOf('b#0', {})], { id: 'effect:2' });
    dies('one');
    dies('two');
    failure = new Error('a bug');
    begin();
    await room.wait(3_500);
    expect(recovery.unrecovered).toEqual({ sessions: 2, why: 'a bug', setAside: [] });
    expect(recovery.isRecovered('one')).toBe(false);
    await room.wait(600_000);
    expect([lines.length, searches.mock.calls.length < 40]).toEqual([2, true]);
    failure = undefined;
    await room.wait(300_000);
    expect([found(), recovery.isRecovered('one')]).toEqual([['a#0', 'b#0'], true]);
    expect(recovery.unrecovered).toEqual({ sessions: 0, why: undefined, setAside: [] });
  });

  it('are a trouble where the evidence is away, once that lasts', async () => {
    dies('gone');
    wrote('gone', 1, [recordOf('a#0', {})]);
    failure = new StoreUnavailable('away');
    begin();
    await room.wait(50_000);
    expect(recovery.unrecovered.sessions).toBe(0);
    await room.wait(20_000);
    expect([recovery.unrecovered, lines]).toEqual([{ sessions: 1, why: 'away', setAside: [] }, []]);
  });

  it('are appended but for those that nobody can append, which are told', async () => {
    wrote('gone', 1, [recordOf('a#0', {}), recordOf('bad#0', {}), recordOf('c#0', {})]);
    bad = ['bad#0'];
    dies('gone');
    begin();
    await room.wait(5_000);
    expect([found(), recovery.isRecovered('gone')]).toEqual([['a#0', 'c#0'], true]);
    expect([recovery.unrecovered, lines.length]).toEqual([
      { sessions: 0, why: undefined, setAside: ['actions/bad#0'] },
      1,
    ]);
  });

  it('are appended but for those of documents that cannot be read, which are told', async () => {
    wrote('gone', 1, [recordOf('a#0', {}), recordOf('of its case')]);
    wrote('gone', 2, [recordOf('b#0', {})]);
    wrote('gone', 3, [recordOf('c#0', {})]);
    dies('gone');
    searches.mockRestore();
    const { search, get } = room.port.store;
    searches = jest.spyOn(room.port.store, 'search');
    searches.mockImplementation((query: StateQuery) =>
      query.bare ? search(query) : Promise.reject(new SyntaxError('no JSON')),
    );
    jest
      .spyOn(room.port.store, 'get')
      .mockImplementation((id) => (id === 'effect:2' ? Promise.reject(new SyntaxError('no JSON')) : get(id)));
    begin();
    await room.wait(8_000);
    expect([found(), recovery.isRecovered('gone')]).toEqual([['a#0', 'c#0'], true]);
    expect(recovery.unrecovered.setAside).toEqual(['effect:1 (of its case)', 'effect:2']);
  });

  it('are looked for until told otherwise', async () => {
    begin();
    over = true;
    dies('gone');
    await room.wait(10_000);
    expect(searches).not.toHaveBeenCalled();
  });
});
