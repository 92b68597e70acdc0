import { bareIdentities } from '../../engine/entity/identity';
import { NOTHING_OWN, type OwnMachine } from '../../engine/brakes/own_machine';
import { aCommand, aReason, EFFECT_ID, passTime } from '../../../test/builders/executing';
import { clockOf } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import { NO_PERSONS, type BrakeRules, type Persons } from '../../engine/brakes/clear';
import type { RetryRules } from '../../engine/execution/retry';
import { journalEntryOf } from '../keeping/kinds/effect';
import type { CallContext, CallOutcome, Connector, Idempotency, JournalEntry } from '../ports';
import type { Session } from '../session/session';
import { InFlight } from './in_flight';
import { callUntilOver } from './call_until_over';

const RULES: BrakeRules = {
  bundleVersion: 3,
  hashes: new Map([['block-known-ioc', 'sha256:0']]),
  limits: [],
  keeps: [],
  protections: [],
};
const RETRY: RetryRules = { attempts: 3, firstPauseMs: 1_000, longestPauseMs: 8_000, deadlineMs: 20_000 };
const TIMEOUT_MS = 2_000;
const error = (retryable: boolean) => ({ code: 'busy', message: 'try later', retryable });
const failed = (retryable: boolean, after?: number): CallOutcome => ({
  kind: 'failed',
  error: error(retryable),
  ...(after === undefined ? {} : { retry_after_ms: after }),
});
const unknown = (retryable: boolean): CallOutcome => ({ kind: 'unknown', error: error(retryable) });
const DONE: CallOutcome = { kind: 'succeeded', after: 'blocked' };

/** How a target answers one call: with an outcome, never, or after so many ms. */
type Answer = CallOutcome | 'silence' | 'throws' | { readonly afterMs: number; readonly outcome: CallOutcome };

interface Around {
  readonly idempotency?: Idempotency;
  /** What the session says at each look, in order; the last one goes on. */
  readonly standstill?: ReadonlyArray<ReturnType<Session['standstill']>>;
  readonly breaker?: ReturnType<Session['breakerAt']>;
  /** What a connector answers that may not write its first byte. */
  readonly refused?: CallOutcome;
  readonly rules?: () => BrakeRules;
  readonly own?: OwnMachine;
  readonly persons?: Persons;
  readonly retry?: Partial<RetryRules>;
  readonly random?: number;
  /** How long ago the brakes cleared the command, ms. */
  readonly clearedForMs?: number;
  /** The connector takes so long from the order to its first byte, ms. */
  readonly connectMs?: number;
  /** The undo journal; by default the command is in it. */
  readonly journal?: readonly JournalEntry[];
}

const OPEN: readonly JournalEntry[] = [journalEntryOf(EFFECT_ID, aReason('n1'), { at: '', fence: 7 })];

let scheduler: Scheduler;
beforeEach(async () => {
  scheduler = new Scheduler();
  await scheduler.runUntil(100_000);
});

const call = async (answers: readonly Answer[], around: Around = {}) => {
  const { idempotency = 'set', standstill = [undefined], random = 1, clearedForMs = 0, connectMs = 0 } = around;
  const clock = { ...clockOf(scheduler), boot: () => ({ id: 'run', now: scheduler.now }) };
  let journal = around.journal ?? OPEN;
  const puts: unknown[] = [];
  /** How long the effect would last by the journal if the agent died right after the first byte, ms. */
  const lasts: unknown[] = [];
  const start = {
    command: aCommand('n1'),
    effectId: EFFECT_ID,
    approved: false,
    sources: 1,
    clearedUnder: 3,
    fence: 7,
    ledgers: [],
  };
  const calls: Array<{ readonly at: number; readonly fence: number; readonly signal: AbortSignal; ids: string }> = [];
  const asked: unknown[] = [];
  const answerTo = async (answer: Answer, { mayStart }: CallContext): Promise<CallOutcome> => {
    if (connectMs > 0) await clock.sleep(connectMs);
    const may = mayStart();
    if (may) lasts.push((journal[0]?.boot?.due ?? 0) - scheduler.now);
    if (!may) return around.refused ?? { kind: 'not_started', why: 'it may not start' };
    if (answer === 'throws') throw new Error('the socket broke');
    if (answer === 'silence') return new Promise(() => undefined);
    if ('kind' in answer) return answer;
    await clock.sleep(answer.afterMs);
    return answer.outcome;
  };
  const connector = {
    name: 'edge',
    capabilities: { idempotency, request_timeout_ms: TIMEOUT_MS, retries: ['busy', 'no_answer'] },
    execute: (command: { readonly command_id: string }, context: CallContext) => {
      calls.push({ at: scheduler.now, fence: context.fence, signal: context.signal, ids: command.command_id });
      return answerTo(answers[Math.min(calls.length, answers.length) - 1] ?? 'silence', context);
    },
  } as unknown as Connector;
  const session = {
    breakerAt: () => around.breaker,
    standstill: (...about: Parameters<Session['standstill']>) => {
      asked.push(about);
      return standstill[Math.min(asked.length, standstill.length) - 1];
    },
  };
  const sending = {
    session,
    rules: around.rules ?? (() => RULES),
    guard: { own: around.own ?? NOTHING_OWN, who: bareIdentities, criticalOf: () => undefined },
    persons: around.persons ?? NO_PERSONS,
    retry: { ...RETRY, ...around.retry },
    inFlight: new InFlight(),
    basics: { clock, chance: { uuid: () => 'x', random: () => random } },
    journal: {
      ofEffect: (id: string) => journal.filter((each) => each.effect_id === id),
      put: async (entries: readonly JournalEntry[]) => {
        await clock.sleep(20);
        journal = entries;
        puts.push(entries[0]?.boot?.due);
      },
    },
  };
  const called = await passTime(scheduler, callUntilOver(sending, connector, start, scheduler.now - clearedForMs));
  return { called, calls, asked, puts, lasts, inFlight: sending.inFlight.list };
};
const pausesOf = (calls: ReadonlyArray<{ readonly at: number }>): readonly number[] =>
  calls.slice(1).map(({ at }, n) => at - (calls[n]?.at ?? 0));

