import { reasonAdded, type Effect, type Moment } from '../../engine/execution/effect';
import type { EffectReason } from '../../engine/execution/reasons';
import type { ChangedEffect } from '../executing/change_document';
import { journalEntryOf, type JournalStamp } from '../keeping/kinds/effect';

/** `wait`: its target ends the effect by itself and has to be told of this reason first. */
export type Answer = 'confirm' | 'refuse' | 'wait';

/** By what the owner of an effect answers. */
interface Answering {
  readonly moment: Moment;
  /** A reason's time runs from this moment on. */
  readonly stampOf: (reason: EffectReason) => Pick<JournalStamp, 'generation' | 'boot'>;
  readonly answerTo: (reason: EffectReason) => Answer;
  /** This agent began to undo it alone, while OpenSearch was away. */
  readonly isUndoneOffline: boolean;
}

/**
 * Answers the agents that ask for an effect to be kept for their reasons too. Only the session that executed it
 * confirms, and what it confirms is in its journal first; a taken-over effect and one that is gone run to their
 * deadlines, one that its target ends for good to what that was told, and those who asked claim anew later.
 *
 * @returns undefined if nobody asks, or nothing can be answered now
 */
export const answerRequests = (
  effect: Effect,
  { moment, stampOf, answerTo, isUndoneOffline }: Answering,
): ChangedEffect | undefined => {
  const { state, requested, taken_over, gone } = effect;
  if (state !== 'present' || requested.length === 0) return undefined;
  if (taken_over === true || gone !== undefined || isUndoneOffline) return { effect: { ...effect, requested: [] } };
  const answered = (answer: Answer) => requested.filter((reason) => answerTo(reason) === answer);
  const confirmed = answered('confirm');
  const waiting = answered('wait');
  if (waiting.length === requested.length) return undefined;
  const next = confirmed.reduce((each, reason) => reasonAdded(each, reason, moment), effect);
  const asked = new Set(confirmed.map(({ command }) => command.command_id));
  return {
    effect: { ...next, requested: waiting },
    journal: next.reasons
      .filter(({ command }) => asked.has(command.command_id))
      .map((reason) =>
        journalEntryOf(moment.effectId, reason, { at: moment.at, fence: effect.fence, ...stampOf(reason) }),
      ),
  };
};
