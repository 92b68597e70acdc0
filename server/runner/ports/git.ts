import type { Result } from '../../../common/result';

/*
 * The Git repository in which policies are written and reviewed. Nothing is ever checked out: trees are read and
 * written as objects, so no name in a repository ever becomes a name on this machine's disk.
 */

/** Where it is: made by this agent in its own data folder, or somewhere else behind HTTPS. */
export type RepositoryPlace =
  | {
      readonly kind: 'embedded';
      /** Made once, lies in the data folder. */
      readonly id: string;
      readonly branch: string;
    }
  | { readonly kind: 'remote'; readonly remote: string; readonly branch: string; readonly path: string };

/**
 * Why something was not done with a repository.
 *
 * - `unreachable`: no answer, or one that is none; what was sent may have landed
 * - `unauthorized`, `forbidden`: the token is wrong, or may not do this
 * - `not_found`: the server knows no such repository; `branch_missing`: it has others
 * - `redirected`: it is somewhere else; `not_git`: an answer, but not Git's
 * - `refused`: the server did not take the commit, for its own reasons (a protected branch, a hook)
 * - `too_large`: over a limit of Reflex; `damaged`: what lies on the disk cannot be read
 */
export interface RepositoryFault {
  readonly code:
    | 'unreachable'
    | 'unauthorized'
    | 'forbidden'
    | 'not_found'
    | 'branch_missing'
    | 'redirected'
    | 'not_git'
    | 'refused'
    | 'too_large'
    | 'damaged';
  readonly message: string;
}

/** A person as commits name them. */
export interface CommitPerson {
  readonly name: string;
  readonly email: string;
}

export interface CommitInfo {
  /** 40 hex digits. */
  readonly id: string;
  readonly parents: readonly string[];
  /** Subject, body and trailers. */
  readonly message: string;
  readonly author: CommitPerson;
  readonly committer: CommitPerson;
  /** UTC of the author's clock. */
  readonly at: string;
}

/** One file of the policies' folder that is no policy that could be read. */
export interface RefusedFile {
  readonly path: string;
  readonly code: 'symbolic_link' | 'submodule' | 'unsafe_name' | 'too_large' | 'too_many' | 'not_text';
  readonly message: string;
}

/** What lies under `policies/` of a commit. */
export interface PolicyTree {
  readonly commit: string;
  /** Texts by their path in the repository, in its order. */
  readonly files: ReadonlyMap<string, string>;
  /** Rego guards in `guards/`, without their tests; texts by their path in the repository. */
  readonly guards: ReadonlyMap<string, string>;
  readonly refused: readonly RefusedFile[];
}

/** A commit that is to be made. Everything that it does not name stays as it is in its parent. */
export interface NewCommit {
  /** Undefined for the first commit of a repository. */
  readonly parent: string | undefined;
  /** New texts by path in the repository; undefined removes the file. */
  readonly files: ReadonlyMap<string, string | undefined>;
  readonly message: string;
  readonly author: CommitPerson;
  readonly committer: CommitPerson;
  /** UTC ms. */
  readonly at: number;
}

/**
 * A branch of a repository. Commits are made first and belong to nothing; `publish` makes one the branch's head, and
 * only if the head is still the expected one.
 */
export interface PolicyRepository {
  readonly place: RepositoryPlace;
  /** Folder of the policies within the repository, without a slash at its end. */
  readonly folder: string;
  /** The head that this agent followed last, however long ago. */
  readonly followed: () => Promise<Result<string | undefined, RepositoryFault>>;
  /**
   * Brings everything of the branch here and tells its head, which is not followed yet; undefined while it is empty.
   */
  readonly fetch: () => Promise<Result<string | undefined, RepositoryFault>>;
  /** Remembers a head that was fetched. */
  readonly follow: (commit: string) => Promise<Result<true, RepositoryFault>>;
  readonly read: (commit: string) => Promise<Result<PolicyTree, RepositoryFault>>;
  /** True if the older commit is the newer one or one of its ancestors; false also if it is not here at all. */
  readonly descends: (newer: string, older: string) => Promise<Result<boolean, RepositoryFault>>;
  /** Commits of `from` that `until` does not have, newest first, at most `most`. */
  readonly log: (
    from: string,
    options: { readonly until?: string; readonly most: number },
  ) => Promise<Result<readonly CommitInfo[], RepositoryFault>>;
  /** Commits that changed a file, newest first. */
  readonly fileLog: (
    from: string,
    path: string,
    most: number,
  ) => Promise<Result<readonly CommitInfo[], RepositoryFault>>;
  /** Durable when it returns, and part of no branch. */
  readonly commit: (order: NewCommit) => Promise<Result<string, RepositoryFault>>;
  /** `moved`: the head is another one than `expected`, and nothing was changed. */
  readonly publish: (
    commit: string,
    expected: string | undefined,
  ) => Promise<Result<'published' | 'moved', RepositoryFault>>;
}
