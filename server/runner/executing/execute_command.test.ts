import { bareIdentities } from '../../engine/entity/identity';
import { NO_PERSONS } from '../../engine/brakes/clear';
import { NOTHING_OWN } from '../../engine/brakes/own_machine';
import {
  aCase,
  aCommand,
  aLedger,
  anEffect,
  aReason,
  aStateRoom,
  caseDoc,
  EFFECT_ID,
  effectDoc,
  ledgerDoc,
  utcIn,
} from '../../../test/builders/executing';
import { reasonAdded, type Effect } from '../../engine/execution/effect';
import { reasonOf } from '../../engine/execution/reasons';
import { DEFAULT_RETRY } from '../../engine/execution/retry';
import { journalEntryOf } from '../keeping/kinds/effect';
import type { CallOutcome, Connector, Journal } from '../ports';
import { InFlight } from './in_flight';
import { executeCommand } from './execute_command';

const ERROR = { code: 'busy', message: 'try later', retryable: true };
const REFUSED: CallOutcome = { kind: 'failed', error: { ...ERROR, retryable: false } };
const UNKNOWN: CallOutcome = { kind: 'unknown', error: ERROR };
const DONE: CallOutcome = { kind: 'succeeded', before: 'open', after: 'blocked' };
const PLACES = ['ledger:few:net-1', 'ledger:few:net-2'];

let inFlight: InFlight;
let room: ReturnType<typeof aStateRoom>;
beforeEach(() => {
  room = aStateRoom();
  inFlight = new InFlight();
});

interface Around {
  readonly command?: ReturnType<typeof aCommand>;
  /** The effect as its claim left it, or as it is by now; null if it is gone. */
  readonly effect?: Effect | null;
  readonly isStopped?: boolean;
  readonly claims?: number;
  readonly clearedForMs?: number;
  /** What the target answers to the first calls; it is then called again. */
  readonly first?: readonly CallOutcome[];
  readonly places?: readonly string[];
  readonly journal?: Journal;
  /** Done once all is written, before the command is executed. */
  readonly before?: () => Promise<void>;
  /** Told at the very moment at which executing is over. */
  readonly over?: () => void;
}

/** Command n1 was claimed, and all that it touches is written: now it is executed. */
const execute = async (outcome: CallOutcome, around: Around = {}) => {
  const { command = aCommand('n1'), isStopped = false, claims = 1, clearedForMs = 0, places = PLACES } = around;
  const claimed = anEffect('applying', { reasons: [reasonOf(command, Date.parse(utcIn(0)), false)] });
  const { effect = claimed } = around;
  if (effect) room.put(effectDoc(effect));
  room.put(caseDoc(aCase([{ act_id: 'a0', status: 'applying', command_id: 'n1', effect_id: EFFECT_ID }]), 's1'));
  room.put(ledgerDoc(aLedger(['n1', 'c1'])), ledgerDoc(aLedger(['n1'], { scope: 'net-2' })));
  await room.journal.put(['n1', 'c1'].map((id) => journalEntryOf(EFFECT_ID, aReason(id), { at: utcIn(0), fence: 1 })));
  const { clock } = room.basics;
  const answers = [...(around.first ?? [])];
  const connector = {
    capabilities: { idempotency: 'set', request_timeout_ms: 2_000, retries: ['busy', 'no_answer'] },
    execute: async (_command, { mayStart }) => {
      if (!mayStart()) return { kind: 'not_started', why: 'not now' };
      await clock.sleep(300);
      return answers.shift() ?? outcome;
    },
  } as Pick<Connector, 'execute'> as Connector;
  const sending = {
    inFlight,
    session: { standstill: () => (isStopped ? ('stopped' as const) : undefined), breakerAt: () => undefined },
    guard: { own: NOTHING_OWN, who: bareIdentities, criticalOf: () => undefined },
    persons: NO_PERSONS,
    rules: () => ({
      bundleVersion: 3,
      hashes: new Map([[command.policy.id, command.policy.hash]]),
      limits: [],
      keeps: [],
      protections: [],
    }),
    retry: { ...DEFAULT_RETRY, attempts: 1 + answers.length },
    basics: room.basics,
    journal: around.journal ?? room.journal,
  };
  const { journal = room.journal, before, over } = around;
  const executing = { connectors: new Map([['edge', connector]]), sending, writing: room.writing, journal };
  await before?.();
  const start = {
    ...{ command, effectId: EFFECT_ID, approved: false, sources: 1 },
    ...{ clearedUnder: 3, fence: 1, ledgers: places },
  };
  const executed = executeCommand(executing, start, { claims, clearedAt: clock.monotonic() - clearedForMs });
  return room.run(executed.finally(over));
};
const placesLeft = () => PLACES.map((id) => room.ledger(id)?.entries.map(({ command_id }) => command_id));
const inJournal = () => [...room.disk.journalEntries.keys()];
const outcome = () => ({
  effect: room.effect()?.state,
  act: room.case()?.acts[0]?.status,
  case: room.case()?.state,
  record: room.records().map(({ state }) => state),
  journal: inJournal(),
  places: placesLeft(),
});

