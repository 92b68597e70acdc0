import type { GuardDraftView } from '../../../../common/api/drafts';
import type { Tone } from '../../../format/act_status';
import { say } from '../../../i18n';

/** Whether the draft of a guard may be proposed, in words. */
export const guardDraftState = ({ deleted, faults, unchecked }: GuardDraftView): readonly [Tone, string] => {
  if (deleted) return ['warn', say('guard.removes', 'removes the guard')];
  if (faults.length > 0)
    return ['bad', say('check.faults', '{count, plural, one {# fault} other {# faults}}', { count: faults.length })];
  return unchecked === undefined
    ? ['good', say('drafts.ready', 'may be proposed')]
    : ['warn', say('guard.unchecked', 'not compiled here')];
};
