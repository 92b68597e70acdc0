import { anEffect, aReason, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import { extended, fenced, furtherSent, lastReason, outlasts, reasonRefused } from './told_longer';

const MINUTE = 60_000;
const MOMENT = { at: utcAt(0), session: ME, effectId: EFFECT };
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

describe('a target that is told to keep an effect longer', () => {
  it('gets an order one fence above all before it', () => expect(fenced(anEffect({ fence: 3 })).fence).toBe(4));

  it.each<[note: string, deadline: string | null, text: string]>([
    ['until a moment', utcAt(5 * MINUTE), `the target keeps it until ${utcAt(5 * MINUTE)}`],
    ['for good', null, 'the target keeps it until it is undone'],
  ])('%s is on record with it, for that reason alone', (_note, deadline, text) => {
    const effect = anEffect({ reasons: [reasonFor(MINUTE), reasonFor(5 * MINUTE, 'c2')] });
    const told = extended(effect, { ...reasonFor(null, 'c2'), deadline }, new Set(), MOMENT);
    expect(told.ordered_until).toBe(deadline);
    expect(told.outbox).toMatchObject([{ command: { command_id: 'c2' }, state: 'sent', n: 1, text }]);
    expect(told.reasons.map(({ next_n }) => next_n)).toEqual([1, 2]);
  });
});

describe('several reasons that a target is told of by one order', () => {
  it('have it on record each, and those that counted before do not', () => {
    const effect = anEffect({ reasons: ['c1', 'c2', 'c3'].map((id) => reasonFor(MINUTE, id)) });
    const told = extended(effect, { ...reasonFor(9 * MINUTE, 'c3'), deadline: null }, new Set(['c2', 'c3']), MOMENT);
    expect(told.outbox.map(({ command, state, n }) => [command.command_id, state, n])).toEqual([
      ['c2', 'sent', 1],
      ['c3', 'sent', 1],
    ]);
    expect(told.reasons.map(({ next_n }) => next_n)).toEqual([1, 2, 2]);
  });
});

describe('a reason for which the target cannot keep the effect', () => {
  const error = { code: 'too_long', message: 'no longer than an hour', retryable: false };

  it.each<[note: string, effect: ReturnType<typeof anEffect>]>([
    ['that counted already', anEffect({ reasons: [reasonFor(MINUTE), reasonFor(9 * MINUTE, 'c2')] })],
    ['that was asked for', anEffect({ reasons: [reasonFor(MINUTE)], requested: [reasonFor(9 * MINUTE, 'c2')] })],
  ])('%s leaves, and its command is on record as failed', (_note, effect) => {
    const left = reasonRefused(effect, 'c2', error, MOMENT);
    expect([left.reasons.map(({ command }) => command.command_id), left.requested]).toEqual([['c1'], []]);
    expect(left.outbox).toMatchObject([{ command: { command_id: 'c2' }, state: 'failed', error }]);
    expect(left.last_error).toBe(error);
  });

  it('and that the effect does not have puts nothing on record', () =>
    expect(reasonRefused(anEffect(), 'c9', error, MOMENT)).toMatchObject({ outbox: [], reasons: [reasonFor(MINUTE)] }));
});
