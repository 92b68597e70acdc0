import { anEntry, utcAt } from '../../../test/builders/undoing';
import { leftOfEffect } from '../undoing/journal_due';
import { CLOCK_SKEW_MS } from './session_times';

/* Figures that protocol.md states: what they come to, without the constants. */

describe('two clocks', () => {
  it('that are each off by 5 s put an end by UTC off by 10 s: never early', () => {
    expect(CLOCK_SKEW_MS).toBe(5_000);
    const left = leftOfEffect([anEntry({ deadline: utcAt(60_000) })], {
      utc: Date.parse(utcAt(0)),
      trusted: true,
      boot: undefined,
    });
    expect(left).toBe(70_000);
  });
});