const KEPT = [['n1', 'c1'], ['n1']];
const GIVEN_BACK = [['c1'], []];
const instant = aCommand('n1', { rollback: null, ttl_ms: null });

describe('a command that is executed', () => {
  it.each([
    [
      'and done is in effect, and stays in the journal and in its limits',
      DONE,
      {},
      {
        effect: 'present',
        act: 'present',
        case: 'decided',
        record: ['succeeded'],
        journal: ['n1', 'c1'],
        places: KEPT,
      },
    ],
    [
      'and done, and of which nothing lasts, is over',
      DONE,
      { command: instant },
      { effect: 'absent', act: 'done', case: 'decided', record: ['succeeded'], journal: ['c1'], places: KEPT },
    ],
    [
      'and refused is with a person, and counts as a start',
      REFUSED,
      {},
      { effect: 'absent', act: 'waiting', case: 'waiting', record: ['failed'], journal: ['c1'], places: KEPT },
    ],
    [
      'without an answer is unknown, never silent',
      UNKNOWN,
      {},
      { effect: 'unknown', act: 'unknown', case: 'applying', record: ['unknown'], journal: ['n1', 'c1'], places: KEPT },
    ],
    [
      'and stopped before its first byte is taken back, with its places',
      DONE,
      { isStopped: true },
      {
        effect: 'absent',
        act: 'waiting',
        case: 'waiting',
        record: ['taken_back'],
        journal: ['c1'],
        places: GIVEN_BACK,
      },
    ],
    [
      'later than 30 s after it was cleared is taken back, to be decided again',
      DONE,
      { clearedForMs: 30_001 },
      { effect: 'absent', act: 'held', case: 'held', record: ['taken_back'], journal: ['c1'], places: GIVEN_BACK },
    ],
  ] as ReadonlyArray<readonly [string, CallOutcome, Around, ReturnType<typeof outcome>]>)(
    '%s',
    async (_what, answer, around, expected) => {
      await execute(answer, around);
      expect(outcome()).toEqual(expected);
    },
  );

  it('is on record with what was there before and after, at which attempt and for how long', async () => {
    await execute(DONE);
    expect(room.records()).toMatchObject([
      {
        state: 'succeeded',
        command: { command_id: 'n1' },
        session: 's1',
        effect_id: EFFECT_ID,
        before: 'open',
        after: 'blocked',
        attempt: 1,
        duration_ms: 300,
      },
    ]);
  });

  it.each<[note: string, claimedBefore: number, due: number]>([
    ['soon after its claim ends in the journal as it was claimed', 250, 600_000],
    ['later than that ends in the journal its ttl after the sending', 251, 600_301],
    ['well after its claim ends in the journal its ttl after the sending', 5_000, 605_050],
  ])('and sent %s', async (_note, claimedBefore, due) => {
    const { clock } = room.basics;
    Object.assign(clock, { boot: () => ({ id: 'run', now: claimedBefore + sinceCall() }) });
    let began = 0;
    const sinceCall = (): number => room.scheduler.now - began;
    const before = async (): Promise<void> => {
      began = room.scheduler.now;
      const stamp = { at: utcIn(0), fence: 1, boot: { id: 'run', now: 0 } };
      await room.journal.put([journalEntryOf(EFFECT_ID, aReason('n1'), stamp)]);
    };
    const { journal } = room;
    const put: typeof journal.put = async (entries) => {
      await clock.sleep(50);
      return journal.put(entries);
    };
    let known: unknown;
    const over = (): void => {
      known = room.disk.journalEntries.get('n1')?.boot;
    };
    await execute(DONE, { before, over, journal: { ...journal, put } });
    expect(known).toEqual({ id: 'run', due });
  });

  it('is looked after from when its request was last sent', async () => {
    await room.scheduler.runUntil(5_000);
    const executed = await execute(DONE);
    expect(executed).toEqual({ effectId: EFFECT_ID, effect: room.effect(), lastSentAt: 5_000 });
    expect(executed.effect).toMatchObject({ state: 'present', before: 'open', after: 'blocked', since: utcIn(5_300) });
  });

  it.each([
    [1, 'held'],
    [2, 'held'],
    [3, 'waiting'],
  ])('and refused for now at its claim no. %d: its act is %s', async (claims, status) => {
    await execute({ kind: 'failed', error: ERROR }, { claims });
    expect(room.case()?.acts[0]?.status).toBe(status);
  });

  it('stays claimed where its connector is gone', async () => {
    await expect(execute(DONE, { command: aCommand('n1', { connector: 'gone' }) })).rejects.toThrow(
      'connector `gone` went away',
    );
    expect(outcome()).toMatchObject({ effect: 'applying', act: 'applying', journal: ['n1', 'c1'] });
  });
});

