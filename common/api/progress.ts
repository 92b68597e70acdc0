import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { StopReason } from '../flow/clearance';

/* What became of an act, and of a decision: one projection of it is in every view (`operations/progress.ts`). */

const id = text({ min: 1, max: 512 });
const sentence = text({ max: 8192 });

/**
 * How an act of a case stands in the case.
 *
 * - `shadow`, `denied`, `stopped`: never executed
 * - `held`: looked at again soon; `waiting`: a person decides
 * - `applying`, `unknown`: under way; `present`: it came to an effect; `done`: done, nothing lasts
 * - `gone`: was in effect; its target did not have it any more before its end
 * - `failed`: not applied; `refused`, `expired`: a person said no, or nobody said anything
 */
export const ACT_STATUSES = [
  'shadow',
  'denied',
  'stopped',
  'held',
  'waiting',
  'applying',
  'unknown',
  'present',
  'gone',
  'done',
  'failed',
  'refused',
  'expired',
] as const;
export type ActStatus = (typeof ACT_STATUSES)[number];

/**
 * How an act fares now. Beside what its case says:
 *
 * - `present`: in effect now, and no longer than that; `ending`: it is being undone; `ended`: it was in effect
 * - `superseded`: its event was decided again, and that decision counts
 * - `not_known`: its case left the state, and nothing was sent for it
 */
export const PROGRESS_STATUSES = [...ACT_STATUSES, 'ending', 'ended', 'superseded', 'not_known'] as const;
export type ProgressStatus = (typeof PROGRESS_STATUSES)[number];

/** What became of a decision: how its acts fare, or that it proposed none (`nothing`). */
export const OUTCOMES = [...PROGRESS_STATUSES, 'nothing'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** For whom somebody approved, who is away. */
export const StandingView = record(
  { name: id, until: described(instant, 'Then they are back, or nobody stands in any more') },
  { via: described(id, 'Whom they had named, who is away as well') },
);
export type StandingView = t.TypeOf<typeof StandingView>;

const forWhom = described(StandingView, 'For whom it was approved, who is away');

const ResolutionView = record(
  {
    verb: oneOf(['approved', 'denied', 'expired', 'lifted']),
    by: id,
    at: instant,
    reason: sentence,
    four_eyes: t.boolean,
  },
  {
    stands_for: forWhom,
    others: described(
      list(record({ by: id, at: instant, reason: sentence }, { stands_for: forWhom }), 64),
      'Who approved it before, where it took several people',
    ),
  },
);

/** How often something was removed at its target and applied again. */
export const Reapplied = record({
  times: described(number({ min: 1, integer: true }), 'How often it was removed there before its end'),
  of: described(number({ min: 0, integer: true }), 'So often its policy has it applied again; then a person is asked'),
  removed_at: described(instant, 'When it was found to be gone last'),
});
export type Reapplied = t.TypeOf<typeof Reapplied>;

/** How one act of a case fares. */
export const ActProgress = record(
  { act_id: id, status: oneOf(PROGRESS_STATUSES) },
  {
    text: sentence,
    stop_reason: StopReason,
    command_id: id,
    effect_id: id,
    resolution: ResolutionView,
    connector: described(id, 'Where it was carried out; missing where nothing was sent, or nobody knows any more'),
    until: described(t.union([instant, t.null]), 'While it is in effect: when its last reason ends; null: by hand'),
    reapplied: described(Reapplied, 'Its effect was removed at the target; it was applied again, or waits for that'),
    ended: described(
      record({}, { at: instant, by: id, text: sentence }),
      'How its effect ended; empty until the record of that can be found',
    ),
  },
);
export type ActProgress = t.TypeOf<typeof ActProgress>;
