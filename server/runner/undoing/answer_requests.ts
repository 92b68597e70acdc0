import { reasonAdded, type Effect, type Moment } from '../../engine/execution/effect';
import type { ChangedEffect } from '../executing/change_document';
import { journalEntryOf, type JournalStamp } from '../keeping/kinds/effect';

/**
 * Answers the agents that ask for an effect to be kept for their reasons too. Only the session that executed it
 * confirms, and what it confirms is in its journal first; a taken-over effect runs to its deadline, and those who asked
 * claim anew later.
 *
 * @returns undefined if nobody asks, or nothing can be answered now
 */
export const answerRequests = (
  effect: Effect,
  moment: Moment,
  stamp: Pick<JournalStamp, 'generation' | 'boot'>,
): ChangedEffect | undefined => {
  const { state, requested, taken_over } = effect;
  if (state !== 'present' || requested.length === 0) return undefined;
  if (taken_over === true) return { effect: { ...effect, requested: [] } };
  return {
    effect: requested.reduce((next, reason) => reasonAdded(next, reason, moment), effect),
    journal: requested.map((reason) =>
      journalEntryOf(moment.effectId, reason, { at: moment.at, fence: effect.fence, ...stamp }),
    ),
  };
};
