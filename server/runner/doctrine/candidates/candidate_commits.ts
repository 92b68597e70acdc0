import type { CandidateView } from '../../../../common/api/policy_views';
import type { Result } from '../../../../common/result';
import type { PolicySet } from '../catalog/policy_set';
import type { Refusal } from '../../record/refusal';

/** What is committed of a candidate. */
export interface CommittedCandidate extends Pick<
  CandidateView,
  'id' | 'digest' | 'author' | 'changelog' | 'changes' | 'guard_changes' | 'approvals' | 'commit' | 'origin'
> {
  readonly writers: readonly string[];
  /** The commit that it was made from, if there is a repository. */
  readonly base_commit?: string;
}

/** Where approved policies are committed before they are signed. */
export interface CandidateCommits {
  /**
   * The commit that holds exactly the policies and guards of an approved candidate: made and published if nobody did
   * it before. Refused if the branch holds anything else, for only what was approved is released.
   */
  readonly commit: (candidate: CommittedCandidate, wanted: PolicySet) => Promise<Result<string, Refusal>>;
}

/** What a new candidate is made from: the head of the branch, which may be ahead of what is in force. */
export interface CandidateBase extends PolicySet {
  readonly commit: string;
  /** Users who wrote what is not in force yet. */
  readonly writers: readonly string[];
  /** Addresses that nobody knows and that had a hand in that. */
  readonly unknown_writers: readonly string[];
}
