import fc from 'fast-check';
import { DistinctWindow, StartWindow } from './window';

const LENGTH = 60_000;
const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.integer({ min: 0, max: 5 })), {
  minLength: 1,
  maxLength: 60,
});

const moments = (waits: ReadonlyArray<readonly [number, number]>) => {
  let now = 1_000_000;
  return waits.map(([wait, name]) => ({ at: (now += wait), name: `h${name}` }));
};

describe('a window of distinct names', () => {
  it('counts as a plain list would', () => {
    fc.assert(
      fc.property(steps, (waits) => {
        const window = new DistinctWindow(LENGTH);
        const seen: Array<{ at: number; name: string }> = [];
        for (const step of moments(waits)) {
          seen.push(step);
          const expected = new Set(seen.filter(({ at }) => at > step.at - LENGTH).map(({ name }) => name)).size;
          expect(window.add(step.at, step.name)).toBe(expected);
        }
      }),
    );
  });

  it('counts a start until its time is over, and not at that moment', () => {
    const window = new DistinctWindow(LENGTH);
    window.add(0, 'a');
    expect(window.add(LENGTH - 1, 'b')).toBe(2);
    expect(window.add(LENGTH, 'c')).toBe(2);
    expect(window.add(2 * LENGTH, 'd')).toBe(1);
  });

  it('keeps a bounded number of names', () => {
    const window = new DistinctWindow(LENGTH);
    let most = 0;
    for (let name = 0; name < 150_000; name += 1) most = Math.max(most, window.add(1, `h${name}`));
    expect(most).toBe(100_000);
  });
});

describe('a window of starts', () => {
  it('keeps shares of its length, not each start', () => {
    const window = new StartWindow(LENGTH);
    window.add(0);
    window.add(LENGTH / 1_000 - 1);
    // The first one alone would be over by now.
    expect(window.add(LENGTH + LENGTH / 1_000 - 2)).toBe(3);
    expect(window.add(LENGTH + LENGTH / 1_000 - 1)).toBe(2);
  });

  it('never counts less than a plain list, and a start at most a thousandth longer', () => {
    fc.assert(
      fc.property(steps, (waits) => {
        const window = new StartWindow(LENGTH);
        const seen: number[] = [];
        for (const { at } of moments(waits)) {
          seen.push(at);
          const within = (length: number) => seen.filter((start) => start > at - length).length;
          const counted = window.add(at);
          expect(counted).toBeGreaterThanOrEqual(within(LENGTH));
          expect(counted).toBeLessThanOrEqual(within(LENGTH * 1.001));
        }
      }),
    );
  });
});
