import { longestIn, tooLong, type LongestRule } from './longest';

const HOUR_MS = 3_600_000;
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const utc = (ms: number): string => new Date(NOW + ms).toISOString();
const rule = (on_breach: 'escalate' | 'deny' = 'escalate', action = 'isolate_host'): LongestRule => ({
  name: 'a-day-at-most',
  longest: { action, total: '24h', on_breach },
  totalMs: 24 * HOUR_MS,
});
const act = (ttl_ms: number | null, rollback: string | null = 'release_host') => ({
  action: 'isolate_host',
  ttl_ms,
  rollback,
});
const lasts = (ttl: number | null, since?: number) =>
  tooLong(act(ttl), [rule()], { now: NOW, effect: since === undefined ? {} : { since: utc(since) } })?.reason;

describe('a longest time', () => {
  it.each([
    ['an act of just that time', 24 * HOUR_MS, undefined, undefined],
    ['an act that lasts a moment longer', 24 * HOUR_MS + 1, undefined, 'too_long'],
    ['a reason that ends with it', 4 * HOUR_MS, -20 * HOUR_MS, undefined],
    ['a reason that puts the end off by a moment more', 4 * HOUR_MS, -20 * HOUR_MS - 1, 'too_long'],
    ['an act without an end', null, undefined, 'too_long'],
    ['an effect that another clock confirmed a moment from now', 24 * HOUR_MS, 5_000, undefined],
  ])('meets %s', (_what, ttl, since, reason) => {
    expect(lasts(ttl, since)).toBe(reason);
  });

  it('says what happens, by whom, and for how long', () => {
    expect(tooLong(act(25 * HOUR_MS), [rule('deny')], { now: NOW })).toEqual({
      kind: 'stopped',
      reason: 'too_long',
      then: 'deny',
      text: '`a-day-at-most` lets it last 24h at most, all in all',
      limit: 'a-day-at-most',
    });
  });

  it('says nothing of other actions, nor of what cannot be undone', () => {
    expect(tooLong(act(25 * HOUR_MS), [rule('deny', 'block_ip')], { now: NOW })).toBeUndefined();
    expect(tooLong(act(null, null), [rule()], { now: NOW })).toBeUndefined();
  });

  it('is the first that is broken, where several policies say one', () => {
    const hour: LongestRule = { ...rule('deny'), name: 'an-hour-at-most', totalMs: HOUR_MS };
    expect(tooLong(act(2 * HOUR_MS), [rule(), hour], { now: NOW })?.limit).toBe('an-hour-at-most');
  });

  it('is missing where no policy says one', () => {
    expect([longestIn([]), longestIn([rule()])]).toEqual([{}, { longest: [rule()] }]);
  });
});