describe('a command that a target carries out at once', () => {
  it('is sent once, with its fence, and how it went is told', async () => {
    const { called, calls, asked } = await call([{ afterMs: 40, outcome: DONE }]);
    expect(called).toEqual({
      outcome: DONE,
      attempts: 1,
      ambiguous: false,
      sent: true,
      lastSentAt: calls[0]?.at,
      durationMs: 40,
    });
    expect(calls).toMatchObject([{ ids: 'n1', fence: 7 }]);
    expect(asked).toEqual([['block_ip', 'edge', 'block-known-ioc', { command: 'n1', source: undefined }]]);
  });

  it.each<[note: string, standstill: ReadonlyArray<'stopped' | undefined>, ids: readonly string[]]>([
    ['on the wire from its first byte on, until somebody says that it is over', [undefined], [EFFECT_ID]],
    ['never on the wire where it may not start', ['stopped'], []],
  ])('is %s', async (_note, standstill, ids) => {
    const { inFlight } = await call([{ afterMs: 40, outcome: DONE }], { standstill });
    expect(inFlight.map(({ effect_id }) => effect_id)).toEqual(ids);
  });

  it('is not given up later, when its time would have been over', async () => {
    const { calls } = await call([{ afterMs: 40, outcome: DONE }]);
    await scheduler.runUntil(scheduler.now + TIMEOUT_MS);
    expect(calls[0]?.signal.aborted).toBe(false);
  });
});

describe('a command is sent again', () => {
  it.each<[string, readonly Answer[], Idempotency, number]>([
    ['if the target says that it did nothing and may do it later', [failed(true), DONE], 'none', 2],
    ['not if the target says no for good', [failed(false), DONE], 'key', 1],
    ['if nobody knows, and the target knows the command again', [unknown(true), DONE], 'key', 2],
    ['if nobody knows, and repeating changes nothing', [unknown(true), DONE], 'set', 2],
    ['not if nobody knows and each sending counts', [unknown(true), DONE], 'none', 1],
    ['not if nobody knows and asking again cannot help', [unknown(false), DONE], 'set', 1],
    ['not once it is carried out', [DONE, DONE], 'set', 1],
    ['at most as often as the rules say', [failed(true)], 'set', 3],
  ])('%s', async (_what, answers, idempotency, attempts) => {
    const { called, calls } = await call(answers, { idempotency });
    expect([called.attempts, calls.length]).toEqual([attempts, attempts]);
    expect(called.outcome).toEqual(answers[Math.min(attempts, answers.length) - 1]);
  });

  it.each(['failed', 'unknown'] as const)(
    'never after an error that its connector does not list, whatever the error says (%s)',
    async (kind) => {
      const error = { code: 'odd', message: 'try later', retryable: true };
      const { called, calls } = await call([{ kind, error }, DONE]);
      expect(calls).toHaveLength(1);
      expect(called.outcome).toEqual({ kind, error: { ...error, retryable: false } });
    },
  );

  it('after pauses that grow', async () => {
    expect(pausesOf((await call([failed(true)])).calls)).toEqual([1_000, 2_000]);
  });
  it('after pauses that chance makes shorter', async () => {
    expect(pausesOf((await call([failed(true)], { random: 0 })).calls)).toEqual([500, 1_000]);
  });
  it('not before the target asked for', async () => {
    expect(pausesOf((await call([failed(true, 5_000), DONE])).calls)).toEqual([5_000]);
  });
  it('not beyond its deadline, counted from the first call', async () => {
    const slow = { afterMs: 1_500, outcome: failed(true) };
    expect((await call([slow], { retry: { deadlineMs: 5_999 } })).called).toMatchObject({ attempts: 2 });
    expect((await call([slow], { retry: { deadlineMs: 6_000 } })).called).toMatchObject({ attempts: 3 });
  });
});

