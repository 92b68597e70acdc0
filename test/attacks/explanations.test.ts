import { received } from '../builders/events';
import { claimedFields } from '../../common/flow/claims';
import { VOICE_FIELDS, type VoiceField } from '../../common/flow/voice';
import { decisionBrief } from '../../server/runner/operations/views';
import { aDecision } from '../builders/views';

/* X23: what the API says of an event names every field that nobody vouches for. The page's part: claims.test.tsx. */

const SAID = {
  confidence: 0.99,
  severity: 'critical' as const,
  tags: ['known-bad'],
  rule: { id: 'rule-7', name: 'Proven rule', origin: 'known_ioc', status: 'stable' as const },
};

const whole = received(SAID);
const voice = whole.voice ?? { origins: {} };
const claiming = (field: VoiceField, event = whole.event) => ({
  ...whole,
  event,
  voice: { ...voice, origins: { ...voice.origins, [field]: 'claimed' as const } },
});
const briefOf = (event: typeof whole) =>
  decisionBrief({ event, decision: aDecision() }, { outcome: 'nothing', progress: [] }).brief;

/** By what name the line of an event tells a field, if it does. */
const TOLD_AS: Readonly<Partial<Record<VoiceField, string>>> = {
  confidence: 'confidence',
  severity: 'severity',
  tags: 'tags',
  'rule.name': 'rule',
};

describe('what is only claimed of an event (X23)', () => {
  it('is nothing where everything is granted', () => {
    expect([claimedFields(whole), briefOf(whole).claimed]).toEqual([[], []]);
  });

  it.each(VOICE_FIELDS)('is named where it is %s, by itself', (field) => {
    const told = TOLD_AS[field];
    expect(claimedFields(claiming(field))).toEqual([field]);
    expect(briefOf(claiming(field)).claimed).toEqual(told === undefined ? [] : [told]);
  });

  it('is the id of a rule that has no name, since the line tells that then', () => {
    const event = { ...whole.event, rule: { id: 'rule-7' } };
    expect(briefOf(claiming('rule.id', event)).claimed).toEqual(['rule']);
    expect(briefOf(claiming('confidence', event)).claimed).toEqual(['confidence']);
  });

  it('is what counts for less than was said, although it is granted', () => {
    const counts = { confidence: 0.9, severity: 'high' as const };
    const lowered = { ...whole, voice: { ...voice, counts, tags_left: ['known-bad'] } };
    expect(claimedFields(lowered)).toEqual(['confidence', 'severity', 'tags']);
  });

  it('is everything in an event of before there were grants', () => {
    const { voice: _voice, ...old } = whole;
    expect(claimedFields(old)).toEqual([...VOICE_FIELDS]);
    expect(briefOf(old).claimed).toEqual(['severity', 'confidence', 'rule', 'tags']);
  });
});
