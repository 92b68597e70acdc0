import type { DraftView, GuardDraftView } from '../../../../common/api/drafts';
import type { Tone } from '../../../format/act_status';
import { say } from '../../../i18n';
import { faultCount } from '../check/check_section';

type State = readonly [Tone, string];

const faulty = ({ faults }: Pick<DraftView, 'faults'>): State | undefined =>
  faults.length > 0 ? ['bad', faultCount(faults.length)] : undefined;

const ready = (): State => ['good', say('drafts.ready', 'may be proposed')];

/** Whether a draft may be proposed, in words. */
export const draftState = (draft: DraftView): State => {
  if (draft.deleted) return ['warn', say('drafts.removes', 'removes the policy')];
  const { tests } = draft;
  const failed = tests.filter((test) => !test.passed && test.skipped !== true).length;
  if (draft.faults.length === 0 && failed > 0)
    return ['bad', say('check.failed', '{failed} of {total} tests fail', { failed, total: tests.length })];
  return faulty(draft) ?? ready();
};

/** Whether the draft of a guard may be proposed, in words. */
export const guardDraftState = (draft: GuardDraftView): State => {
  if (draft.deleted) return ['warn', say('guard.removes', 'removes the guard')];
  if (draft.unchecked !== undefined && draft.faults.length === 0)
    return ['warn', say('guard.unchecked', 'not compiled here')];
  return faulty(draft) ?? ready();
};
