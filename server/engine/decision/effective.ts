import { voiceIn } from '../../../common/flow/claims';
import type { DetectionEvent, ReceivedEvent } from '../../../common/flow/event';
import type { VoiceField } from '../../../common/flow/voice';
import { present } from '../../../common/present';

/*
 * What decides. The event that is kept is what was said: what is granted of it counts, the rest is claimed. Policies
 * are asked about both, and only where both agree does anything start without a person. So no grant turns silence into
 * an act, and no missing grant turns an act into silence.
 */

/** An event, once as it counts and once as it was said. */
export interface Heard {
  /** What counts: claims are left out or lowered. */
  readonly counting: ReceivedEvent;
  /** What was said, where that is more than what counts. */
  readonly claimed: ReceivedEvent | undefined;
  /** Fields that are only claimed, or that count for less than was said. */
  readonly fields: readonly VoiceField[];
}

const ruleOf = (
  { rule }: DetectionEvent,
  isClaimed: (field: VoiceField) => boolean,
): { readonly rule?: NonNullable<DetectionEvent['rule']> } =>
  rule === undefined
    ? {}
    : {
        rule: present({
          id: isClaimed('rule.id') ? undefined : rule.id,
          name: isClaimed('rule.name') ? undefined : rule.name,
          origin: isClaimed('rule.origin') ? undefined : rule.origin,
          status: isClaimed('rule.status') ? undefined : rule.status,
        }),
      };

/** Tells what counts of an event from what is only claimed. */
export const heardOf = (received: ReceivedEvent): Heard => {
  const { event } = received;
  const { origins, counts = {}, tags_left: left = [] } = voiceIn(received);
  const claimedOnly = new Set<VoiceField>();
  for (const [field, origin] of Object.entries(origins)) if (origin === 'claimed') claimedOnly.add(field as VoiceField);
  const isCalibrated = origins.confidence === 'granted';
  const lowered = (field: 'confidence' | 'severity'): boolean =>
    counts[field] !== undefined && counts[field] !== event[field];
  const isOutside = (field: VoiceField): boolean => {
    if (field === 'confidence') return lowered(field) || (!isCalibrated && received.uncalibrated !== true);
    if (field === 'severity') return lowered(field);
    return field === 'tags' ? left.length > 0 : claimedOnly.has(field);
  };
  const fields = (Object.keys(origins) as VoiceField[]).filter(isOutside);
  if (fields.length === 0) return { counting: received, claimed: undefined, fields };
  const counting: ReceivedEvent = {
    ...received,
    event: {
      ...event,
      confidence: counts.confidence ?? event.confidence,
      severity: counts.severity ?? event.severity,
      ...(event.tags === undefined ? {} : { tags: event.tags.filter((tag) => !left.includes(tag)) }),
      ...ruleOf(event, (field) => claimedOnly.has(field)),
    },
    ...(isCalibrated && received.uncalibrated !== true ? {} : { uncalibrated: true }),
  };
  return { counting, claimed: received, fields };
};
