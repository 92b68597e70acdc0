import { shiftSince } from './shift_since';

const bits = (text: string): readonly number[] => [...text].map(Number);

describe('since when more goes wrong', () => {
  it.each([
    ['000000001111', 8],
    ['000100001101111', 8],
    ['0001', 3],
    ['1111', 0],
    ['0000', 0],
    ['', 0],
    ['1', 0],
    // It got better, not worse.
    ['11110000', 0],
    // Bad, good, and bad again: the last rise explains most.
    ['1000000000011111', 11],
  ])('%s: from number %d on', (seen, since) => {
    expect(shiftSince(bits(seen))).toBe(since);
  });

  it('counts a share as a share', () => {
    expect(shiftSince([0, 0.1, 0, 0.1, 0, 0.1, 0.9, 1, 0.9, 1])).toBe(6);
  });
});
