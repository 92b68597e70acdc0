import type { DetectionEvent, ReceivedEvent } from './event';
import { SEVERITIES, type Severity } from './rating';
import { VOICE_FIELDS, type Grant, type Origin, type Voice, type VoiceField } from './voice';

/* What a claim is worth: at most the floor. A claim never raises anything. */

const FLOOR = { confidence: 0.5, severity: 'medium' } as const;

/** The lower of two severities. */
export const lowerSeverity = (one: Severity, other: Severity): Severity =>
  SEVERITIES.indexOf(one) <= SEVERITIES.indexOf(other) ? one : other;

/** What confidence and severity count as where nobody granted them. */
export const claimedCounts = (
  { confidence, severity }: Pick<DetectionEvent, 'confidence' | 'severity'>,
  floor: Grant['floor'] = {},
): { readonly confidence: number; readonly severity: Severity } => ({
  confidence: Math.min(confidence, floor.confidence ?? FLOOR.confidence),
  severity: lowerSeverity(severity, floor.severity ?? FLOOR.severity),
});

const RULE_PARTS = ['id', 'name', 'origin', 'status'] as const;

/** Where each field of authority that an event has comes from. */
export const originsOf = (
  { tags = [], rule = {} }: Pick<DetectionEvent, 'tags' | 'rule'>,
  originOf: (field: VoiceField) => Origin,
): Voice['origins'] => {
  const fields: readonly VoiceField[] = [
    'confidence',
    'severity',
    ...(tags.length > 0 ? (['tags'] as const) : []),
    ...RULE_PARTS.filter((part) => rule[part] !== undefined).map((part) => `rule.${part}` as const),
  ];
  return Object.fromEntries(fields.map((field) => [field, originOf(field)]));
};

/** What of an event counts. One that came in before there were voices is claimed altogether. */
export const voiceIn = ({ event, voice }: Pick<ReceivedEvent, 'event' | 'voice'>): Voice =>
  voice ?? {
    origins: originsOf(event, () => 'claimed'),
    counts: claimedCounts(event),
    tags_left: event.tags ?? [],
  };

/** Fields that are only claimed, or that count for less than was said: nobody vouches for what an event says there. */
export const claimedFields = (received: Pick<ReceivedEvent, 'event' | 'voice'>): readonly VoiceField[] => {
  const { event } = received;
  const { origins, counts = {}, tags_left: left = [] } = voiceIn(received);
  const isLowered = (field: VoiceField): boolean => {
    if (field === 'tags') return left.length > 0;
    if (field !== 'confidence' && field !== 'severity') return false;
    return counts[field] !== undefined && counts[field] !== event[field];
  };
  return VOICE_FIELDS.filter((field) => origins[field] === 'claimed' || isLowered(field));
};

/** Paths of a condition by which it reads a field, directly or through what is made of it. */
const READ_THROUGH: Readonly<Record<VoiceField, readonly string[]>> = {
  confidence: ['event.confidence', 'event.uncalibrated', 'score'],
  severity: ['event.severity', 'event.severity_rank', 'score'],
  tags: ['event.tags'],
  'rule.id': ['event.rule.id', 'history.rule', 'score'],
  'rule.name': ['event.rule.name'],
  'rule.origin': ['event.rule.origin'],
  'rule.status': ['event.rule.status'],
};

/** True if what a condition reads at a path is a field, holds it, or is made of it. */
export const readsField = (field: VoiceField, read: string): boolean =>
  READ_THROUGH[field].some((path) => `${read}.`.startsWith(`${path}.`) || `${path}.`.startsWith(`${read}.`));
