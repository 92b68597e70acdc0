import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { PolicyRef, Target } from '../flow/decision';

/* Where many events come to one line that a person sees, with their count. */

const id = text({ min: 1, max: 512 });

/** What of an event in one line may be only claimed. */
export const BRIEF_CLAIMS = ['severity', 'confidence', 'rule', 'tags'] as const;

/** What an event's line says that nobody vouches for. */
export const BriefClaims = described(
  list(oneOf(BRIEF_CLAIMS), 4),
  'What of it is only claimed, or counts for less than was said',
);

/** Why an effect is there. */
export const ContainmentReason = record(
  {
    command_id: id,
    case_id: id,
    decision_id: id,
    policy: PolicyRef,
    reason: text({ max: 8192 }),
    deadline: t.union([instant, t.null]),
  },
  {
    times: described(number({ min: 1, integer: true }), 'So many events of one policy; this is the last of them'),
    last_at: described(instant, 'When the last of them joined; absent for the one that started it'),
  },
);

/** A limit that is reached: so many cases wait because of it alone, and the newest of their acts besides this one. */
export const LimitBreach = record({
  limit: id,
  count: number({ min: 1, integer: true }),
  last_at: instant,
  others: list(
    record({
      case_id: id,
      act_id: id,
      seen: id,
      act: record({ action: id, target: Target }),
      brief: record({ event_id: id, claimed: BriefClaims }, { rule: id }),
      waiting_since: instant,
    }),
    1000,
  ),
});
