import { present } from '../../../../common/present';
import type { ShiftWith } from '../../agent/views';
import { bundleInForce, digestInForce, versionInForce } from '../../trust/in_force';
import type { CommitView } from '../../../../common/api/policy_views';
import type { PolicyFault } from '../../../../common/policy/policy';
import { approvedDigest } from '../../../engine/policy/bundle_files';
import type { Doctrine, HeadSet } from '../doctrine';
import type { CommitInfo } from '../../ports';
import { findCandidate } from '../candidates/candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import { find } from '../../keeping/state_docs';
import { replaceCandidate } from '../candidates/candidate_words';
import { fileCandidate } from '../candidates/candidates';
import { trailersOf, userOf } from '../candidates/commit_message';
import { changesBetween } from './policy_changes';
import { MOST_ASKED, writersOf } from '../candidates/commit_writers';
import { catchUp } from './policy_commits';
import { leads } from '../../session/leads';
import { again } from '../../keeping/in_background';

/*
 * What was merged into the branch becomes a candidate for release: checked like any other, shown with its authors, and
 * approved by somebody who is none of them. One agent does it for all.
 */

const MOST_COMMITS = 200;
const MOST_SHOWN_FAULTS = 200;
const MOST_TEXT = 2_000;

const subjectOf = ({ message }: CommitInfo): string => message.split('\n')[0] ?? '';

/**
 * A commit as the page shows it.
 *
 * @param isOurs whether this Reflex made it; otherwise only addresses of the settings say who somebody is
 */
export const commitView = (commit: CommitInfo, people: ReadonlyMap<string, string>, isOurs = true): CommitView => {
  const user = isOurs ? userOf(commit.author, people) : people.get(commit.author.email.trim().toLowerCase());
  const { author, committer } = commit;
  return {
    id: commit.id,
    subject: subjectOf(commit).slice(0, MOST_TEXT),
    author: author.name.slice(0, MOST_TEXT),
    email: author.email.slice(0, MOST_TEXT),
    at: commit.at,
    ...present({
      user,
      committer:
        committer.email === author.email ? undefined : `${committer.name} <${committer.email}>`.slice(0, MOST_TEXT),
    }),
  };
};

const faultOf = (message: string): PolicyFault => ({
  file: '.',
  line: 1,
  column: 1,
  code: 'too_many_commits',
  message,
});

/** Candidates that came by Git, newest first, however they fared. */
const knownFromGit = async ({ options: { agent } }: Doctrine): Promise<readonly Candidate[]> => {
  const docs = await find(agent.parts.store, 'candidate', { limit: 200, sort: 'newest', fresh: true });
  return docs.map(({ content }) => content).filter(({ origin }) => origin === 'git');
};

/** True while a candidate of the page is between its commit and its release: it is not proposed a second time. */
const isOnItsWay = async ({ options: { agent } }: Doctrine, head: HeadSet, version: number): Promise<boolean> => {
  const id = trailersOf(head.commit.message).get('reflex-candidate')?.[0];
  if (id === undefined) return false;
  const found = await findCandidate(agent, id);
  if (!found.ok) return false;
  const { state, base_version, digest } = found.value;
  // Another agent may have released it, and this one not have heard of it yet.
  const isOpen = state === 'approved' || state === 'releasing' || state === 'released';
  return isOpen && base_version === version && digest === head.digest;
};

/** Whoever proposed it had no `opa`, and nobody has said anything of it yet: an agent that has it looks once more. */
const isToBeCheckedHere = (head: HeadSet, { guards_unchecked, state }: Candidate): boolean =>
  guards_unchecked !== undefined && state === 'proposed' && head.guardsUnchecked === undefined;

const isOf = (head: HeadSet, version: number, { commits, base_version }: Candidate): boolean =>
  commits?.[0]?.id === head.commit.id && base_version === version;