describe('what nobody knows', () => {
  it.each<[string, Answer, string]>([
    ['a call that is not answered in time', 'silence', 'no answer within 2000 ms'],
    ['a call that throws', 'throws', 'the socket broke'],
  ])('is the outcome of %s', async (_what, answer, message) => {
    const { called } = await call([answer], { idempotency: 'none' });
    expect(called).toMatchObject({
      outcome: { kind: 'unknown', error: { code: 'no_answer', message, retryable: true } },
      ambiguous: true,
      sent: true,
    });
  });

  it.each<[string, readonly Answer[], boolean]>([
    ['stays so though a later call is carried out', [unknown(true), DONE], true],
    ['stays so though a later call is refused', [unknown(true), failed(false)], true],
    ['is not a refusal', [failed(true), failed(false)], false],
  ])('%s', async (_what, answers, ambiguous) => {
    expect((await call(answers)).called).toMatchObject({ ambiguous, outcome: answers[1] });
  });

  it('is over in time: the call is given up', async () => {
    const { calls, called } = await call(['silence'], { idempotency: 'none' });
    expect([calls[0]?.signal.aborted, called.durationMs]).toEqual([true, TIMEOUT_MS]);
  });
});

describe('the last look before the first byte', () => {
  const changed = { ...RULES, hashes: new Map([['block-known-ioc', 'sha256:1']]) };
  it.each<[string, Around, { readonly then: string; readonly text: RegExp }]>([
    ['the kill switch', { standstill: ['stopped'] }, { then: 'escalate', text: /kill switch/ }],
    [
      'a breaker',
      {
        standstill: ['stopped'],
        breaker: { scope: 'connector:edge', at: '2026-11-22T10:00:00.000Z', why: '5 of 5 failed', triesItself: true },
      },
      { then: 'escalate', text: /^the breaker of connector `edge` tripped at .*5 of 5 failed; it is tried by itself/ },
    ],
    [
      'a target that belongs to this installation by now',
      { own: { settled: () => true, covers: () => ({ text: '203.0.113.7', from: 'name server' }) } },
      { then: 'deny', text: /belongs to this installation \(name server\)/ },
    ],
    [
      'a machine that does not know yet what belongs to it',
      { own: { ...NOTHING_OWN, settled: () => false } },
      { then: 'hold', text: /does not know yet/ },
    ],
    ['a policy that changed meanwhile', { rules: () => changed }, { then: 'hold', text: /no longer in force/ }],
    [
      'a clearance of more than 30 s ago',
      { clearedForMs: 30_001 },
      { then: 'hold', text: /could not be started in time/ },
    ],
    [
      'a permit that lapsed',
      { standstill: ['permit_lapsed'] },
      { then: 'hold', text: /may not start effects right now/ },
    ],
    [
      'a command that the undo journal does not know any more',
      { journal: OPEN.map((each) => ({ ...each, command_id: 'c1' })) },
      { then: 'hold', text: /undo journal/ },
    ],
    [
      'a command that this agent began to undo alone',
      { journal: OPEN.map((each) => ({ ...each, undone_offline: true })) },
      { then: 'hold', text: /undo journal/ },
    ],
    ['a lost session', { standstill: ['lost'] }, { then: 'hold', text: /may not start effects right now/ }],
    [
      'the kill switch before all else',
      { standstill: ['stopped'], rules: () => changed, clearedForMs: 30_001 },
      { then: 'escalate', text: /kill switch/ },
    ],
  ])('is stopped by %s', async (_what, around, { then, text }) => {
    const { called, calls } = await call([DONE], around);
    expect(called).toMatchObject({ outcome: { kind: 'not_started' }, attempts: 1, sent: false, ambiguous: false });
    expect(called.stopped).toEqual({ then, text: expect.stringMatching(text) });
    expect([calls.length, called.lastSentAt]).toEqual([1, calls[0]?.at]);
  });

  it('lets a command go that was cleared 30 s ago', async () => {
    expect((await call([DONE], { clearedForMs: 30_000 })).called).toMatchObject({ sent: true, outcome: DONE });
  });

  it('is taken when the connection stands, not when the call begins', async () => {
    const slow = { connectMs: 600 };
    expect((await call([DONE], { ...slow, clearedForMs: 29_400 })).called).toMatchObject({ sent: true });
    expect((await call([DONE], { ...slow, clearedForMs: 29_401 })).called).toMatchObject({ sent: false });
    const { called, calls } = await call([DONE], slow);
    expect(called.lastSentAt).toBe((calls[0]?.at ?? 0) + 600);
  });

  it('is taken again before each retry, with what a person said of the target meanwhile', async () => {
    let asked = 0;
    const denied = { verb: 'deny', by: 'ann', until: '2026-11-22T12:00:00.000Z' } as const;
    const persons = { ...NO_PERSONS, wordOn: () => ((asked += 1) > 1 ? denied : undefined) };
    const { called, calls } = await call([failed(true), DONE], { persons });
    expect(called).toMatchObject({ attempts: 2, sent: true, stopped: { then: 'escalate' } });
    expect(called.lastSentAt).toBe(calls[0]?.at);
  });

  it('is taken again before each retry, with the rules of that moment', async () => {
    let asked = 0;
    const rules = () => ((asked += 1) > 1 ? changed : RULES);
    const { called, calls } = await call([failed(true), DONE], { rules });
    expect(called).toMatchObject({ attempts: 2, sent: true, ambiguous: false, stopped: { then: 'hold' } });
    expect(called.lastSentAt).toBe(calls[0]?.at);
  });

  it('keeps that an earlier call may have been carried out', async () => {
    const { called } = await call([unknown(true), DONE], { standstill: [undefined, 'stopped'] });
    expect(called).toMatchObject({ outcome: { kind: 'not_started' }, ambiguous: true, sent: true, attempts: 2 });
  });

  it('says nothing of a stop that was over when the command was sent', async () => {
    const { called } = await call([DONE], { standstill: ['stopped', undefined], refused: failed(true) });
    expect(called).toMatchObject({ outcome: DONE, sent: true, attempts: 2 });
    expect(called).not.toHaveProperty('stopped');
  });

  it('says when the last request was sent, not the first', async () => {
    const { called, calls } = await call([failed(true), DONE]);
    expect([called.lastSentAt, called.durationMs]).toEqual([calls[1]?.at, 1_000]);
  });
});