describe('an answer that comes late', () => {
  const applying = anEffect('applying', { fence: 3, reasons: [aReason('c9')] });
  it.each<[string, Effect]>([
    ['to an effect that was claimed anew since', applying],
    ['to an effect that is undone by now', anEffect('undoing', { reasons: [aReason('n1')] })],
    ['to an effect that is unknown by now', anEffect('unknown', { reasons: [aReason('n1')] })],
    ['to an effect that ended', anEffect('absent')],
    ['to an effect that another session took over', anEffect('applying', { session: 's2', reasons: [aReason('n1')] })],
  ])('%s changes nothing of it', async (_what, effect) => {
    for (const answer of [DONE, REFUSED, UNKNOWN]) {
      const executed = await execute(answer, { effect });
      expect([room.effect(), executed.effect, room.records()]).toEqual([{ ...effect, outbox: [] }, undefined, []]);
    }
  });

  it('counts where the effect has further reasons', async () => {
    const both = reasonAdded(anEffect('applying'), aReason('n1'), { at: utcIn(0), session: 's1', effectId: EFFECT_ID });
    expect((await execute(DONE, { effect: both })).effect?.state).toBe('present');
  });
});

describe('what was never sent', () => {
  it('leaves an effect that others took over, and gives its places back', async () => {
    const effect = anEffect('applying', { session: 's2', reasons: [aReason('n1')] });
    await execute(DONE, { isStopped: true, effect });
    expect([room.effect()?.state, placesLeft()]).toEqual(['applying', GIVEN_BACK]);
  });

  it('needs no effect and no limit to be there', async () => {
    expect(
      (await execute(DONE, { isStopped: true, effect: null, places: ['ledger:gone:all'] })).effect,
    ).toBeUndefined();
    expect([room.effect(), room.ledger('ledger:gone:all')]).toEqual([undefined, undefined]);
  });

  it('has given its places back when executing is over, also where somebody else was faster at them', async () => {
    const readAndLose = async (): Promise<void> => {
      await room.run(room.commits.submit({ reads: PLACES, build: () => ({ docs: [], answer: undefined }) }));
      room.put(ledgerDoc(aLedger(['n1', 'c1', 'c2'])));
    };
    let left: unknown;
    await execute(DONE, { isStopped: true, before: readAndLose, over: () => (left = placesLeft()) });
    expect(left).toEqual([['c1', 'c2'], []]);
  });
});

