import type { CandidateView } from '../../../../common/api/policy_views';
import type { Tone } from '../../../format/act_status';
import { say } from '../../../i18n';

/** Where a candidate is on its way, in words. */
export const candidateState = ({
  state,
  released_version,
  releasing,
  approvals,
  approvals_needed = 1,
}: CandidateView): readonly [Tone, string] => {
  switch (state) {
    case 'proposed':
      return approvals.length > 0
        ? [
            'warn',
            say('candidate.proposed_more', 'approved by {count} of {needed}, waits for approval by somebody else', {
              count: approvals.length,
              needed: approvals_needed,
            }),
          ]
        : ['warn', say('candidate.proposed', 'waits for approval')];
    case 'releasing':
      return ['busy', say('candidate.releasing', 'being released by {user} right now', { user: releasing?.by ?? '—' })];
    case 'approved':
      return ['busy', say('candidate.approved', 'approved, waits for release')];
    case 'released':
      return released_version === undefined
        ? ['good', say('candidate.released', 'released')]
        : ['good', say('candidate.released_as', 'released as version {version}', { version: released_version })];
    case 'withdrawn':
      return ['calm', say('candidate.withdrawn', 'withdrawn')];
    case 'refused':
      return ['bad', say('candidate.refused', 'refused: it has faults; mend them in the repository')];
    case 'outdated':
      return ['bad', say('candidate.outdated', 'outdated: another version is in force since; propose it again')];
  }
};
