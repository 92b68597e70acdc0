import { outlasts, reasonAdded, type Effect, type Moment } from '../../engine/execution/effect';
import type { ChangedEffect } from '../executing/change_document';
import { journalEntryOf, type JournalStamp } from '../keeping/kinds/effect';

/** By what the owner of an effect answers. */
interface Answering {
  readonly moment: Moment;
  readonly stamp: Pick<JournalStamp, 'generation' | 'boot'>;
  /** Its target takes a later end. */
  readonly canKeepLonger: boolean;
  /** This agent began to undo it alone, while OpenSearch was away. */
  readonly isUndoneOffline: boolean;
}

/**
 * Answers the agents that ask for an effect to be kept for their reasons too. Only the session that executed it
 * confirms, and what it confirms is in its journal first; a taken-over effect and one that is gone run to their
 * deadlines, one that its target ends by itself to what that was told, and those who asked claim anew later.
 *
 * @returns undefined if nobody asks, or nothing can be answered now
 */
export const answerRequests = (
  effect: Effect,
  { moment, stamp, canKeepLonger, isUndoneOffline }: Answering,
): ChangedEffect | undefined => {
  const { state, requested, taken_over, gone } = effect;
  if (state !== 'present' || requested.length === 0) return undefined;
  if (taken_over === true || gone !== undefined || isUndoneOffline) return { effect: { ...effect, requested: [] } };
  const confirmed = requested.filter(({ deadline }) => canKeepLonger || !outlasts(effect, deadline));
  return {
    effect: {
      ...confirmed.reduce((next, reason) => reasonAdded(next, reason, moment), effect),
      requested: [],
    },
    journal: confirmed.map((reason) =>
      journalEntryOf(moment.effectId, reason, { at: moment.at, fence: effect.fence, ...stamp }),
    ),
  };
};