describe('the end in the undo journal', () => {
  const TTL_MS = 600_000;
  /** The command was claimed so long ago, ms. */
  const claimed = (agoMs = 0): readonly JournalEntry[] => [
    { ...(OPEN[0] as JournalEntry), boot: { id: 'run', due: scheduler.now - agoMs + TTL_MS } },
  ];
  const soon = { afterMs: 40, outcome: DONE };

  it.each<[note: string, agoMs: number, connectMs: number, sends: number]>([
    ['a little after the claim', 0, 250, 1],
    ['after a connection that took long', 0, 251, 2],
    ['after a connection that took very long', 0, 1_900, 2],
    ['long after its claim', 5_000, 0, 2],
  ])('is never early at the first byte: sent %s', async (_note, agoMs, connectMs, sends) => {
    const { called, calls, lasts } = await call([soon], { journal: claimed(agoMs), connectMs });
    expect([called.outcome, called.attempts, calls.length]).toEqual([DONE, 1, sends]);
    expect(lasts).toHaveLength(1);
    expect(Number(lasts[0])).toBeGreaterThanOrEqual(TTL_MS - 250);
  });

  it('is not written again for a command that is sent at once', async () => {
    expect((await call([soon], { journal: claimed() })).puts).toEqual([]);
  });

  it('is put off before each further attempt', async () => {
    const { calls, lasts } = await call([failed(true), failed(true), soon], { journal: claimed() });
    expect([calls.length, lasts.length]).toEqual([3, 3]);
    for (const each of lasts) expect(Number(each)).toBeGreaterThanOrEqual(TTL_MS - 250);
  });

  it('is as it was where the entry tells no time of this run of the machine', async () => {
    const { boot: _boot, ...plain } = claimed()[0] as JournalEntry;
    expect((await call([soon], { journal: [plain], connectMs: 1_900 })).puts).toEqual([]);
  });
});
