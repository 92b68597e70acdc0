import { isBefore } from './gate_document';

const version = (primaryTerm: number, seqNo: number) => ({ primaryTerm, seqNo });

describe('of two versions of the gate', () => {
  it.each([
    ['the lower number of one term', version(1, 4), version(1, 5), true],
    ['the same', version(1, 5), version(1, 5), false],
    [
      'the earlier term, whatever the number: what a lost primary had numbered is numbered anew',
      version(1, 9),
      version(2, 3),
      true,
    ],
    ['the later term', version(2, 3), version(1, 9), false],
  ])('%s: was the first there before?', (_note, one, other, before) => {
    expect(isBefore(one, other)).toBe(before);
  });
});
