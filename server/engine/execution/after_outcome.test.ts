import type { StopConsequence } from '../../../common/flow/clearance';
import type { CallOutcome } from '../../../common/flow/outcome';
import { afterCalls, type ActFate, type AfterCalls, type Calls } from './after_outcome';

const error = (retryable: boolean) => ({ code: 'busy', message: 'try later', retryable });
const DONE: CallOutcome = { kind: 'succeeded' };
const UNKNOWN: CallOutcome = { kind: 'unknown', error: error(true) };
const NOT_STARTED: CallOutcome = { kind: 'not_started', why: 'the permit lapsed' };
const failed = (retryable: boolean): CallOutcome => ({ kind: 'failed', error: error(retryable) });

/** One call of a lasting effect that was sent and done; a test says what was otherwise. */
const after = (calls: Partial<Calls>): AfterCalls =>
  afterCalls({ outcome: DONE, ambiguous: false, sent: true, claims: 1, lasts: true, ...calls });

const NEVER_SENT = { sent: false, outcome: NOT_STARTED } as const;

interface Row {
  readonly what: string;
  readonly calls: Partial<Calls>;
  /** The state of the effect, and of its record in the evidence. */
  readonly effect: readonly [AfterCalls['effect']['to'], string?];
  readonly act: ActFate['to'];
  readonly forget: boolean;
  readonly release?: true;
}

const ROWS: readonly Row[] = [
  {
    what: 'a success that lasts is present and stays in the undo journal',
    calls: {},
    effect: ['present', 'succeeded'],
    act: 'present',
    forget: false,
  },
  {
    what: 'a success of which nothing lasts is over',
    calls: { lasts: false },
    effect: ['absent', 'succeeded'],
    act: 'done',
    forget: true,
  },
  {
    what: 'a success after a call without an answer is a success',
    calls: { ambiguous: true },
    effect: ['present', 'succeeded'],
    act: 'present',
    forget: false,
  },
  {
    what: 'a passing refusal is tried again later',
    calls: { outcome: failed(true) },
    effect: ['absent', 'failed'],
    act: 'again',
    forget: true,
  },
  {
    what: 'a lasting refusal goes to a person',
    calls: { outcome: failed(false) },
    effect: ['absent', 'failed'],
    act: 'person',
    forget: true,
  },
  {
    what: 'a passing refusal of the second claim is tried again later',
    calls: { outcome: failed(true), claims: 2 },
    effect: ['absent', 'failed'],
    act: 'again',
    forget: true,
  },
  {
    what: 'a passing refusal of the third claim goes to a person',
    calls: { outcome: failed(true), claims: 3 },
    effect: ['absent', 'failed'],
    act: 'person',
    forget: true,
  },
  {
    what: 'a refusal after a call without an answer is unknown',
    calls: { outcome: failed(false), ambiguous: true },
    effect: ['unknown', 'unknown'],
    act: 'unknown',
    forget: false,
  },
  {
    what: 'no answer is unknown, and what was reserved stays reserved',
    calls: { outcome: UNKNOWN, ambiguous: true },
    effect: ['unknown', 'unknown'],
    act: 'unknown',
    forget: false,
  },
  {
    what: 'what was never sent is taken back and gives its places back',
    calls: NEVER_SENT,
    effect: ['taken_back'],
    act: 'again',
    forget: true,
    release: true,
  },
  {
    what: 'a stop before the second call keeps the places of the first',
    calls: { ...NEVER_SENT, sent: true },
    effect: ['absent', 'failed'],
    act: 'again',
    forget: true,
  },
  {
    what: 'a stop after a call without an answer is unknown',
    calls: { ...NEVER_SENT, sent: true, ambiguous: true },
    effect: ['unknown', 'unknown'],
    act: 'unknown',
    forget: false,
  },
  {
    what: 'a call that gave no answer and asked nobody is unknown although nothing is known to be sent',
    calls: { ...NEVER_SENT, ambiguous: true },
    effect: ['unknown', 'unknown'],
    act: 'unknown',
    forget: false,
  },
];

describe('what the outcome of a command means', () => {
  it.each(ROWS)('$what', ({ calls, effect: [to, record], act, forget, release = false }) => {
    const { effect, ...rest } = after(calls);
    expect([effect.to, 'record' in effect ? effect.record : undefined]).toEqual([to, record]);
    expect({ ...rest, act: rest.act.to }).toEqual({ act, forget, release });
  });

  it.each<[StopConsequence, boolean, ActFate['to']]>([
    ['hold', false, 'again'],
    ['escalate', false, 'person'],
    ['deny', false, 'denied'],
    ['drop', false, 'denied'],
    ['hold', true, 'again'],
    ['escalate', true, 'person'],
    ['deny', true, 'denied'],
    ['drop', true, 'denied'],
  ])('a brake that says %s (sent before: %s) makes the act go to: %s', (then, sent, to) => {
    const calls = { ...NEVER_SENT, sent, stopped: { then, text: 'the kill switch' } };
    const { act, effect, release } = after(calls);
    expect(act).toEqual({ to, text: 'the kill switch' });
    // Whatever stopped it: what was sent before is a start, and is never taken back.
    expect([effect.to, release]).toEqual(sent ? ['absent', false] : ['taken_back', true]);
  });

  it('keeps what the target said was there before and after', () => {
    const outcome: CallOutcome = { kind: 'succeeded', before: 'open', after: 'blocked', text: 'rule 7' };
    expect(after({ outcome }).effect).toMatchObject({ details: { before: 'open', after: 'blocked', text: 'rule 7' } });
    expect(after({}).effect).toMatchObject({ details: {} });
  });

  it.each<[string, Partial<Calls>, ReturnType<typeof error>]>([
    ['a refusal', { outcome: failed(false) }, error(false)],
    ['a refusal after a call without an answer', { outcome: failed(false), ambiguous: true }, error(false)],
    ['no answer', { outcome: UNKNOWN }, error(true)],
    ['a stop after a call', NEVER_SENT, { code: 'not_started', message: 'the permit lapsed', retryable: true }],
    [
      'a stop after a call without an answer',
      { ...NEVER_SENT, ambiguous: true },
      { code: 'not_started', message: 'the permit lapsed', retryable: true },
    ],
  ])('records the error of %s', (_what, calls, expected) => {
    expect(after({ ...calls, sent: true }).effect).toMatchObject({ details: { error: expected } });
  });

  it.each<[string, Partial<Calls>, string]>([
    ['a refusal', { outcome: failed(true) }, 'the target did not do it: try later'],
    ['no answer', { outcome: UNKNOWN }, 'not certain yet whether it was applied: try later'],
    ['a stop that the brakes gave no reason for', NEVER_SENT, 'the permit lapsed'],
  ])('tells people why after %s', (_what, calls, text) => {
    expect(after(calls).act).toMatchObject({ text });
  });

  it('keeps what the target already said of an order whose outcome is unknown', () => {
    const { effect } = after({ outcome: { ...UNKNOWN, after: { operation: '42' } } });
    expect(effect).toMatchObject({ to: 'unknown', details: { after: { operation: '42' } } });
    expect(after({ outcome: UNKNOWN }).effect).not.toHaveProperty('details.after');
  });
});
