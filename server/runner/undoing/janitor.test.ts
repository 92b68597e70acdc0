import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { aGate, undoRoom, type Room } from '../../../test/builders/undo_room';
import { aCase, anEffect, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import { plannedCase, type CaseState } from '../keeping/kinds/case';
import { plannedEffect } from '../keeping/kinds/effect';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import type { PlannedDoc } from '../keeping/state_docs';
import { StoreUnavailable } from '../ports';
import { DEDUP_HORIZON_MS } from '../record/untimely';
import { removeHolders, removeOld, removeSessions, removeStrayed, runJanitor } from './janitor';

const MINUTE = 60_000;

let room: Room;
beforeEach(() => {
  room = undoRoom();
});
const store = () => room.port.store;
const ids = (): readonly string[] => [...room.fake.documents.keys()];

/** A document that was written so many ms before the test began. */
const agedDoc = (doc: PlannedDoc, ageMs: number): void =>
  void room.put({ ...doc, facets: { ...doc.facets, at: utcAt(-ageMs) } });
const caseDoc = (state: CaseState, id = 'case:c1') => plannedCase(aCase(id, { state }), utcAt(0));
const effectDoc = (state: 'absent' | 'present') => plannedEffect(EFFECT, anEffect({ state }), utcAt(0));
const opinion = { id: 'opinion:1', kind: 'opinion', facets: {}, content: {} } as unknown as PlannedDoc;
const episode = { id: 'episode:1', kind: 'episode', facets: {}, content: {} } as unknown as PlannedDoc;
const cursor = { id: 'cursor:1', kind: 'cursor', facets: {}, content: {} } as unknown as PlannedDoc;

describe('what is closed leaves the state after 90 days', () => {
  const removed = () => room.run(removeOld({ store: store(), basics: room.basics }));
  const DAY = 86_400_000;

  it.each<[note: string, doc: PlannedDoc, ageMs: number, leaves: boolean]>([
    ['a decided case of 91 days leaves', caseDoc('decided'), 91 * DAY, true],
    ['an absent effect of 91 days leaves', effectDoc('absent'), 91 * DAY, true],
    ['an episode of 91 days leaves', episode, 91 * DAY, true],
    ['a second opinion of 91 days leaves', opinion, 91 * DAY, true],
    ['a decided case of 90 days stays', caseDoc('decided'), DEDUP_HORIZON_MS, false],
    ['a decided case of 90 days and 1 ms leaves', caseDoc('decided'), DEDUP_HORIZON_MS + 1, true],
    ['a case that waits stays, however old', caseDoc('waiting'), 200 * DAY, false],
    ['a case that is held stays, however old', caseDoc('held'), 200 * DAY, false],
    ['an effect that is in place stays, however old', effectDoc('present'), 200 * DAY, false],
    ['a cursor stays, however old', cursor, 200 * DAY, false],
  ])('%s', async (_note, doc, ageMs, leaves) => {
    agedDoc(doc, ageMs);
    expect([await removed(), ids()]).toEqual(leaves ? [1, []] : [0, [doc.id]]);
  });

  it('what does not say when it was written stays', async () => {
    room.put(episode);
    expect([await removed(), ids()]).toEqual([0, ['episode:1']]);
  });

  it('what was written since it was found stays, and does not count', async () => {
    agedDoc(caseDoc('decided'), 91 * DAY);
    const found = room.fake.search({ kinds: ['case'] });
    room.put(caseDoc('decided'));
    const search = async ({ kinds }: { readonly kinds: readonly string[] }) => (kinds[0] === 'case' ? found : []);
    const count = await room.run(removeOld({ store: { ...store(), search }, basics: room.basics }));
    expect([count, ids()]).toEqual([0, ['case:c1']]);
  });

  it('as fast as 100 events/s come in: in bulks, and not only 1,000 in a round', async () => {
    agedDoc(caseDoc('decided'), 91 * DAY);
    const [stored] = [...room.fake.documents.values()];
    if (stored)
      for (let n = 1; n < 5_500; n += 1) room.fake.write({ id: `case:${n}`, expect: 'absent', body: stored.body });
    room.fake.refresh();
    const bulks = jest.spyOn(store(), 'removeMany');
    const single = jest.spyOn(store(), 'remove');
    expect([await removed(), ids()]).toEqual([5_500, []]);
    expect([bulks.mock.calls.length, single.mock.calls.length]).toEqual([6, 0]);
  });

  it('and is found by what it is and when it was written, without its contents', async () => {
    const search = jest.spyOn(store(), 'search');
    await removed();
    const oldest = { atBefore: utcAt(-DEDUP_HORIZON_MS), sort: 'at', limit: 1_000, bare: true };
    expect(search.mock.calls).toMatchObject([
      [{ kinds: ['case'], states: ['decided'], ...oldest }],
      [{ kinds: ['effect'], states: ['absent'], ...oldest }],
      [{ kinds: ['episode'], ...oldest }],
      [{ kinds: ['word'], ...oldest }],
      [{ kinds: ['opinion'], ...oldest }],
      [{ kinds: ['hand_over'], ...oldest }],
      [{ kinds: ['failing_detection'], states: ['works'], ...oldest }],
    ]);
  });
});

const aSession = (id: string, dead: boolean): PlannedDoc => ({
  id: sessionId(id),
  kind: 'session',
  facets: {},
  content: { id, dead } as SessionContent,
});

const toBeReviewed = plannedCase(aCase('case:c1', { due: utcAt(3_600_000) }), utcAt(0));
const reserved = (ended: boolean): PlannedDoc => ({
  id: 'ledger:l:s',
  kind: 'ledger',
  facets: { state: 'in_use' },
  content: { entries: [{ session: 'gone', command_id: 'c1', target: 't', effect_id: EFFECT, ended }] } as never,
});

describe('a session that never joined', () => {
  const strayed = (id: string, ageMs: number): PlannedDoc => ({
    id: sessionId(id),
    kind: 'session',
    facets: {},
    content: { id, dead: false, started_at: utcAt(-ageMs) } as SessionContent,
  });
  it('leaves no document behind for ever', async () => {
    room.session.gate = aGate({ sessions: { joined: { joined_at: utcAt(0), agent: 'a' } } });
    for (const doc of [strayed('joined', 60 * MINUTE), strayed('old', 31 * MINUTE), strayed('new', MINUTE)])
      room.put(doc);
    room.put(strayed(ME, 60 * MINUTE));
    await room.run(removeStrayed({ store: store(), session: room.session.port, basics: room.basics }));
    expect(ids()).toEqual(['session:joined', 'session:new', sessionId(ME)]);
  });
});

describe('the holder of a data folder', () => {
  const DAY = 86_400_000;
  const holder = (session: string): PlannedDoc => ({
    id: `holder:${session}`,
    kind: 'holder',
    facets: {},
    content: { installation: session, token: 't', session, agent: 'a', host: 'h', folder: '/d', at: utcAt(0) },
  });

  it('leaves once nobody started it for 90 days, unless it still runs', async () => {
    room.session.gate = aGate({ sessions: { runs: { joined_at: utcAt(0), agent: 'a' } } });
    agedDoc(holder('runs'), 91 * DAY);
    agedDoc(holder('gone'), 91 * DAY);
    agedDoc(holder('young'), 89 * DAY);
    await room.run(removeHolders({ store: store(), session: room.session.port, basics: room.basics }));
    expect(ids()).toEqual(['holder:runs', 'holder:young']);
  });
});

describe('a dead session', () => {
  const joined = { joined_at: utcAt(0), agent: 'a' };
  const OTHERS = { living: joined };
  /** Dead since before the clock of the test began. */
  const died = (ageMs: number, dead = true): void => {
    room.session.deadSince.set('gone', -ageMs);
    room.session.gate = aGate({ sessions: { gone: joined, ...OTHERS } });
    room.put(aSession('gone', dead));
  };
  const remove = (isRecovered = true) =>
    room.run(removeSessions({ store: store(), session: room.session.port, isRecovered: () => isRecovered }));
  const left = () => ({
    inGate: Object.keys(room.session.gate?.sessions ?? {}),
    docs: ids().filter((id) => id.startsWith('session:')),
    forgotten: room.session.forgotten,
  });
  const GONE = { inGate: ['living'], docs: [], forgotten: ['gone'] };
  const STAYS = { inGate: ['gone', 'living'], docs: ['session:gone'], forgotten: [] };

  it.each<[note: string, ageMs: number, expected: object]>([
    ['leaves after 30 minutes', 30 * MINUTE + 1, GONE],
    ['stays for 30 minutes, so that everybody has noticed', 30 * MINUTE, STAYS],
  ])('%s', async (_note, ageMs, expected) => {
    died(ageMs);
    await remove();
    expect(left()).toEqual(expected);
  });

  it('stays until its records are in the evidence: nobody looks for those of one that is forgotten', async () => {
    died(60 * MINUTE);
    await remove(false);
    expect(left()).toEqual(STAYS);
    await remove();
    expect(left()).toEqual(GONE);
  });

  it.each<[note: string, doc: PlannedDoc, expected: object]>([
    ['stays while a case of it is open', caseDoc('held'), STAYS],
    ['stays while an effect of it is in place', effectDoc('present'), STAYS],
    ['stays while a decided case of it is still to be reviewed', toBeReviewed, STAYS],
    ['stays while a limit counts what it reserved', reserved(false), STAYS],
    ['leaves where what it reserved belongs to an effect that is gone', reserved(true), GONE],
    ['leaves where its case is decided', caseDoc('decided'), GONE],
    ['leaves where its effect is absent', effectDoc('absent'), GONE],
    ['leaves where other documents name it as their owner', cursor, GONE],
  ])('%s', async (_note, doc, expected) => {
    died(60 * MINUTE);
    room.put(doc, { owner: 'gone' });
    await remove();
    expect(left()).toEqual(expected);
  });

  it('leaves although a living session has open cases', async () => {
    died(60 * MINUTE);
    room.putCase(aCase('case:c1', { state: 'held' }), 'living');
    await remove();
    expect(left()).toEqual(GONE);
  });

  it('does not keep another one from leaving', async () => {
    died(60 * MINUTE);
    room.putCase(aCase('case:c1', { state: 'held' }), 'gone');
    room.session.deadSince.set('second', -60 * MINUTE);
    await remove();
    expect(room.session.forgotten).toEqual(['second']);
  });

  // Else a session that the gate names had no document, and nobody could say whether it lives.
  it('leaves the gate before its document goes', async () => {
    died(60 * MINUTE);
    const order: string[] = [];
    const { changeGate } = room.session;
    room.session.changeGate = async (change) => {
      const gate = await changeGate.call(room.session, change);
      order.push(`gate ${ids().includes('session:gone')}`);
      return gate;
    };
    await remove();
    expect(order).toEqual(['gate true']);
  });

  it('keeps its place and its document where the gate cannot be changed', async () => {
    died(60 * MINUTE);
    room.session.changeGate = () => Promise.reject(new StoreUnavailable('away'));
    await expect(remove()).rejects.toBeInstanceOf(StoreUnavailable);
    expect(left()).toEqual(STAYS);
  });

  it('is not forgotten before its document is gone', async () => {
    died(60 * MINUTE);
    const gone = { ...store(), remove: () => Promise.reject(new StoreUnavailable('away')) };
    const removing = room.run(removeSessions({ store: gone, session: room.session.port, isRecovered: () => true }));
    await expect(removing).rejects.toBeInstanceOf(StoreUnavailable);
    expect(room.session.forgotten).toEqual([]);
  });

  it('does not take a document away that says it lives', async () => {
    died(60 * MINUTE, false);
    await remove();
    expect(left()).toEqual({ ...GONE, docs: ['session:gone'] });
  });

  it('that is in no gate and has no document is forgotten, and the gate stays as it is', async () => {
    room.session.deadSince.set('gone', -60 * MINUTE);
    const gate = aGate({ sessions: OTHERS });
    room.session.gate = gate;
    await remove();
    expect(room.session.forgotten).toEqual(['gone']);
    expect(room.session.gate).toBe(gate);
  });
});

describe('tidying the state', () => {
  let over: boolean;
  let failure: Error | undefined;
  let search: jest.SpyInstance;
  const begin = (): void => {
    over = false;
    failure = undefined;
    const port = { ...store() };
    search = jest.spyOn(port, 'search');
    const { search: found } = store();
    search.mockImplementation((query: Parameters<typeof found>[0]) =>
      failure ? Promise.reject(failure) : found(query),
    );
    const evidence = fakeEvidenceLog(room.evidence);
    const ports = { store: port, evidence, session: room.session.port, basics: room.basics };
    void runJanitor({ ...ports, isRecovered: () => true }, () => over);
  };
  /** How often it was tidied so far: each time four kinds are searched, and cases that may shrink. */
  const times = (): number => search.mock.calls.length / 9;
  afterEach(() => {
    over = true;
  });

  it('is done after 1 minute, and then every 10 minutes until it is ended', async () => {
    begin();
    const counts: number[] = [];
    for (const ms of [MINUTE - 100, 200, 10 * MINUTE - 200, 200]) {
      await room.wait(ms);
      counts.push(times());
    }
    over = true;
    await room.wait(30 * MINUTE);
    expect([...counts, times()]).toEqual([0, 1, 1, 2, 2]);
  });

  it.each([
    ['the first of the agents', ['session-z'], 1],
    ['no other one', ['session-a'], 0],
  ])('is done by %s', async (_note, peers, count) => {
    room.session.livePeers = peers;
    begin();
    await room.wait(2 * MINUTE);
    expect(times()).toBe(count);
  });

  it('takes away what is old, says how much, and takes dead sessions away too', async () => {
    agedDoc(caseDoc('decided'), 2 * DEDUP_HORIZON_MS);
    room.session.deadSince.set('gone', -60 * MINUTE);
    begin();
    await room.wait(2 * MINUTE);
    expect([ids(), room.session.forgotten, room.lines]).toEqual([
      [],
      ['gone'],
      ['closed cases and absent effects left the state'],
    ]);
  });

  it('says nothing where there was nothing to take away', async () => {
    begin();
    await room.wait(2 * MINUTE);
    expect(room.lines).toEqual([]);
  });

  it('tells what went wrong with a dead session', async () => {
    room.session.deadSince.set('gone', -60 * MINUTE);
    room.session.changeGate = () => Promise.reject(new Error('a bug'));
    begin();
    await room.wait(2 * MINUTE);
    expect(room.lines).toEqual(['tidying the state failed']);
  });

  it('goes on with the rest where a bug stumbles over one part', async () => {
    agedDoc(caseDoc('decided'), 2 * DEDUP_HORIZON_MS);
    room.session.deadSince.set('gone', -60 * MINUTE);
    jest.spyOn(store(), 'removeMany').mockRejectedValue(new Error('a bug'));
    begin();
    await room.wait(2 * MINUTE);
    expect([room.session.forgotten, room.lines]).toEqual([['gone'], ['tidying the state failed']]);
  });

  it.each([
    ['says nothing of a store that is away', new StoreUnavailable('away'), []],
    ['tells what else went wrong', new Error('a bug'), ['tidying the state failed', 'tidying the state failed']],
  ])('%s, and goes on the next time', async (_note, error, lines) => {
    begin();
    failure = error;
    await room.wait(2 * MINUTE);
    failure = undefined;
    agedDoc(caseDoc('decided'), 2 * DEDUP_HORIZON_MS);
    await room.wait(10 * MINUTE);
    expect([room.lines, ids()]).toEqual([[...lines, 'closed cases and absent effects left the state'], []]);
  });
});
