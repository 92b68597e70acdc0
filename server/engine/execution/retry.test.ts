import fc from 'fast-check';
import { DEFAULT_RETRY, pauseBefore } from './retry';

describe('pauseBefore', () => {
  const after = (attempt: number, random = 1): number | undefined =>
    pauseBefore(DEFAULT_RETRY, { attempt, elapsedMs: 0, random });
  it('doubles from attempt to attempt and ends with the last', () => {
    expect([1, 2, 3, 4, 5].map((attempt) => after(attempt))).toEqual([250, 500, 1_000, undefined, undefined]);
    expect([1, 2, 3].map((attempt) => after(attempt, 0))).toEqual([125, 250, 500]);
  });
  it('has a longest pause', () => {
    expect(
      pauseBefore({ ...DEFAULT_RETRY, attempts: 50, deadlineMs: 1e9 }, { attempt: 40, elapsedMs: 0, random: 1 }),
    ).toBe(5_000);
  });
  it('waits as long as the target asks, if that is longer', () => {
    expect(pauseBefore(DEFAULT_RETRY, { attempt: 1, elapsedMs: 0, random: 0, retryAfterMs: 3_000 })).toBe(3_000);
    expect(pauseBefore(DEFAULT_RETRY, { attempt: 1, elapsedMs: 0, random: 0, retryAfterMs: 60_000 })).toBeUndefined();
  });
  it('may end at the deadline, not a moment later', () => {
    const at = (elapsedMs: number) => pauseBefore(DEFAULT_RETRY, { attempt: 1, elapsedMs, random: 1 });
    expect(at(DEFAULT_RETRY.deadlineMs - 250)).toBe(250);
    expect(at(DEFAULT_RETRY.deadlineMs - 249)).toBeUndefined();
  });
  it('never ends after the deadline, and never takes more attempts than allowed', () => {
    fc.assert(
      fc.property(
        fc.nat(60_000),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.nat(30_000), { nil: 0 }),
        (took, random, retryAfterMs) => {
          let elapsedMs = 0;
          let attempt = 1;
          for (; ; attempt += 1) {
            elapsedMs += took;
            const pause = pauseBefore(DEFAULT_RETRY, { attempt, elapsedMs, random, retryAfterMs });
            if (pause === undefined) break;
            elapsedMs += pause;
            expect(elapsedMs).toBeLessThanOrEqual(DEFAULT_RETRY.deadlineMs);
          }
          expect(attempt).toBeLessThanOrEqual(DEFAULT_RETRY.attempts);
        },
      ),
    );
  });
});
