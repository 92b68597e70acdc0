import { clearlyAbove } from './clearly_above';

const LIMIT = 0.2;

/** Numbers from 0 to 1 that are the same at each run (mulberry32). */
const drawing = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** So many rollouts of so many acts, of which this share is wrong. @returns after how many acts each stops */
const rollouts = (count: number, acts: number, share: number, limit = LIMIT): ReadonlyArray<number | undefined> => {
  const draw = drawing(7);
  return Array.from({ length: count }, () =>
    clearlyAbove(
      Array.from({ length: acts }, () => (draw() < share ? 1 : 0)),
      limit,
    ),
  );
};
const stopped = (ends: ReadonlyArray<number | undefined>): number => ends.filter((end) => end !== undefined).length;

describe('whether a share is clearly above its limit', () => {
  it('at half the limit fewer than 1 % of 10,000 rollouts stop, though each is looked at after each act', () => {
    expect(stopped(rollouts(10_000, 500, LIMIT / 2))).toBeLessThan(100);
  });

  it('at the very limit no more stop than the error allows', () => {
    expect(stopped(rollouts(2_000, 1_000, LIMIT))).toBeLessThan(2_000 * 0.05);
  });

  it.each([
    [0.2, 100],
    [0.3, 50],
    [0.1, 300],
  ])('at twice a limit of %s 95 % stop within %s acts', (limit, acts) => {
    expect(stopped(rollouts(2_000, acts, 2 * limit, limit))).toBeGreaterThanOrEqual(1_900);
  });

  it.each<[note: string, observations: readonly number[], limit: number, end: number | undefined]>([
    ['nothing was done', [], LIMIT, undefined],
    ['one wrong act tells nothing', [1], LIMIT, undefined],
    ['a few wrong acts and nothing else do', [1, 1, 1, 1], LIMIT, 3],
    ['it stays clear, whatever comes after', [1, 1, 1, ...Array.from({ length: 50 }, () => 0)], LIMIT, 3],
    ['right acts before make it later', [0, 0, 0, 0, 1, 1, 1, 1, 1, 1], LIMIT, 10],
    ['half wrong counts half', [0.5, 0.5, 0.5, 0.5], LIMIT, undefined],
    ['with no limit nothing is above it', [1, 1, 1, 1, 1, 1], 1, undefined],
    ['where nothing may be wrong, the first that is', [0, 0, 1], 0, 3],
    ['where nothing may be wrong and nothing is', [0, 0, 0], 0, undefined],
  ])('%s', (_note, observations, limit, end) => {
    expect(clearlyAbove(observations, limit)).toBe(end);
  });
});