describe('what this agent has on the wire', () => {
  it('is a command from its first byte until its outcome is written', async () => {
    const seen: unknown[] = [inFlight.list];
    room.fake.watch((id) => id === EFFECT_ID && seen.push(inFlight.list));
    await execute(DONE);
    const command = { effect_id: EFFECT_ID, action: 'block_ip', target: '203.0.113.7' };
    expect([seen, inFlight.list]).toEqual([[[], [], [command]], []]);
  });

  it('is nothing that was not sent', async () => {
    await execute(DONE, { isStopped: true });
    expect(inFlight.list).toEqual([]);
  });
});

describe('a start', () => {
  const RATE = 'ledger:rate:all';
  const reserved = (): void => {
    const [entry] = aLedger(['n1']).entries;
    if (!entry) throw new Error('a ledger with one entry');
    const pending = { ...entry, pending: true as const };
    room.put(ledgerDoc(aLedger([], { limit: 'rate', scope: 'all', entries: [{ ...pending, rate: true }] })));
    room.put(ledgerDoc(aLedger([], { entries: [pending] })));
  };
  const execution = (outcome: CallOutcome, isStopped = false) =>
    execute(outcome, { isStopped, places: [RATE, 'ledger:few:net-1'], before: async () => reserved() });

  it.each([
    ['carried out', DONE],
    ['refused by the target', REFUSED],
    ['not known', UNKNOWN],
  ])('counts from its first byte once it is over, though it was %s', async (_what, outcome) => {
    await execution(outcome);
    const [bucket] = room.ledger(RATE)?.buckets ?? [];
    expect([room.ledger(RATE)?.entries, bucket?.count, bucket?.youngest]).toEqual([[], 1, 'n1']);
    const [entry] = room.ledger('ledger:few:net-1')?.entries ?? [];
    expect(entry?.pending).toBeUndefined();
    for (const age of [bucket?.age_ms ?? 0, entry?.age_ms ?? 0]) expect(age).toBeGreaterThanOrEqual(300);
  });

  it('that was sent several times counts from the last one: that may be the one that took effect', async () => {
    const places = [RATE, 'ledger:few:net-1'];
    const first = [{ kind: 'failed', error: ERROR } as const, { kind: 'unknown', error: ERROR } as const];
    const began = room.scheduler.now;
    await execute(DONE, { first, places, before: async () => reserved() });
    expect(room.scheduler.now - began).toBeGreaterThan(1_000);
    const ages = [room.ledger(RATE)?.buckets?.[0]?.age_ms, room.ledger('ledger:few:net-1')?.entries[0]?.age_ms];
    for (const age of ages) expect(age).toBeLessThan(500);
  });

  it('does not count where nothing was sent', async () => {
    await execution(DONE, true);
    expect(room.ledger(RATE)).toMatchObject({ entries: [], buckets: [] });
  });
});

describe('the undo journal', () => {
  it('forgets a command only when the state says that it is over', async () => {
    const known: string[][] = [];
    room.fake.watch((id) => {
      if (id === EFFECT_ID) known.push(inJournal());
    });
    await execute(REFUSED);
    expect([known[known.length - 1], inJournal()]).toEqual([['n1', 'c1'], ['c1']]);
  });

  it('has forgotten it when executing is over', async () => {
    const { journal } = room.disk.ports(() => new Promise((resolve) => room.scheduler.after(500, resolve)));
    let left: readonly string[] = [];
    await execute(REFUSED, { journal, over: () => (left = inJournal()) });
    expect(left).toEqual(['c1']);
  });
});
