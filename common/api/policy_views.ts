import * as t from 'io-ts';
import { instant, list, number, oneOf, record, text } from '../codec/codecs';

/* What the page and API clients see of policies, guards and releases. */

const id = text({ min: 1, max: 512 });
const sentence = text({ max: 8192 });

export const PolicyFaultView = record(
  { file: t.string, line: number(), column: number(), code: id, message: sentence },
  { hint: sentence },
);
export type PolicyFaultView = t.TypeOf<typeof PolicyFaultView>;

/** A policy in force. */
export const PolicyView = record(
  {
    id,
    title: sentence,
    owner: sentence,
    layer: oneOf(['global', 'domain', 'contextual', 'action']),
    mode: oneOf(['off', 'shadow', 'escalate', 'enforce']),
    tags: list(id, 64),
    hash: id,
    source: text({ max: 262_144 }),
  },
  { description: sentence, expires: id, fired_24h: number(), last_fired: instant },
);
export type PolicyView = t.TypeOf<typeof PolicyView>;

export const TestResultView = record(
  { policy: id, name: sentence, passed: t.boolean, expected: id, got: id },
  {
    why: sentence,
    /** True: it was not run here, and so it has neither passed nor failed; `why` says what is missing. */
    skipped: t.boolean,
  },
);
export type TestResultView = t.TypeOf<typeof TestResultView>;

/** A Rego guard in force, and which policies ask it. */
export const GuardView = record({
  guard: id,
  source: text({ max: 262_144 }),
  asked_by: list(record({ policy: id, mode: oneOf(['off', 'shadow', 'escalate', 'enforce']) }), 5000),
});
export type GuardView = t.TypeOf<typeof GuardView>;

/** What becomes of one Rego guard, as texts. */
export const GuardChangeView = record(
  { guard: id, change: oneOf(['added', 'changed', 'removed']) },
  { before: text({ max: 262_144 }), after: text({ max: 262_144 }) },
);
export type GuardChangeView = t.TypeOf<typeof GuardChangeView>;

export const ApprovalView = record({ user: id, at: instant, reason: sentence, digest: id, four_eyes: t.boolean });

/** A commit of the policy repository. `user` is who its author is here, if that is known. */
export const CommitView = record(
  { id, subject: sentence, author: sentence, email: sentence, at: instant },
  { user: id, committer: sentence },
);
export type CommitView = t.TypeOf<typeof CommitView>;

/** A set of changes on its way to a release. Approvals are bound to `digest`: the whole set as it would be in force. */
export const CandidateView = record(
  {
    id,
    digest: id,
    base_version: number(),
    author: id,
    changelog: sentence,
    created_at: instant,
    state: oneOf(['proposed', 'approved', 'releasing', 'released', 'withdrawn', 'outdated', 'refused']),
    changes: list(
      record(
        { policy: id, change: oneOf(['added', 'changed', 'removed']) },
        { before: text({ max: 262_144 }), after: text({ max: 262_144 }), mode_before: id, mode_after: id },
      ),
      1000,
    ),
    approvals: list(ApprovalView, 16),
  },
  {
    /** Users who wrote it, besides its author; none of them approves it. */
    writers: list(id, 200),
    /** Addresses in its commits that nobody knows: two people have to approve it then. */
    unknown_writers: list(text({ max: 512 }), 200),
    approvals_needed: number(),
    /** Who releases it right now, in the state `releasing`. */
    releasing: record({ by: id, at: instant }),
    released_version: number(),
    signed_by: list(id, 16),
    signatures_missing: number(),
    back_to: number(),
    /** It goes back in an emergency, by this approver's word, and waits only for keys that have to sign it. */
    emergency: record({ by: id, reason: sentence }),
    /** `git`: it came by commits to the policy repository. */
    origin: oneOf(['page', 'git']),
    /** The commit that holds exactly these policies. */
    commit: id,
    /** What came by Git, newest first. */
    commits: list(CommitView, 200),
    /** Why a set from Git was refused, with file, line and column. */
    faults: list(PolicyFaultView, 200),
    /** Rego guards that it changes. */
    guard_changes: list(GuardChangeView, 256),
    /** Why whoever proposed it could not compile its guards; a release will, where `opa` is. */
    guards_unchecked: sentence,
    note: sentence,
  },
);
export type CandidateView = t.TypeOf<typeof CandidateView>;
