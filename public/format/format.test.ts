import { durationText, countdownText } from './duration';
import { scoreText } from './numbers';
import { besideVerdict } from './summary';

describe('words and figures', () => {
  it.each([
    [180, '180 ms'],
    [42_000, '42 s'],
    [4_320_000, '1 h 12 min'],
    [273_600_000, '3 d 4 h'],
    [3_600_000, '1 h'],
  ])('says %i ms as `%s`', (ms, text) => expect(durationText(ms)).toBe(text));

  it('does not count down in milliseconds', () => expect(countdownText(900)).toBe('0 s'));

  it('never rounds a score up to certainty', () => {
    expect(scoreText(0.9999)).toBe('0.99');
    expect(scoreText(1)).toBe('1.00');
  });

  it('does not say the verdict twice', () => {
    expect(besideVerdict('deny', 'deny block_ip of a: b')).toBe('block_ip of a: b');
    expect(besideVerdict('permit', 'deny block_ip of a: b')).toBe('deny block_ip of a: b');
  });
});
