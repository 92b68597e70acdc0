import { retryAfterMs } from './retry_after';

const NOW = Date.parse('2026-11-22T04:17:10Z');

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['7', 7_000],
    [' 120 ', 120_000],
    ['Sun, 22 Nov 2026 04:17:40 GMT', 30_000],
    ['Sun, 22 Nov 2026 04:00:00 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['99999999999', undefined],
    ['2026-11-22', undefined],
    ['Sun, 99 Nov 2026 04:17:40 GMT', undefined],
  ])('reads %j as %j ms', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});
