import type { BacktestView, ReleaseGateView } from '../../../../common/api/routes/backtest';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { BundleStatement } from '../../../../common/policy/bundle';
import type { RepositoryPlace } from '../../ports';

/* What is stored of policies on their way to a release. */

/** A changed policy that is not released yet. */
export interface PolicyDraft {
  readonly policy_id: string;
  readonly source: string;
  readonly deleted: boolean;
  /** Who saved it last. */
  readonly author: string;
  /** Everybody who saved it since it was last as what is in force; before that was kept, only the last of them. */
  readonly writers?: readonly string[];
  readonly updated_at: string;
  /** Hash of the text that it was made from; absent for a new policy. */
  readonly base_hash?: string;
  /** Nobody's draft any more: it is there until what it carries for the audit is filed. */
  readonly draft_discarded?: true;
}

/** A changed Rego guard that is not released yet. */
export interface GuardDraft {
  readonly guard: string;
  readonly source: string;
  readonly deleted: boolean;
  readonly author: string;
  /** Everybody who saved it since it was last as what is written. */
  readonly writers: readonly string[];
  readonly updated_at: string;
  /** Digest of the text that it was made from; absent for a new guard. */
  readonly made_from?: string;
  readonly draft_discarded?: true;
}

/**
 * Whose hands a release is in, and how far it is. `committing`: nothing of it can have been released. `publishing`:
 * what was signed may be the next version at any moment, whoever does it, so it only goes on from here.
 */
export interface ReleaseClaim {
  readonly by: string;
  readonly at: string;
  /** The session that does it. */
  readonly session: string;
  /** Of this try. */
  readonly token: string;
  readonly phase: 'committing' | 'publishing';
}

/** A release that some of its keys have signed. */
export interface PartSigned {
  readonly statement: BundleStatement;
  readonly signatures: readonly string[];
  /** The module of its guards as base64: all keys have to sign the same bytes, whichever `opa` their hosts have. */
  readonly module?: string;
}

/** A set of policies that is proposed for release. */
export interface Candidate extends Omit<CandidateView, 'changes' | 'writers' | 'releasing' | 'approvals_needed'> {
  /** The complete set: source by policy id. */
  readonly sources: Readonly<Record<string, string>>;
  /** The texts of its guards by name. */
  readonly guard_sources?: Readonly<Record<string, string>>;
  readonly changes: CandidateView['changes'];
  /** Who wrote the drafts in it, besides its author, who put them together. */
  readonly writers: readonly string[];
  /** The commit that it was made from, if there is a repository. */
  readonly base_commit?: string;
  /** Set while some keys have signed its release and others have not. */
  readonly part_signed?: PartSigned;
  /** Set in the state `releasing`. */
  readonly claim?: ReleaseClaim;
}

/** A run of a backtest as other agents see it, with the wish of somebody there to end it. */
export interface BacktestRun {
  readonly view: BacktestView;
  /** UTC; a run that does not tell for long has died with its agent. */
  readonly told_at: string;
  readonly cancelled_by?: string;
}

/** An approver's word that a release may go on without a backtest that allows it. */
export type BacktestOverride = NonNullable<ReleaseGateView['override']>;

/**
 * A rollout that stopped itself, or that a person let go on. It is of one text of the policy: a changed one begins
 * anew.
 */
export interface RolloutStop {
  readonly policy: string;
  readonly hash: string;
  readonly stopped_at: string;
  readonly why: string;
  readonly resumed?: { readonly by: string; readonly at: string; readonly reason: string };
}

/** A commit whose policies are about to be released, or were. */
export interface CommitMark {
  readonly commit: string;
  readonly digest: string;
  readonly released: boolean;
  /** A Reflex made this commit; only then its addresses say who somebody is here. */
  readonly own?: boolean;
}

/** Which repository counts. */
export interface PolicyHome {
  /** The repository that counts. */
  readonly repository: string;
  readonly kind: RepositoryPlace['kind'];
  /** Who said so last. */
  readonly holder: { readonly session: string; readonly agent: string; readonly host: string };
  /** The newest head that anybody followed: what comes must go on from it. */
  readonly head?: string;
  readonly marks: readonly CommitMark[];
}
