import { anEffect, aReason, utcAt } from '../../../test/builders/undoing';
import { furtherSent, lastReason, outlasts } from './told_longer';

const MINUTE = 60_000;
const reasonFor = (ttl_ms: number | null, id = 'c1') => aReason(id, { ttl_ms });

describe('whether a reason ends later than the target was told', () => {
  it.each<[note: string, effect: Parameters<typeof outlasts>[0], deadline: string | null, later: boolean]>([
    [
      'later than it was told',
      { ordered_until: utcAt(MINUTE), reasons: [reasonFor(MINUTE)] },
      utcAt(MINUTE + 1_001),
      true,
    ],
    [
      'as late, as exactly as clocks are',
      { ordered_until: utcAt(MINUTE), reasons: [reasonFor(MINUTE)] },
      utcAt(MINUTE + 1_000),
      false,
    ],
    [
      'later than it was told, though not than its first reason',
      { ordered_until: utcAt(MINUTE), reasons: [reasonFor(9 * MINUTE)] },
      utcAt(2 * MINUTE),
      true,
    ],
    ['earlier', { ordered_until: utcAt(MINUTE), reasons: [reasonFor(MINUTE)] }, utcAt(0), false],
    ['never', { ordered_until: utcAt(MINUTE), reasons: [reasonFor(MINUTE)] }, null, true],
    ['never, as it was told', { ordered_until: null, reasons: [reasonFor(MINUTE)] }, null, false],
    ['ever, where it was told never', { ordered_until: null, reasons: [reasonFor(MINUTE)] }, utcAt(MINUTE), false],
    [
      'later than its first reason, where nobody noted what it was told',
      { reasons: [reasonFor(MINUTE)] },
      utcAt(2 * MINUTE),
      true,
    ],
    ['as its first reason, where nobody noted it', { reasons: [reasonFor(MINUTE)] }, utcAt(MINUTE), false],
    ['ever, where its first reason never does', { reasons: [reasonFor(null)] }, utcAt(MINUTE), false],
  ])('%s', (_note, effect, deadline, later) => expect(outlasts(effect, deadline)).toBe(later));

  it('is never said of an effect without a reason that nobody told its target of', () =>
    expect(outlasts({ reasons: [] }, utcAt(MINUTE))).toBe(false));
});

describe('of several reasons', () => {
  it.each<[note: string, ttls: Array<number | null>, last: string | undefined]>([
    ['the last one by its end is the last', [MINUTE, 3 * MINUTE, 2 * MINUTE], 'c1'],
    ['one that never ends is the last', [MINUTE, null, 2 * MINUTE], 'c1'],
    ['of none there is none', [], undefined],
  ])('%s', (_note, ttls, last) =>
    expect(lastReason(ttls.map((ttl, index) => reasonFor(ttl, `c${index}`)))?.command.command_id).toBe(last),
  );
});

describe('a further command', () => {
  it('is named once, however often it is sent', () => {
    const twice = furtherSent(furtherSent(furtherSent(anEffect(), 'c2'), 'c3'), 'c2');
    expect(twice.also_sent).toEqual(['c3', 'c2']);
  });
});
