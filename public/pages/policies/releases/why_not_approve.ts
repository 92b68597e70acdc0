import type { CandidateView } from '../../../../common/api/policy_views';
import type { CallerView } from '../../../../common/api/views';
import { say } from '../../../i18n';

type Written = Pick<CandidateView, 'author'> & Partial<Pick<CandidateView, 'writers' | 'approvals'>>;

/** Why this person may not approve, if they may not. The server has the last word. */
export const whyNotApprove = (
  caller: CallerView | null | undefined,
  { author, writers = [], approvals = [] }: Written,
): string | undefined => {
  if (!caller?.may.includes('approve')) return say('approve.may_not', 'approving takes the right to approve');
  if (caller.single_user) return undefined;
  if (caller.name === author) return say('approve.own', 'you proposed it: somebody else has to approve');
  if (writers.includes(caller.name))
    return say('approve.written', 'you wrote part of it: somebody else has to approve');
  return approvals.some(({ user }) => user === caller.name)
    ? say('approve.twice', 'you have approved it: somebody else has to as well')
    : undefined;
};
