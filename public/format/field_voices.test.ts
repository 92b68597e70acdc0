import { claimed, received } from '../../test/builders/events';
import type { Grant } from '../../common/flow/voice';
import { saidOnWire, voiceOf } from '../../server/engine/intake/voice';
import { countsInstead, fieldVoices } from './field_voices';

const said = {
  confidence: 0.99,
  severity: 'critical' as const,
  tags: ['attack.t1486', 'vip'],
  rule: { id: 'r1', origin: 'known_ioc' },
};
const under = (grant: Grant) => {
  const whole = received(said);
  return { ...whole, voice: voiceOf(whole.event, saidOnWire, { grant, version: 2, digest: 'd' }) };
};
const wordsOf = (heard: Parameters<typeof fieldVoices>[0]) =>
  Object.fromEntries([...fieldVoices(heard)].map(([field, { tone, text }]) => [field, `${tone}: ${text}`]));

describe('what of an event counts, beside its fields', () => {
  it('is all of it where it is granted', () => {
    expect(wordsOf(received(said))).toEqual({
      confidence: 'good: granted',
      severity: 'good: granted',
      tags: 'good: granted',
      'rule.id': 'good: granted',
      'rule.origin': 'good: granted',
    });
    expect(countsInstead(received(said))).toBeUndefined();
  });

  it('is told from what counts instead where it is only claimed', () => {
    expect(wordsOf(claimed(said))).toEqual({
      confidence: 'warn: only claimed, counts as 0.50',
      severity: 'warn: only claimed, counts as medium',
      tags: 'warn: only claimed, none of them counts',
      'rule.id': 'warn: only claimed, does not count',
      'rule.origin': 'warn: only claimed, does not count',
    });
    expect(countsInstead(claimed(said))).toBe('counts as medium, 0.50');
  });

  it('is claimed altogether in an event that came in before there were voices', () => {
    const { voice: _voice, ...old } = received(said);
    expect(wordsOf(old)).toEqual(wordsOf(claimed(said)));
    expect(countsInstead(old)).toBe('counts as medium, 0.50');
  });

  it('ends at the ceiling of the grant, and at its vocabulary', () => {
    const heard = under({ reason: 'tested', confidence: { most: 0.9 }, severity: { most: 'high' }, tags: {} });
    expect(wordsOf(heard)).toMatchObject({
      confidence: 'warn: granted up to 0.90, counts as 0.90',
      severity: 'warn: granted up to high, counts as high',
      tags: 'warn: granted, except vip',
      'rule.id': 'warn: only claimed, does not count',
    });
    expect(countsInstead(heard)).toBe('counts as high, 0.90');
  });

  it('says of a claim that nothing lowers that it is one all the same', () => {
    const low = claimed({ confidence: 0.2, severity: 'low' });
    expect(wordsOf(low)).toEqual({
      confidence: 'warn: only claimed, counts as 0.20',
      severity: 'warn: only claimed, counts as low',
    });
    expect(countsInstead(low)).toBeUndefined();
  });
});
