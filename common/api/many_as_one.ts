import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { PolicyRef, Target } from '../flow/decision';
import { StandingView } from './progress';

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
    approved: described(
      record(
        { by: id, at: instant, reason: text({ max: 8192 }), four_eyes: t.boolean },
        {
          others: described(list(id, 64), 'Who approved it before, where it took several people'),
          stands_for: described(StandingView, 'For whom it was approved, who was away'),
        },
      ),
      'Which person permitted it; absent where the policies did',
    ),
  },
);

/** A limit that an act would count in, as full as it is now. */
export const LimitFilled = record(
  { limit: id, scope: id, used: number(), most: number() },
  {
    adds: described(number({ min: 0, integer: true }), 'What the act would add: 0 where its target counts already'),
    counts: described(
      oneOf(['targets', 'starts']),
      'What it counts: distinct targets, of which several acts may name one, or every start',
    ),
    keeps: described(
      number({ min: 1, integer: true }),
      'So many of the scope stay untouched; missing where it is a limit',
    ),
    unseen: described(
      number({ min: 0, integer: true }),
      'So many of the scope cannot be reached now; they count as away. Missing where nobody looks',
    ),
  },
);
export type LimitFilled = t.TypeOf<typeof LimitFilled>;

const Filled = described(list(LimitFilled, 16), 'The limits that it would count in if it were approved, fullest first');

/** A limit that is reached: so many cases wait because of it alone, and the newest of their acts besides this one. */
export const LimitBreach = record({
  limit: id,
  count: number({ min: 1, integer: true }),
  last_at: instant,
  others: list(
    record(
      {
        case_id: id,
        act_id: id,
        seen: id,
        act: record({ action: id, target: Target }),
        brief: record({ event_id: id, claimed: BriefClaims }, { rule: id }),
        waiting_since: instant,
      },
      { aim: text({ max: 16_384 }), limits: Filled },
    ),
    1000,
  ),
});

const share = number({ min: 0, max: 1 });

/** What an act takes away from its target, by what its connector states. */
export const DisruptionView = record(
  {
    share: described(share, 'Share of its work that the target loses, 0 to 1'),
    milder: described(
      list(record({ action: id, share }), 16),
      'Actions that take away less against the same danger, with the share that each takes; the nearest first',
    ),
  },
  {
    tag: described(id, 'The tag of the inventory that it goes by; missing: what is usual'),
    unlisted: described(t.literal(true), 'The inventory does not know the target: it may be what loses most'),
  },
);
export type DisruptionView = t.TypeOf<typeof DisruptionView>;