const proposeHead = async (doctrine: Doctrine, head: HeadSet): Promise<void> => {
  const { agent, people } = doctrine.options;
  const active = bundleInForce(agent);
  if (!active) return;
  const { version } = active.statement;
  const digest = approvedDigest(active.statement);
  // Not while this agent runs an older version than the others: the branch may well be where they are.
  if (agent.shift?.parts.session.gate?.bundle_floor !== version) return;
  const known = await knownFromGit(doctrine);
  const isCurrent = (each: Candidate): boolean => isOf(head, version, each) && !isToBeCheckedHere(head, each);
  // Also one that a person withdrew is not proposed a second time.
  if (known.some(isCurrent) || (await isOnItsWay(doctrine, head, version))) return;
  const isInForce = head.digest !== '' && head.digest === digest;
  for (const earlier of known.filter(({ state }) => state === 'proposed' || state === 'refused')) {
    const isSame = isOf(head, version, earlier);
    const why = isInForce ? 'the branch holds what is in force' : `the branch is at ${head.commit.id.slice(0, 12)}`;
    const replaced = await replaceCandidate(agent, earlier, isSame ? 'its guards were compiled meanwhile' : why);
    // Somebody approved it, or another agent with `opa` was faster.
    if (isSame && !replaced) return;
  }
  if (isInForce) return;
  if (doctrine.wasInForce(head)) return catchUp(doctrine, head);
  const unreleased = await doctrine.unreleased(head, MOST_ASKED);
  if (!unreleased.ok) return;
  const commits = unreleased.value.slice(0, MOST_COMMITS);
  const { commit: newest } = head;
  const writers = await writersOf(doctrine, head);
  const faults = writers.ok ? head.faults : [...head.faults, faultOf(writers.error.message)];
  const isFaulty = faults.length > 0;
  const { user: author } = commitView(newest, people, doctrine.isOwnCommit(newest.id));
  const unknown = writers.ok ? writers.value.unknown : [];
  const filed = await fileCandidate(agent, {
    by: author ?? (`${newest.author.name} <${newest.author.email}>`.slice(0, 500) || 'git'),
    changelog:
      commits
        .map(subjectOf)
        .filter((each) => each !== '')
        .join('; ')
        .slice(0, MOST_TEXT) || 'no words',
    policies: head.policies,
    guards: head.guards,
    changes: isFaulty ? [] : changesBetween(active.policies, head.policies),
    writers: writers.ok ? writers.value.users : [],
    ...present({
      unknown_writers: unknown.length === 0 ? undefined : unknown,
      note: unreleased.value.length > MOST_COMMITS ? `the newest ${MOST_COMMITS} commits are shown` : undefined,
      guards_unchecked: head.guardsUnchecked?.slice(0, MOST_TEXT),
    }),
    fromGit: {
      commit: head.commit.id,
      commits: commits.map((commit) => commitView(commit, people, doctrine.isOwnCommit(commit.id))),
      faults: faults.slice(0, MOST_SHOWN_FAULTS).map((fault) => ({ ...fault })),
    },
  });
  if (filed.ok && !isFaulty) await doctrine.options.proposed(filed.value.id);
};

/** One agent proposes for all: whose repository it is, or the first in the order of session ids. */
const proposes = (shift: ShiftWith<'session'>, { options: { repository } }: Doctrine): boolean =>
  repository.place.kind === 'embedded' || leads(shift.parts.session, 'policies');

/** Whether the candidate of a head waits for an agent with `opa`, which this one is. */
const waitsForThis = async (doctrine: Doctrine, head: HeadSet): Promise<boolean> => {
  const version = versionInForce(doctrine.options.agent);
  const mayWait = head.guardsUnchecked === undefined && (head.guards.size > 0 || head.faults.length > 0);
  if (!mayWait || head.digest === digestInForce(doctrine.options.agent)) return false;
  const known = await knownFromGit(doctrine);
  return known.some((each) => isOf(head, version, each) && isToBeCheckedHere(head, each));
};

/** Looks at the branch now, and proposes what it holds. */
export const pullOnce = async (doctrine: Doctrine): Promise<void> => {
  const synced = await doctrine.sync();
  const { shift } = doctrine.options.agent;
  if (!synced.ok || !shift) return;
  if (proposes(shift, doctrine) || (await waitsForThis(doctrine, synced.value)))
    await proposeHead(doctrine, synced.value);
};

/** Follows the branch until told otherwise. */
export const followRepository = async (doctrine: Doctrine, pollMs: number, until: () => boolean): Promise<void> => {
  const { agent } = doctrine.options;
  const everyMs = (): number => (doctrine.state.kind === 'starting' ? Math.min(pollMs, 1_000) : pollMs);
  return again(agent.parts, { failed: 'the policy repository could not be followed', everyMs, until }, async () => {
    if (agent.shift) await pullOnce(doctrine);
  });
};
