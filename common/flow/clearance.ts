import { oneOf } from '../codec/codecs';

/** Why the brakes stopped an act that the policies permit. */
const STOP_REASONS = [
  'kill_switch',
  /** The engine itself stopped it: a breaker tripped. Earlier versions said `kill_switch` of these too. */
  'breaker',
  'protected_target',
  'blast_radius',
  'rate_limit',
  'role_kept',
  'too_long',
  'one_intake',
  'unknown_population',
  'scope_too_wide',
  /** Its text names no such thing, or is none that an order may carry; or the action is none for it. */
  'target_invalid',
  'shadow',
  'effectless',
  'not_permitted',
  'policy_not_active',
  'permit_stale',
  'connector_unavailable',
  'target_busy',
  'bundle_missing',
  'bundle_doubtful',
  'own_machine',
  'logged_in',
  'persons_word',
  'escalation_budget',
  /** A person ordered that it ends later, and it is not there any more. */
  'nothing_to_extend',
] as const;
export const StopReason = oneOf(STOP_REASONS);
export type StopReason = (typeof STOP_REASONS)[number];

/** Whether an order to stop held it, a person's or a breaker's: it ends with that order. */
export const isByOrder = (reason: StopReason | undefined): boolean => reason === 'kill_switch' || reason === 'breaker';

/** What happens to a stopped act: a person decides, it is over, it is looked at again, or it was never to run. */
export type StopConsequence = 'escalate' | 'deny' | 'hold' | 'drop';

export interface Stopped {
  readonly kind: 'stopped';
  readonly reason: StopReason;
  readonly then: StopConsequence;
  readonly text: string;
  /** Name of the limit that would be exceeded, where it was one. */
  readonly limit?: string;
}

/** What the brakes say of a permitted act. `Command` is what they hand on when it is cleared. */
export type Clearance<Command> = { readonly kind: 'cleared'; readonly command: Command } | Stopped;
