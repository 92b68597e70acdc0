import { aClearedCommand } from '../../../test/targets/commands';
import { dueAt, isDue, isSettled, type Clocks, type Term } from './due';
import { reasonOf } from './reasons';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
/** This machine has been up for 1,000 s; two machines may be 10 s apart. */
const clocks = (change: Partial<Clocks> = {}): Clocks => ({
  monotonic: 1_000_000,
  utc: NOW,
  trusted: true,
  apart: 10_000,
  ...change,
});

/** Reasons whose deadlines are so many ms from `NOW`; null has none. */
const taken = (...inMs: ReadonlyArray<number | null>): Term => ({
  effect: { reasons: inMs.map((ttl_ms, n) => reasonOf(aClearedCommand({ command_id: `c${n}`, ttl_ms }), NOW, false)) },
  dues: new Map(),
  lastSentAt: 0,
});

/** The same, executed by this process, where each reason ends at a moment of its own clock. */
const own = (...ends: ReadonlyArray<number | null>): Term => ({
  ...taken(...ends.map(() => 1)),
  dues: new Map(ends.map((end, n) => [`c${n}`, end] as const)),
});

/** The same, where another agent asked for each reason: this one saw that at some moment, and knows a deadline too. */
const asked = (deadlineInMs: number | null, end: number | null): Term => {
  const { effect } = taken(deadlineInMs);
  return {
    effect: { reasons: effect.reasons.map((reason) => ({ ...reason, asked: true as const })) },
    dues: new Map([['c0', end]]),
    lastSentAt: 0,
  };
};

describe('an effect ends', () => {
  it.each<[string, Term, Partial<Clocks>, number | null]>([
    ['with its only reason, by this clock', own(7_000), {}, 7_000],
    ['with the last of its reasons', own(7_000, 9_000, 8_000), {}, 9_000],
    ['only by a person if one of its reasons has no end', own(7_000, null), {}, null],
    [
      'at its deadline and what two clocks may differ by if this clock does not know',
      { ...own(1), dues: new Map() },
      {},
      1_010_001,
    ],
    [
      'with the last of its reasons, also if this clock knows only one of them',
      { ...taken(1, 60_000), dues: new Map([['c0', 7_000]]) },
      {},
      1_070_000,
    ],
    [
      'at no known time while UTC is in doubt and this clock knows only one of its reasons',
      { ...taken(1, 60_000), dues: new Map([['c0', 7_000]]) },
      { trusted: false },
      null,
    ],
    ['by this clock also while UTC is in doubt', own(7_000), { trusted: false }, 7_000],
    ['by this clock for a reason of another agent that was seen at once', asked(60_000, 1_060_500), {}, 1_060_500],
    ['at the deadline of a reason of another agent that was seen late', asked(60_000, 1_160_000), {}, 1_070_000],
    [
      'by this clock for a reason that was seen late, while UTC is in doubt',
      asked(60_000, 1_160_000),
      { trusted: false },
      1_160_000,
    ],
    ['only by a person for a reason of another agent without an end', asked(null, null), {}, null],
    [
      'by this clock alone for its own reasons',
      { ...taken(60_000), dues: new Map([['c0', 1_160_000]]) },
      {},
      1_160_000,
    ],
    ['at its deadline and what two clocks may differ by', taken(60_000), {}, 1_070_000],
    ['at a deadline that is over already', taken(-60_000), {}, 950_000],
    ['at the last of its deadlines', taken(60_000, 90_000, 30_000), {}, 1_100_000],
    [
      'at the same moment when that is asked 20 s later',
      taken(60_000),
      { utc: NOW + 20_000, monotonic: 1_020_000 },
      1_070_000,
    ],
    ['only by a person if one of its deadlines is missing', taken(60_000, null), {}, null],
    ['at no known time while UTC is in doubt', taken(60_000), { trusted: false }, null],
    ['at no known time without a reason', taken(), {}, null],
    ['at no known time without a reason of its own', own(), {}, null],
  ])('%s', (_what, term, change, due) => {
    expect(dueAt(term, clocks(change))).toBe(due);
  });
});

describe('what was sent last', () => {
  it.each([
    [2_999, false],
    [3_000, true],
    [3_001, true],
  ])('has taken effect %d ms later: %s', (passed, settled) => {
    expect(isSettled({ lastSentAt: 1_000_000 - passed }, clocks(), 3_000)).toBe(settled);
  });
});

describe('an effect is due', () => {
  it.each<[string, Term, boolean]>([
    ['not 1 ms early', own(1_000_001), false],
    ['on time', own(1_000_000), true],
    ['late', own(1), true],
    ['never if it has no end', own(null), false],
    ['not while a late request could still apply it', { ...own(1), lastSentAt: 997_001 }, false],
    ['as soon as no late request can apply it', { ...own(1), lastSentAt: 997_000 }, true],
    ['not yet if two clocks may still differ by that much', taken(-9_999), false],
    ['once two clocks cannot differ by that much', taken(-10_000), true],
  ])('%s', (_what, term, due) => {
    expect(isDue(term, clocks(), 3_000)).toBe(due);
  });
});
