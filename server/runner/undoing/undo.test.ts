import type { Effect, EffectState } from '../../engine/execution/effect';
import { undoRoom, type Room } from '../../../test/builders/undo_room';
import { aReason, anEffect, anEntry, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import type { UndoOutcome } from '../ports';
import {
  attemptUndo,
  beginUndo,
  closeEffect,
  endOfUndone,
  handleOf,
  sendUndo,
  verifyEffect,
  type Undoing,
} from './undo';

const TIME_OVER = { by: 'reflex', why: 'ttl', text: 'its time is over' } as const;
const ERROR = { code: 'busy', message: 'try later', retryable: true };

let room: Room;
let undoing: Undoing;
const set = (can?: Parameters<typeof undoRoom>[0]): void => {
  room = undoRoom(can);
  const { commits, journal, basics } = room;
  undoing = { writing: { commits, clock: basics.clock }, journal, clock: basics.clock };
};
beforeEach(() => set());

describe('beginning to undo', () => {
  const begin = (may: (effect: Effect) => boolean = () => true) => room.run(beginUndo(undoing, EFFECT, TIME_OVER, may));

  it.each<[state: EffectState, begins: boolean]>([
    ['present', true],
    ['unknown', true],
    ['applying', false],
    ['undoing', false],
    ['absent', false],
  ])('an effect that is %s: %s', async (state, begins) => {
    room.putEffect(anEffect({ state }));
    expect((await begin()) !== undefined).toBe(begins);
    expect(room.effect()?.state).toBe(begins ? 'undoing' : state);
  });

  it('claims it under a higher fence, says why, and sends those away who still ask for it', async () => {
    room.putEffect(anEffect({ requested: [aReason('c2')] }));
    expect(await begin()).toMatchObject({ state: 'undoing', outbox: [] });
    expect(room.effect()).toMatchObject({ fence: 4, session: ME, requested: [], undo: TIME_OVER });
    await room.wait(100);
    expect(room.records()).toMatchObject([
      { state: 'undo_started', effect_id: EFFECT, session: ME, by: 'reflex', text: 'its time is over' },
    ]);
  });

  it('asks about the effect as it is now, not as it was last seen', async () => {
    room.putEffect(anEffect());
    await room.run(room.commits.submit({ reads: [EFFECT], build: () => ({ docs: [], answer: 0 }) }));
    room.putEffect(anEffect({ reasons: [aReason('c1'), aReason('c2')] }));
    expect(await begin(({ reasons }) => reasons.length < 2)).toBeUndefined();
    expect(room.effect()?.state).toBe('present');
  });

  it('does not touch what belongs to another session', async () => {
    room.putEffect(anEffect({ session: 'another' }));
    expect(await begin()).toBeUndefined();
    expect(room.effect()).toMatchObject({ state: 'present', fence: 3 });
  });
});

describe('one attempt at undoing', () => {
  const effect = anEffect({ state: 'undoing', fence: 7, undo: TIME_OVER, reasons: [aReason('c1'), aReason('c2')] });
  const attempt = async (given = effect) => {
    room.putEffect(given);
    const attempted = attemptUndo(undoing, EFFECT, given, room.target.connector);
    // What it came to is in the state when it is told, not only some time later.
    const told = await room.run(attempted.then((came) => ({ came, error: room.effect()?.last_error })));
    expect(told.error).toEqual(room.effect()?.last_error);
    await room.wait(100);
    return told.came;
  };

  it('cancels what is queued where the effect is gone already, and orders nothing', async () => {
    room.target.is = 'absent';
    expect([await attempt(), room.target.calls]).toEqual(['absent', ['cancel c1', 'cancel c2', 'verify']]);
  });

  it.each([
    ['present', 'removed'],
    ['unknown', 'absent'],
  ] as const)('cancels what is pending, orders it once, and looks again where it is %s', async (is, came) => {
    room.target.is = is;
    expect(await attempt()).toBe(came);
    expect(room.target.calls).toEqual(['cancel c1', 'cancel c2', 'verify', 'undo c1,c2 fence 7', 'verify']);
    expect(room.records()).toEqual([]);
  });

  it('leaves it to a person where somebody changed it since, and says so', async () => {
    room.target.answer = { kind: 'refused', error: ERROR, current: 'another rule' };
    expect(await attempt()).toBe('refused');
    expect(room.target.count('verify')).toBe(1);
    expect(room.effect()).toMatchObject({ state: 'undoing', last_error: ERROR });
    expect(room.records().map(({ state, error }) => [state, error])).toEqual([
      ['undo_refused', ERROR],
      ['undo_refused', ERROR],
    ]);
  });

  it.each<[note: string, answer: UndoOutcome | 'silent', code: string]>([
    ['the target failed', { kind: 'failed', error: ERROR }, 'busy'],
    ['the target does not know', { kind: 'unknown', error: ERROR }, 'busy'],
    ['the target took the order and nothing happened', { kind: 'succeeded' }, 'still_there'],
    ['the target did not answer', 'silent', 'no_answer'],
  ])('is made again where %s, with the reason on record', async (_note, answer, code) => {
    room.target.answer = answer;
    expect(await attempt()).toBe('again');
    expect(room.effect()).toMatchObject({ state: 'undoing', last_error: { code, retryable: true } });
    expect(room.records().map(({ state, error }) => [state, error?.code])).toEqual([
      ['undo_failed', code],
      ['undo_failed', code],
    ]);
  });

  it('is made again, and has not failed, where the order was taken and nobody can see yet what came of it', async () => {
    room.target.answer = { kind: 'succeeded' };
    room.target.is = 'unknown';
    expect(await attempt()).toBe('again');
    expect([room.effect()?.last_error, room.records()]).toEqual([undefined, []]);
    room.target.is = 'present';
    await attempt();
    expect(room.effect()?.last_error).toMatchObject({ code: 'still_there' });
  });

  it.each<[note: string, kind: 'refused' | 'failed']>([
    ['is refused', 'refused'],
    ['fails, however the target words it each time', 'failed'],
  ])('is on record once where it %s again and again', async (_note, kind) => {
    for (const times of [1, 2, 3]) {
      room.target.answer = { kind, error: { ...ERROR, message: `request ${times}` } };
      await attempt(room.effect() ?? effect);
    }
    expect(room.records().map(({ state }) => state)).toEqual([`undo_${kind}`, `undo_${kind}`]);
    room.target.answer = { kind, error: { ...ERROR, status: 503 } };
    await attempt(room.effect());
    expect(room.records()).toHaveLength(4);
  });

  it('says what it means that an effect is still there', async () => {
    room.target.stubborn = true;
    await attempt();
    expect(room.effect()?.last_error?.message).toBe('the target took the order but the effect is still there');
  });

  it('counts what the target shows, whatever it answered', async () => {
    room.target.answer = { kind: 'failed', error: ERROR };
    const { connector } = room.target;
    const undo: typeof connector.undo = (...order) => {
      const answer = connector.undo(...order);
      room.target.is = 'absent';
      return answer;
    };
    room.putEffect(effect);
    const came = await room.run(attemptUndo(undoing, EFFECT, effect, { ...connector, undo }));
    expect([came, room.effect()?.last_error]).toEqual(['removed', undefined]);
  });

  it.each([
    ['unknown', 1],
    ['succeeded', 0],
    ['failed', 0],
  ] as const)('says of an order whose answer is %s that it may still be on its way: %d times', async (kind, times) => {
    const { connector } = room.target;
    const undo: typeof connector.undo = () =>
      Promise.resolve(kind === 'succeeded' ? { kind } : { kind, error: { ...ERROR, retryable: true } });
    room.putEffect(effect);
    let told = 0;
    const onItsWay = (): void => void (told += 1);
    await room.run(attemptUndo({ ...undoing, onItsWay }, EFFECT, effect, { ...connector, undo }));
    expect(told).toBe(times);
  });

  it('records one and the same failure once, and another one again', async () => {
    room.target.answer = { kind: 'failed', error: ERROR };
    await attempt();
    const again = () => room.run(attemptUndo(undoing, EFFECT, effect, room.target.connector));
    await again();
    room.target.answer = { kind: 'failed', error: { ...ERROR, message: 'not allowed' } };
    await again();
    await room.wait(100);
    const told = room.records().filter(({ command }) => command.command_id === 'c1');
    expect(told.map(({ error }) => error?.message)).toEqual(['try later', 'not allowed']);
  });

  it('does not hang on a cancelling that is never answered', async () => {
    const { connector } = room.target;
    const cancel = () => new Promise<void>(() => undefined);
    expect(await room.run(attemptUndo(undoing, EFFECT, effect, { ...connector, cancel }))).toBe('removed');
  });

  it('waits until cancelling is over before it orders the undoing', async () => {
    const { connector } = room.target;
    const cancel = async (id: string): Promise<void> => {
      await room.basics.clock.sleep(500);
      room.target.calls.push(`cancelled ${id}`);
    };
    await room.run(attemptUndo(undoing, EFFECT, effect, { ...connector, cancel }));
    expect(room.target.calls).toEqual(['cancelled c1', 'cancelled c2', 'verify', 'undo c1,c2 fence 7', 'verify']);
  });
});

describe('closing an effect', () => {
  const close = (record: 'undone' | 'verified_absent', text?: string) =>
    room.run(closeEffect(undoing, EFFECT, room.effect() ?? anEffect(), { record, text }));

  it('makes it absent, with who ended it and why on record', async () => {
    room.putEffect(anEffect({ state: 'undoing', undo: { by: 'ann', why: 'lifted', text: 'a mistake' } }));
    await close('undone', 'a mistake');
    expect(room.effect()).toMatchObject({ state: 'absent', reasons: [], requested: [] });
    await room.wait(100);
    expect(room.records()).toMatchObject([{ state: 'undone', by: 'ann', text: 'a mistake' }]);
  });

  it('names nobody where nobody undid it', async () => {
    room.putEffect(anEffect({ state: 'unknown' }));
    await close('verified_absent');
    await room.wait(100);
    const [record] = room.records();
    expect(record).toMatchObject({ state: 'verified_absent' });
    expect(Object.keys(record ?? {})).not.toEqual(expect.arrayContaining(['by']));
    expect(Object.keys(record ?? {})).not.toEqual(expect.arrayContaining(['text']));
  });

  it('closes the journal for each of its commands first', async () => {
    const commands = ['c1', 'c2'].map((command_id) => anEntry({ command_id }));
    await room.journal.put([...commands, anEntry({ command_id: 'c3', effect_id: 'effect:2' })]);
    room.putEffect(anEffect({ state: 'undoing', reasons: [aReason('c1'), aReason('c2')] }));
    let known = -1;
    room.fake.watch(() => (known = room.journal.open().length));
    await close('undone');
    expect([known, room.journal.open().map(({ command_id }) => command_id)]).toEqual([1, ['c3']]);
  });

  it('forgets in the journal what was folded since, too', async () => {
    await room.journal.put([anEntry(), anEntry({ command_id: 'folded' })]);
    room.putEffect(anEffect({ state: 'undoing' }));
    await close('undone');
    expect(room.journal.open()).toEqual([]);
  });

  it('does not close the document while the journal cannot be written', async () => {
    room.putEffect(anEffect({ state: 'undoing' }));
    const full = () => Promise.reject(new Error('the disk is full'));
    undoing = { ...undoing, journal: { close: full, ofEffect: () => [] } };
    await expect(close('undone')).rejects.toThrow('the disk is full');
    expect(room.effect()?.state).toBe('undoing');
  });
});

describe('what is on record of the end of an undoing', () => {
  const gone = { at: utcAt(0), text: 'the target lost it' };

  it.each<[note: string, change: Partial<Effect>, end: object]>([
    ['is why it was undone', { undo: TIME_OVER }, { record: 'undone', text: 'its time is over' }],
    [
      'is that nobody undid what was gone before',
      { undo: TIME_OVER, gone },
      { record: 'verified_absent', text: 'its time is over; the target lost it' },
    ],
    ['is only that it was gone where nobody said why', { gone }, { record: 'verified_absent', text: gone.text }],
  ])('%s', (_note, change, end) => expect(endOfUndone(anEffect({ state: 'undoing', ...change }))).toEqual(end));

  it('is that it came late, whatever else is so', () => {
    const text = 'its time is over; took effect once more after it had been undone, and was removed again';
    const end = { record: 'late_effect_removed', why: 'late', text };
    expect(endOfUndone(anEffect({ state: 'undoing', undo: TIME_OVER, gone }), true)).toEqual(end);
  });
});

describe('a target', () => {
  it.each<[note: string, effect: Partial<Effect>, more: object]>([
    [
      'is asked about all commands of an effect',
      { reasons: [aReason('c1'), aReason('c2')] },
      { command_ids: ['c1', 'c2'] },
    ],
    ['is told what was there before and after', { before: 'b', after: 'a' }, { before: 'b', after: 'a' }],
    ['is not told to force where a person only lifts it', { lift: { by: 'ann', text: '', force: false } }, {}],
    ['is told to force where a person said so', { lift: { by: 'ann', text: '', force: true } }, { force: true }],
  ])('%s', (_note, effect, more) =>
    expect(handleOf(EFFECT, anEffect(effect))).toEqual({
      effect_id: EFFECT,
      action: 'block_ip',
      target: { type: 'ip', value: '203.0.113.7' },
      command_ids: ['c1'],
      ...more,
    }),
  );

  const handle = handleOf(EFFECT, anEffect());
  it('that does not answer in time says nothing about an effect', async () => {
    set({ request_timeout_ms: 700 });
    const connector = { ...room.target.connector, verify: () => new Promise<never>(() => undefined) };
    const asked = room.run(verifyEffect(room.basics.clock, connector, handle));
    expect(await asked).toEqual({ state: 'unknown', text: 'no answer within 700 ms' });
  });

  it('may always be told to undo, and may have done so where it does not answer', async () => {
    set({ request_timeout_ms: 700 });
    room.target.answer = 'silent';
    expect(await room.run(sendUndo(room.basics.clock, room.target.connector, handle, 9))).toEqual({
      kind: 'unknown',
      error: { code: 'no_answer', message: 'no answer within 700 ms', retryable: true },
    });
    expect(room.target.calls).toEqual(['undo c1 fence 9']);
  });

  it('is not waited for once the time of a call is over', async () => {
    const signals: boolean[] = [];
    const waiting = (_handle: unknown, { signal }: { readonly signal: AbortSignal }) =>
      new Promise<never>(() => signal.addEventListener('abort', () => signals.push(signal.aborted)));
    const connector = { ...room.target.connector, verify: waiting, undo: waiting, cancel: waiting };
    room.putEffect(anEffect({ state: 'undoing' }));
    await room.run(attemptUndo(undoing, EFFECT, anEffect({ state: 'undoing' }), connector));
    expect(signals).toEqual([true, true, true, true]);
  });
});
