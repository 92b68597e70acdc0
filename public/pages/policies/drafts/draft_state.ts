import type { DraftView } from '../../../../common/api/drafts';
import type { Tone } from '../../../format/act_status';
import { say } from '../../../i18n';

/** Whether a draft may be proposed, in words. */
export const draftState = ({ faults, tests, deleted }: DraftView): readonly [Tone, string] => {
  if (deleted) return ['warn', say('drafts.removes', 'removes the policy')];
  if (faults.length > 0) {
    return ['bad', say('check.faults', '{count, plural, one {# fault} other {# faults}}', { count: faults.length })];
  }
  const failed = tests.filter((test) => !test.passed && test.skipped !== true).length;
  return failed > 0
    ? ['bad', say('check.failed', '{failed} of {total} tests fail', { failed, total: tests.length })]
    : ['good', say('drafts.ready', 'may be proposed')];
};
