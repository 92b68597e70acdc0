import { aReason, anEffect, EFFECT, START, TTL_MS, utcAt } from '../../../test/builders/undoing';
import { afterDrift, endingAsBefore, LEAST_LEFT_MS, mayReapply, type Reapply } from './drift';
import { driftCarried, type Drift } from './drift_mark';
import { claimed, claimTakenBack, ended, endedByDrift, type Effect } from './effect';

const around = { effectId: EFFECT, ruleOf: () => ({ atMost: 2 }), repeatable: true, now: START };
const MOMENT = { at: utcAt(0), session: 'me', effectId: EFFECT };
const DRIFT: Drift = { times: 1, of: 2, removed_at: utcAt(0), until: utcAt(TTL_MS), commands: ['c1'] };
const REAPPLY: Reapply = {
  ...{ times: 1, of: 2, removed_at: utcAt(0), until: utcAt(TTL_MS) },
  was: { command_id: 'c1', effect_id: EFFECT },
};

describe('an effect that was removed at its target', () => {
  const fates = (effect: Partial<Effect> = {}, so: Partial<typeof around> = {}) =>
    afterDrift(anEffect(effect), { ...around, ...so }).reasons.map(({ to }) => to);

  it.each([
    ['the first time', undefined, 'again'],
    ['the last time that the policy allows', 1, 'again'],
    ['once more than that', 2, 'person'],
  ])('%s', (_note, times, wanted) =>
    expect(fates(times === undefined ? {} : { drift: { ...DRIFT, times } })).toEqual([wanted]),
  );
  it('is only told where its policy says nothing', () => {
    const after = afterDrift(anEffect(), { ...around, ruleOf: () => undefined });
    expect([after.reasons[0]?.to, after.drift]).toEqual(['told', undefined]);
  });
  it('is only told shortly before its end', () => {
    expect(fates({}, { now: START + TTL_MS - LEAST_LEFT_MS })).toEqual(['told']);
    expect(fates({}, { now: START + TTL_MS - LEAST_LEFT_MS - 1 })).toEqual(['again']);
  });
  it('goes to a person where a second order may do harm', () =>
    expect(fates({}, { repeatable: false })).toEqual(['person']));
  it('of several policies goes on for those that say so, until the latest end of them', () => {
    const other = { id: 'other', hash: 'h2', layer: 'action', mode: 'enforce' } as const;
    const reasons = [aReason('c1'), aReason('c2', { policy: other, ttl_ms: 2 * TTL_MS })];
    const ruleOf = (id: string) => (id === 'other' ? { atMost: 3 } : (undefined as never));
    const { reasons: after, drift } = afterDrift(anEffect({ reasons }), { ...around, ruleOf });
    expect(after.map(({ to }) => to)).toEqual(['told', 'again']);
    expect(drift).toEqual({ ...DRIFT, of: 3, until: utcAt(2 * TTL_MS), commands: ['c1', 'c2'] });
  });
});

describe('how often it was removed', () => {
  const absent = endedByDrift(anEffect(), DRIFT, MOMENT, 'removed');
  it('counts in the next life of the effect, and its earlier commands are undone with it', () => {
    const next = claimed(absent, aReason('c2'), MOMENT);
    expect([next.drift, next.also_sent]).toEqual([DRIFT, ['c1']]);
  });
  it('is forgotten once it was to end', () => {
    expect(driftCarried(DRIFT, START + TTL_MS - 1)).toBe(DRIFT);
    expect(driftCarried(DRIFT, START + TTL_MS)).toBeUndefined();
    expect(driftCarried({ ...DRIFT, until: null }, START + 86_400_000 - 1)).toBeDefined();
    expect(driftCarried({ ...DRIFT, until: null }, START + 86_400_000)).toBeUndefined();
  });
  it('is forgotten with an undoing and with a lift, and kept where a claim is taken back', () => {
    const live = claimed(absent, aReason('c2'), MOMENT);
    const undo = { by: 'reflex', why: 'ttl', text: '' } as const;
    expect(ended({ ...live, undo }, 'undone', MOMENT).drift).toBeUndefined();
    expect(ended({ ...live, lift: { by: 'ann', text: '', force: false } }, 'undone', MOMENT).drift).toBeUndefined();
    expect(claimTakenBack(live, 'c2', MOMENT).drift).toEqual(DRIFT);
  });
});

describe('an act that is to be applied again', () => {
  it('may be, once its effect was closed for that', () => {
    expect(mayReapply(REAPPLY, endedByDrift(anEffect(), DRIFT, MOMENT, ''))).toBe('now');
    expect(mayReapply(REAPPLY, anEffect({ gone: { at: utcAt(0), text: '' } }))).toBe('busy');
  });
  it('may be where it was put back meanwhile: it is in effect', () =>
    expect(mayReapply(REAPPLY, anEffect())).toBe('now'));
  it.each<[note: string, effect: Effect | undefined]>([
    ['lifted or ended', ended(anEffect(), 'undone', MOMENT)],
    ['never there', undefined],
    ['removed once more since', endedByDrift(anEffect(), { ...DRIFT, times: 2 }, MOMENT, '')],
    ['begun anew by somebody else', anEffect({ reasons: [aReason('c9')] })],
  ])('may not where it is %s', (_note, effect) => expect(mayReapply(REAPPLY, effect)).toHaveProperty('not'));
  it('ends when the first was to end, and never later than its policy says', () => {
    expect(endingAsBefore({ ttl_ms: 10 * TTL_MS }, REAPPLY, START + 1_000).ttl_ms).toBe(TTL_MS - 1_000);
    expect(endingAsBefore({ ttl_ms: 5_000 }, REAPPLY, START).ttl_ms).toBe(5_000);
    expect(endingAsBefore({ ttl_ms: TTL_MS }, { until: null }, START).ttl_ms).toBe(TTL_MS);
  });
});
