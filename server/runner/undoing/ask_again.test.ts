import { ASK_TWICE_MS, noteHeard, pauseFor, saysGone } from './ask_again';
import type { Heard } from './kept_effect';

const heard = (overrides: Partial<Heard> = {}): Heard => ({
  next: undefined,
  underWay: false,
  unsure: 0,
  missed: 0,
  asked: 0,
  seenAt: undefined,
  ...overrides,
});

describe('the pause between two questions', () => {
  it('varies by a tenth, so that effects that began together are not asked for together', () => {
    const pauses = Array.from({ length: 1_000 }, (_, n) => pauseFor(`effect:${n}`, heard(), 1_000));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(900);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(1_100);
    for (let from = 900; from < 1_100; from += 20)
      expect(pauses.filter((pause) => pause >= from && pause < from + 20).length).toBeGreaterThan(60);
  });

  it('is another one after each question', () => {
    const pauses = [0, 1, 2, 3].map((asked) => pauseFor('effect:1', heard({ asked }), 1_000));
    expect(new Set(pauses).size).toBe(4);
  });

  it('is short after an answer that tells nothing, grows, and is never longer than the usual one', () => {
    const shares = [1, 2, 3, 4, 5, 60].map(
      (unsure) => pauseFor('effect:1', heard({ unsure }), 1_000) / pauseFor('effect:1', heard(), 1_000),
    );
    expect(shares.map((share) => Number(share.toFixed(3)))).toEqual([0.1, 0.2, 0.4, 0.8, 1, 1]);
  });
});

describe('what a target answers', () => {
  it('is gone after two looks in a row that do not see it, whatever tells nothing between them', () => {
    const of = heard();
    const after = (state: 'present' | 'absent' | 'unknown'): boolean => {
      noteHeard(of, { state }, 5);
      return saysGone(of);
    };
    expect(['absent', 'unknown', 'absent'].map((state) => after(state as 'absent'))).toEqual([false, false, true]);
    expect(['present', 'absent', 'present', 'absent'].map((state) => after(state as 'absent'))).toEqual(
      Array.from({ length: 4 }, () => false),
    );
    expect(of.seenAt).toBe(5);
    expect(ASK_TWICE_MS).toBeGreaterThan(1_000);
  });
});
