import type { Ledger, LedgerEntry } from '../../engine/brakes/ledger';
import type { Effect } from '../../engine/execution/effect';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { aReason, anEffect, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import { LedgerSights } from '../executing/ledger_sights';
import { ledgerId, plannedLedger } from '../keeping/kinds/ledger';
import { SessionLost } from '../keeping/session_lost';
import { contentOf } from '../keeping/state_docs';
import { goneCommands, LedgerSweep, type LedgerSweepPorts } from './ledger_sweep';

const ID = ledgerId('hosts', 'all');
const anEntry = (overrides: Partial<LedgerEntry> = {}): LedgerEntry => ({
  target: '203.0.113.7',
  command_id: 'c1',
  session: ME,
  effect_id: EFFECT,
  age_ms: 0,
  ...overrides,
});
const aLedger = (entries: readonly LedgerEntry[], overrides: Partial<Ledger> = {}): Ledger => ({
  limit: 'hosts',
  scope: 'all',
  within_ms: 60_000,
  population: 40,
  population_version: 'v1',
  bundle_version: 1,
  entries,
  buckets: [],
  ...overrides,
});

describe('a command', () => {
  const both = [anEntry(), anEntry({ command_id: 'c2', effect_id: 'effect:2' })];
  it.each<[note: string, effects: ReadonlyMap<string, Effect>, gone: readonly string[]]>([
    ['is gone where there is no effect', new Map(), ['c1', 'c2']],
    ['is not gone while it is a reason of its effect', new Map([[EFFECT, anEffect()]]), ['c2']],
    [
      'is not gone while its effect is asked to be kept for it',
      new Map([[EFFECT, anEffect({ reasons: [], requested: [aReason()] })]]),
      ['c2'],
    ],
    [
      'is gone where its effect is there for others',
      new Map([[EFFECT, anEffect({ reasons: [aReason('c9')] })]]),
      ['c1', 'c2'],
    ],
    ['is gone where another effect names it', new Map([['effect:2', anEffect()]]), ['c1', 'c2']],
  ])('%s', (_note, effects, gone) => expect([...goneCommands(both, effects)]).toEqual(gone));
});

describe('sweeping ledgers', () => {
  let room: Room;
  let sweep: LedgerSweep;
  let over: boolean;
  let underWay: Set<string>;
  const ledger = () => contentOf('ledger', room.fake.get(ID));
  const entries = (): ReadonlyArray<readonly [string, boolean]> =>
    (ledger()?.entries ?? []).map(({ command_id, ended }) => [command_id, ended === true] as const);
  const put = (...made: Parameters<typeof aLedger>): void => void room.put(plannedLedger(aLedger(...made), utcAt(0)));
  const begin = (more: Partial<LedgerSweepPorts> = {}): void => {
    sweep = new LedgerSweep({
      ...room,
      store: room.port.store,
      session: room.session.port,
      ledgerSights: new LedgerSights(),
      underWay: { has: (id) => underWay.has(id) },
      populationOf: () => undefined,
      ...more,
    });
    void sweep.run(() => over);
  };
  beforeEach(() => {
    room = undoRoom();
    over = false;
    underWay = new Set();
  });
  afterEach(() => {
    over = true;
  });

  it.each<[note: string, session: string, deadForMs: number | undefined, ended: boolean]>([
    ['is noted by the session that reserved', ME, undefined, true],
    ['is noted for a session that has been dead for one request time-out', 'other', 1_000, true],
    ['is not noted while a request of a dead session may be on its way', 'other', 999, false],
    ['is left to the session that reserved while that lives', 'other', undefined, false],
  ])('a command without an effect %s', async (_note, session, deadForMs, ended) => {
    put([anEntry({ session })]);
    room.session.deadForMs = () => deadForMs;
    begin();
    await room.wait(1_400);
    expect(entries()).toEqual([['c1', ended]]);
  });

  // Its session could not say so itself: what it reserved must neither be forgotten nor stay without an age for ever.
  it.each<[note: string, entry: Partial<LedgerEntry>, effect: Partial<Effect>, pending: boolean]>([
    ['counts as sent once its effect is past applying', {}, { state: 'unknown' }, false],
    ['stays reserved while its effect is applied', {}, { state: 'applying' }, true],
    ['is left to the session that lives', { session: 'other' }, { state: 'unknown' }, true],
  ])('what is only reserved %s', async (_note, entry, effect, pending) => {
    put([anEntry({ pending: true, ...entry })]);
    room.putEffect(anEffect(effect));
    begin();
    await room.wait(1_400);
    expect(ledger()?.entries.map((each) => [each.pending === true, each.age_ms])).toEqual([[pending, 0]]);
  });

  it.each([[true], [false]])('leaves what is reserved to a claim that is under way here: %s', async (isUnderWay) => {
    put([anEntry({ pending: true }), anEntry({ command_id: 'c2', pending: true, effect_id: 'effect:2' })]);
    room.putEffect(anEffect({ state: 'present' }), 'effect:2');
    if (isUnderWay) underWay = new Set(['c1', 'c2']);
    begin();
    await room.wait(1_400);
    expect(ledger()?.entries.map(({ pending, ended }) => [pending, ended])).toEqual(
      isUnderWay
        ? [
            [true, undefined],
            [true, undefined],
          ]
        : [
            [undefined, true],
            [undefined, true],
          ],
    );
  });

  it('notes a population that rose, and sweeps on for it though nothing counts any more', async () => {
    put([anEntry()], { population: 40 });
    begin({
      populationOf: (limit, scope) => ({
        count: limit === 'hosts' && scope === 'all' ? 90 : 0,
        version: 'v2',
        for_ms: 0,
      }),
    });
    await room.wait(1_400);
    expect(ledger()).toMatchObject({ population: 40, rise: { population: 90 } });
    put([], { population: 40, rise: { population: 90, age_ms: 0, noted_at: 'x' } });
    await room.wait(630_000);
    expect(ledger()?.population).toBe(90);
    expect(room.fake.get(ID)?.facets.state).toBe('empty');
  });

  it('takes a session that it does not know for a live one, where there is no target to wait for', async () => {
    put([anEntry({ session: 'other' })]);
    begin({ connectors: new Map() });
    await room.wait(1_400);
    expect(entries()).toEqual([['c1', false]]);
  });

  it('keeps what its effect names, and ends only what it does not', async () => {
    put([anEntry(), anEntry({ command_id: 'c2', target: '203.0.113.8' })]);
    room.putEffect(anEffect());
    begin();
    await room.wait(1_400);
    expect(entries()).toEqual([
      ['c1', false],
      ['c2', true],
    ]);
  });

  it('lets an entry go only when its effect is gone and the window has passed', async () => {
    put([anEntry(), anEntry({ command_id: 'c2' })], { within_ms: 25_000 });
    room.putEffect(anEffect());
    begin();
    await room.wait(22_000);
    expect(entries()).toEqual([
      ['c1', false],
      ['c2', true],
    ]);
    await room.wait(20_000);
    expect(entries()).toEqual([['c1', false]]);
    expect(room.fake.get(ID)?.facets).toMatchObject({ state: 'in_use' });
  });

  it('adds no more time than has surely passed', async () => {
    put([anEntry()]);
    room.putEffect(anEffect());
    begin();
    await room.wait(1_400);
    expect(ledger()?.entries[0]?.age_ms).toBe(0);
    await room.wait(10_000);
    const age = ledger()?.entries[0]?.age_ms ?? 0;
    expect([age > 9_800, age < 10_000]).toEqual([true, true]);
  });

  it.each<[note: string, peers: readonly string[], gone: boolean, written: boolean]>([
    ['the first of the agents adds the time', ['session-z'], false, true],
    ['another agent leaves that to the first', ['session-a'], false, false],
    ['another agent looks after its own entries all the same', ['session-a'], true, true],
  ])('%s', async (_note, peers, gone, written) => {
    put([anEntry()]);
    if (!gone) room.putEffect(anEffect());
    room.session.livePeers = peers;
    begin();
    await room.wait(1_400);
    expect(room.port.bulks.length).toBe(written ? 1 : 0);
  });

  it('asks for no effect of what has ended already', async () => {
    put([anEntry({ ended: true })]);
    const asked = jest.spyOn(room.port.store, 'getMany');
    begin();
    await room.wait(1_400);
    expect(asked.mock.calls).toEqual([[[ID]]]);
  });

  it('asks for each effect once', async () => {
    put([anEntry(), anEntry({ target: '203.0.113.8', command_id: 'c2' })]);
    const asked = jest.spyOn(room.port.store, 'getMany');
    begin();
    await room.wait(1_400);
    expect(asked.mock.calls.flat(2).filter((id) => id === EFFECT)).toHaveLength(1);
  });

  // A command that is claimed in between would else seem to have no effect.
  it('reads a ledger before the effects that it names', async () => {
    put([anEntry()]);
    const { store } = room.port;
    const order: string[] = [];
    const spied = {
      ...store,
      get: (id: string) => (order.push(id), store.get(id)),
      getMany: (ids: readonly string[]) => (order.push(...ids), store.getMany(ids)),
    };
    begin({ store: spied });
    await room.wait(1_400);
    expect(order).toEqual([ID, EFFECT]);
  });

  it('judges by what is in the ledger when it is written, and leaves what came in between', async () => {
    put([anEntry()]);
    const { store } = room.port;
    let times = 0;
    const getMany: typeof store.getMany = async (ids) => {
      if (ids.includes(EFFECT) && (times += 1) === 1) put([anEntry(), anEntry({ command_id: 'c9' })]);
      return store.getMany(ids);
    };
    begin({ store: { ...store, getMany } });
    await room.wait(1_400);
    expect(entries()).toEqual([
      ['c1', true],
      ['c9', false],
    ]);
  });

  it('writes nothing where the ledger went away', async () => {
    put([anEntry()]);
    const stale = room.fake.search({ kinds: ['ledger'] });
    for (const { id, version } of stale) room.fake.remove(id, version);
    begin({ store: { ...room.port.store, search: async () => stale } });
    await room.wait(1_400);
    expect([room.port.bulks, room.lines]).toEqual([[], []]);
  });

  it('looks at ledgers in use, the first time after 1 s and then every 10 s', async () => {
    const search = jest.spyOn(room.port.store, 'search');
    begin();
    const counts: number[] = [];
    for (const ms of [900, 200, 9_500, 900]) {
      await room.wait(ms);
      counts.push(search.mock.calls.length);
    }
    expect(counts).toEqual([0, 1, 1, 2]);
    expect(search).toHaveBeenCalledWith(expect.objectContaining({ kinds: ['ledger'], states: ['in_use'] }));
  });

  it('sweeps once at a time, however long it takes', async () => {
    put([anEntry()]);
    const search = jest.spyOn(room.port.store, 'search');
    begin({ commits: { settle: () => new Promise(() => undefined) } });
    await room.wait(25_000);
    expect(search).toHaveBeenCalledTimes(1);
  });

  it('looks within about 1 s once an effect ended, and no later than it would have', async () => {
    const search = jest.spyOn(room.port.store, 'search');
    begin();
    await room.wait(1_200);
    sweep.hurry();
    await room.wait(900);
    expect(search).toHaveBeenCalledTimes(1);
    await room.wait(700);
    expect(search).toHaveBeenCalledTimes(2);
    await room.wait(9_200);
    sweep.hurry();
    await room.wait(900);
    expect(search).toHaveBeenCalledTimes(3);
  });

  it('goes on after the store was away, and says nothing of it', async () => {
    put([anEntry()]);
    room.port.away = true;
    begin();
    await room.wait(2_000);
    room.port.away = false;
    await room.wait(10_000);
    expect([entries(), room.lines]).toEqual([[['c1', true]], []]);
  });

  it('that ends with the session is no failure, also while the agent still leaves', async () => {
    put([anEntry()]);
    begin({ commits: { settle: () => Promise.reject(new SessionLost()) } });
    await room.wait(1_500);
    expect(room.lines).toEqual([]);
  });

  it.each([
    ['a failure is told in the log', false, ['sweeping ledgers failed']],
    ['a failure is no news once the session is lost', true, []],
  ])('%s', async (_note, lost, lines) => {
    put([anEntry()]);
    const settle = (): Promise<never> => {
      room.session.isLost = lost;
      return Promise.reject(new Error('a bug'));
    };
    begin({ commits: { settle } });
    await room.wait(1_500);
    expect(room.lines).toEqual(lines);
  });

  it.each([
    ['it is told to', () => (over = true)],
    ['the session is lost', () => (room.session.isLost = true)],
  ])('ends when %s', async (_note, end) => {
    const search = jest.spyOn(room.port.store, 'search');
    begin();
    await room.wait(2_000);
    end();
    await room.wait(20_000);
    expect(search).toHaveBeenCalledTimes(1);
  });
});
