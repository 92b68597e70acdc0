import type { Outcome, ProgressStatus } from '../../common/api/progress';
import type { StopReason } from '../../common/flow/clearance';
import { say } from '../i18n';

/** How a status is to be read at a glance. `busy`: not settled yet. */
export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'calm';

interface StatusWords {
  readonly word: string;
  readonly tone: Tone;
  /** Nothing more happens to it by itself. */
  readonly settled: boolean;
}

const words = (word: string, tone: Tone, settled: boolean): StatusWords => ({ word, tone, settled });

/** The state of an act in words that promise no more than is known. */
export const actStatusWords = (status: Outcome): StatusWords => {
  switch (status) {
    case 'shadow':
      return words(say('act_status.shadow', 'shadow: recorded, never executed'), 'calm', true);
    case 'denied':
      return words(say('act_status.denied', 'denied'), 'bad', true);
    case 'stopped':
      return words(say('act_status.stopped', 'stopped by the brakes'), 'warn', true);
    case 'held':
      return words(say('act_status.held', 'held, looked at again soon'), 'busy', false);
    case 'waiting':
      return words(say('act_status.waiting', 'waits for a person'), 'warn', false);
    case 'applying':
      return words(say('act_status.applying', 'sent, not confirmed yet'), 'busy', false);
    case 'unknown':
      return words(say('act_status.unknown', 'unknown: no certain answer, being verified'), 'warn', false);
    case 'present':
      return words(say('act_status.present', 'in effect'), 'good', true);
    case 'gone':
      return words(say('act_status.gone', 'not in effect any more'), 'bad', true);
    case 'done':
      return words(say('act_status.done', 'done'), 'good', true);
    case 'failed':
      return words(say('act_status.failed', 'failed, not applied'), 'bad', true);
    case 'refused':
      return words(say('act_status.refused', 'refused by a person'), 'calm', true);
    case 'expired':
      return words(say('act_status.expired', 'expired: nobody decided in time'), 'calm', true);
    case 'ending':
      return words(say('act_status.ending', 'being undone'), 'busy', false);
    case 'ended':
      return words(say('act_status.ended', 'was in effect, has ended'), 'calm', true);
    case 'superseded':
      return words(say('act_status.superseded', 'decided again since'), 'calm', true);
    case 'not_known':
      return words(say('act_status.not_known', 'not known any more'), 'calm', true);
    case 'nothing':
      return words(say('act_status.nothing', 'nothing was to be done'), 'calm', true);
  }
};

/** The effect is being undone, or is not there any more: it does not last until its end. */
export const lastsNoLonger = (status: ProgressStatus): boolean => status === 'ending' || status === 'gone';

/** An outcome in a word or two, for the badge of a row. */
export const outcomeWord = (outcome: Outcome): string => {
  switch (outcome) {
    case 'shadow':
      return say('outcome.shadow', 'shadow');
    case 'denied':
      return say('outcome.denied', 'denied');
    case 'stopped':
      return say('outcome.stopped', 'stopped');
    case 'held':
      return say('outcome.held', 'held');
    case 'waiting':
      return say('outcome.waiting', 'waits');
    case 'applying':
      return say('outcome.applying', 'under way');
    case 'unknown':
      return say('outcome.unknown', 'uncertain');
    case 'present':
      return say('outcome.present', 'in effect');
    case 'gone':
      return say('outcome.gone', 'gone early');
    case 'done':
      return say('outcome.done', 'done');
    case 'failed':
      return say('outcome.failed', 'failed');
    case 'refused':
      return say('outcome.refused', 'refused');
    case 'expired':
      return say('outcome.expired', 'expired');
    case 'ending':
      return say('outcome.ending', 'being undone');
    case 'ended':
      return say('outcome.ended', 'ended');
    case 'superseded':
      return say('outcome.superseded', 'decided again');
    case 'not_known':
      return say('outcome.not_known', 'not known');
    case 'nothing':
      return say('outcome.nothing', 'no act');
  }
};

/** Why the brakes stopped an act. */
export const stopReasonWords = (reason: StopReason): string => {
  switch (reason) {
    case 'kill_switch':
      return say('stop_reason.kill_switch', 'the kill switch was thrown');
    case 'breaker':
      return say('stop_reason.breaker', 'a breaker tripped');
    case 'protected_target':
      return say('stop_reason.protected_target', 'its target is protected');
    case 'blast_radius':
      return say('stop_reason.blast_radius', 'a limit of how many at once is full');
    case 'rate_limit':
      return say('stop_reason.rate_limit', 'a limit of how many in a time is full');
    case 'role_kept':
      return say('stop_reason.role_kept', 'too few with the same task would stay untouched');
    case 'too_long':
      return say('stop_reason.too_long', 'it would be contained for too long');
    case 'one_intake':
      return say('stop_reason.one_intake', 'one source alone reports a critical asset');
    case 'unknown_population':
      return say('stop_reason.unknown_population', 'nobody knows how many there are');
    case 'scope_too_wide':
      return say('stop_reason.scope_too_wide', 'its target is too wide');
    case 'target_invalid':
      return say('stop_reason.target_invalid', 'what it names is nothing that may be acted on');
    case 'shadow':
      return say('stop_reason.shadow', 'the policy is in shadow');
    case 'effectless':
      return say('stop_reason.effectless', 'it was only asked');
    case 'not_permitted':
      return say('stop_reason.not_permitted', 'the policies do not permit it');
    case 'policy_not_active':
      return say('stop_reason.policy_not_active', 'the policies changed meanwhile');
    case 'permit_stale':
      return say('stop_reason.permit_stale', 'the permit to start had lapsed');
    case 'connector_unavailable':
      return say('stop_reason.connector_unavailable', 'no connector can do it');
    case 'target_busy':
      return say('stop_reason.target_busy', 'something else is under way at its target');
    case 'bundle_missing':
      return say('stop_reason.bundle_missing', 'no policies were in force');
    case 'bundle_doubtful':
      return say('stop_reason.bundle_doubtful', 'the policies in force are in doubt');
    case 'own_machine':
      return say('stop_reason.own_machine', 'Reflex itself stands on its target');
    case 'logged_in':
      return say('stop_reason.logged_in', 'its target is logged in here');
    case 'persons_word':
      return say('stop_reason.persons_word', 'a person lifted or denied it lately');
    case 'escalation_budget':
      return say('stop_reason.escalation_budget', 'people have been asked as much as policies allow');
    case 'nothing_to_extend':
      return say('stop_reason.nothing_to_extend', 'what was to end later is not in effect any more');
  }
};
