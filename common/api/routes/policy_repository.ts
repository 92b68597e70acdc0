import * as t from 'io-ts';
import { instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { anything, BASE, idText, nothing, reasonText, route } from '../contract';
import { CommitView } from '../policy_views';

/* The Git repository in which policies are written and reviewed. */

const sentence = text({ max: 8192 });
const source = text({ max: 262_144 });

/** A draft whose policy was changed in the repository meanwhile. An absent text: the policy is not there. */
export const ConflictView = record(
  { policy: idText, author: idText },
  {
    /** What is in force. */
    base: source,
    /** What the branch's head holds. */
    theirs: source,
    theirs_hash: idText,
    /** The draft. */
    yours: source,
  },
);
export type ConflictView = t.TypeOf<typeof ConflictView>;

/**
 * How the repository is.
 *
 * - `ready`: followed; `starting`: not looked at yet
 * - `elsewhere`: another agent's repository is the one that counts
 * - `rewritten`: the branch does not hold any more what was followed; nothing is taken from it or put into it
 * - `trouble`: it cannot be reached, read or written
 */
export const RepositoryView = record(
  {
    as_of: instant,
    kind: oneOf(['embedded', 'remote']),
    branch: idText,
    state: oneOf(['ready', 'starting', 'elsewhere', 'rewritten', 'trouble']),
    /** In one sentence, with what to do. */
    text: sentence,
    may_edit: t.boolean,
    /** Commits of the branch that no release holds yet. */
    unreleased: list(CommitView, 200),
    conflicts: list(ConflictView, 100),
  },
  {
    remote: sentence,
    path: sentence,
    head: CommitView,
    fetched_at: instant,
    last_error: record({ at: instant, text: sentence }),
    /** Whose repository counts, where none is shared. */
    holder: record({ agent: idText, host: idText, live: t.boolean }),
    /** The head that was found instead of one that goes on from what was followed. */
    found: idText,
    files: number(),
  },
);
export type RepositoryView = t.TypeOf<typeof RepositoryView>;

export const getPolicyRepository = route({
  method: 'get',
  path: `${BASE}/policies/repository`,
  summary: 'The Git repository of the policies: where it is, its head, who may edit, and drafts in conflict with it',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: RepositoryView,
});

export const getPolicyHistory = route({
  method: 'get',
  path: `${BASE}/policies/repository/history/{policy_id}`,
  summary: 'The commits that changed a policy, newest first',
  access: 'read',
  params: record({ policy_id: idText }),
  query: nothing,
  body: anything,
  answer: record({ commits: list(CommitView, 50) }),
});

export const fetchPolicyRepository = route({
  method: 'post',
  path: `${BASE}/policies/repository/fetch`,
  summary: 'Look for new commits now',
  access: 'author',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: RepositoryView,
});

export const acceptPolicyHistory = route({
  method: 'post',
  path: `${BASE}/policies/repository/accept`,
  summary: 'Follow a branch whose history was rewritten, from the head that was seen',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ found: idText, reason: reasonText }),
  answer: RepositoryView,
});

export const takePolicyRepository = route({
  method: 'post',
  path: `${BASE}/policies/repository/take`,
  summary: 'Make the repository of the agent that answers the one that counts; refused while the other agent runs',
  access: 'admin',
  params: nothing,
  query: nothing,
  body: record({ reason: reasonText }),
  answer: RepositoryView,
});

export const POLICY_REPOSITORY_ROUTES = {
  getPolicyRepository,
  getPolicyHistory,
  fetchPolicyRepository,
  acceptPolicyHistory,
  takePolicyRepository,
} as const;
