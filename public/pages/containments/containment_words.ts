import type { ContainmentView } from '../../../common/api/views';
import type { Tone } from '../../format/act_status';
import { besideVerdict } from '../../format/summary';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';

/** `Block address 203.0.113.7`. */
export const effectName = ({ action, target }: Pick<ContainmentView, 'action' | 'target'>): string =>
  say('containment.name', '{action} {target}', { action: actionTitle(action), target: targetText(target) });

/** Why, without what stands in the first column anyway: action and target. */
export const reasonWords = ({ action, target }: ContainmentView, reason: string): string => {
  const words = besideVerdict('escalate', besideVerdict('permit', reason));
  const known = `${action} of ${target.value}: `;
  return words.startsWith(known) ? words.slice(known.length) : words;
};

/** For how many events an effect is there: those of one policy that came later are counted, not listed. */
export const eventsOf = ({ reasons }: ContainmentView): number =>
  reasons.reduce((sum, { times = 1 }) => sum + times, 0);

interface StateWords {
  readonly word: string;
  readonly tone: Tone;
}

/** What is known of an effect, and how well: sent, confirmed by the target, verified by a second look, or unknown. */
export const stateWords = ({ state, verified, last_error, gone }: ContainmentView): StateWords => {
  switch (state) {
    case 'applying':
      return { word: say('containment.applying', 'sent, not confirmed yet'), tone: 'busy' };
    case 'unknown':
      return { word: say('containment.unknown', 'unknown: no certain answer, being verified'), tone: 'warn' };
    case 'undoing':
      return last_error === undefined
        ? { word: say('containment.undoing', 'being undone'), tone: 'busy' }
        : { word: say('containment.undo_failed', 'undoing does not succeed'), tone: 'bad' };
    case 'present':
      if (gone !== undefined) return { word: say('containment.gone', 'gone before its end'), tone: 'bad' };
      return verified === true
        ? { word: say('containment.verified', 'in effect, verified'), tone: 'good' }
        : { word: say('containment.confirmed', 'in effect, confirmed by the target, not verified'), tone: 'good' };
  }
};

/** In effect, as far as anybody knows: what is gone is not, though its row stays until its end. */
export const isThere = ({ state, gone }: ContainmentView): boolean => state !== 'present' || gone === undefined;

/** What connectors answer when the target is no longer as our order left it. */
const CHANGED_SINCE = 'changed_since';

/**
 * The last undo was refused because the target is no longer as we left it: undoing again would overwrite what
 * somebody else did, so it takes a person who says so.
 */
export const needsForce = ({ state, last_error }: ContainmentView): boolean =>
  state === 'undoing' && last_error?.code === CHANGED_SINCE;

export type ProofStep = 'requested' | 'sent' | 'confirmed' | 'verified';

/** How far the proof of an effect has come. */
export const proofOf = ({ state, verified, since }: ContainmentView): readonly ProofStep[] => {
  if (state === 'applying') return ['requested', 'sent'];
  if (verified === true) return ['requested', 'sent', 'confirmed', 'verified'];
  return since === undefined ? ['requested', 'sent'] : ['requested', 'sent', 'confirmed'];
};
