import type { StopReason } from '../flow/clearance';
import type { ActProgress, Outcome } from './progress';

/* What became of events, in groups that add up: every event that was decided is in exactly one of them. */

/**
 * The first that fits counts.
 *
 * - `waits`: for a person, or it is looked at again soon; `failed`: an act was not applied
 * - `in_effect`: an act is in effect or under way; `ended`: an act was done, or was in effect and is over
 * - `limits`, `protected`, `brakes`: stopped by a limit, because of what its target is, or by another brake
 * - `policy`: the policies refused it; `person`: a person said no, or nobody answered in time
 * - `shadow`: only recorded; `nothing`: no act was proposed; `not_known`: what became of it is not on record any more
 */
export const BECAME = [
  'waits',
  'failed',
  'in_effect',
  'ended',
  'limits',
  'protected',
  'brakes',
  'policy',
  'person',
  'shadow',
  'nothing',
  'not_known',
] as const;
export type Became = (typeof BECAME)[number];

const byBrake = (reason: StopReason | undefined): Became => {
  switch (reason) {
    case 'blast_radius':
    case 'rate_limit':
    case 'role_kept':
    case 'too_long':
    case 'one_intake':
    case 'escalation_budget':
    case 'unknown_population':
    case 'scope_too_wide':
      return 'limits';
    case 'protected_target':
    case 'own_machine':
    case 'logged_in':
    case 'target_invalid':
      return 'protected';
    case 'persons_word':
      return 'person';
    case undefined:
    case 'not_permitted':
      return 'policy';
    case 'shadow':
    case 'effectless':
      return 'shadow';
    case 'kill_switch':
    case 'breaker':
    case 'policy_not_active':
    case 'permit_stale':
    case 'nothing_to_extend':
    case 'connector_unavailable':
    case 'target_busy':
    case 'bundle_missing':
    case 'bundle_doubtful':
      return 'brakes';
  }
};

/** The group of a decision, by its outcome and the acts that have it. */
export const becameOf = (
  outcome: Outcome,
  progress: ReadonlyArray<Pick<ActProgress, 'status' | 'stop_reason'>>,
): Became => {
  switch (outcome) {
    case 'waiting':
    case 'held':
    case 'superseded':
      return 'waits';
    case 'applying':
    case 'unknown':
    case 'present':
    case 'ending':
      return 'in_effect';
    case 'gone':
    case 'done':
    case 'ended':
      return 'ended';
    case 'stopped':
    case 'denied':
      return byBrake(progress.find(({ status }) => status === outcome)?.stop_reason);
    case 'refused':
    case 'expired':
      return 'person';
    case 'shadow':
    case 'failed':
    case 'nothing':
    case 'not_known':
      return outcome;
  }
};
