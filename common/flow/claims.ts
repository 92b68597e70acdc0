import type { DetectionEvent, ReceivedEvent } from './event';
import { SEVERITIES, type Severity } from './rating';
import type { Grant, Origin, Voice, VoiceField } from './voice';

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
