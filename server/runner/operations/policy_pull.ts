import type { CommitView } from '../../../common/api/views';
import type { Doctrine, HeadSet } from '../doctrine';
import { StoreUnavailable, type CommitInfo } from '../ports';
import { SessionLost } from '../commit_queue';
import type { Shift } from '../shift';
import { fileCandidate, findCandidate, replaceCandidate, type Candidate } from './candidates';
import { trailersOf, userOf } from './commit_message';
import { changesBetween } from './policy_changes';
import { catchUp, writersOf } from './policy_commits';
import { leads } from '../leads';

/*
 * What was merged into the branch becomes a candidate for release: checked like any other, shown with its authors, and
 * approved by somebody who is none of them. One agent does it for all.
 */

const MOST_COMMITS = 200;
const MOST_SHOWN_FAULTS = 200;
const MOST_TEXT = 2_000;

const subjectOf = ({ message }: CommitInfo): string => message.split('\n')[0] ?? '';

/** A commit as the page shows it. */
export const commitView = (commit: CommitInfo, people: ReadonlyMap<string, string>): CommitView => {
  const user = userOf(commit.author, people);
  const { author, committer } = commit;
  return {
    id: commit.id,
    subject: subjectOf(commit).slice(0, MOST_TEXT),
    author: author.name.slice(0, MOST_TEXT),
    email: author.email.slice(0, MOST_TEXT),
    at: commit.at,
    ...(user === undefined ? {} : { user }),
    ...(committer.email === author.email
      ? {}
      : { committer: `${committer.name} <${committer.email}>`.slice(0, MOST_TEXT) }),
  };
};

/** Candidates that came by Git, newest first, however they fared. */
const knownFromGit = async ({ options: { agent } }: Doctrine): Promise<readonly Candidate[]> => {
  const docs = await agent.parts.store.search({
    kinds: ['draft'],
    states: ['proposed', 'approved', 'refused', 'released', 'withdrawn'],
    limit: 200,
    sort: 'newest',
    fresh: true,
  });
  return docs.map((doc) => doc.content as Candidate).filter(({ origin }) => origin === 'git');
};

/** True while a candidate of the page is between its commit and its release: it is not proposed a second time. */
const isOnItsWay = async ({ options: { agent } }: Doctrine, head: HeadSet, version: number): Promise<boolean> => {
  const id = trailersOf(head.commit.message).get('reflex-candidate')?.[0];
  if (id === undefined) return false;
  const found = await findCandidate(agent, id);
  if (!found.ok) return false;
  const { state, base_version, digest } = found.value;
  // Another agent may have released it, and this one not have heard of it yet.
  const isOpen = state === 'approved' || state === 'released';
  return isOpen && base_version === version && digest === head.digest;
};

const proposeHead = async (doctrine: Doctrine, head: HeadSet): Promise<void> => {
  const { agent, people } = doctrine.options;
  const active = agent.parts.bundles.active?.bundle;
  if (!active) return;
  const { version, digest } = active.statement;
  // Not while this agent runs an older version than the others: the branch may well be where they are.
  if (agent.shift?.session.gate?.bundle_floor !== version) return;
  const known = await knownFromGit(doctrine);
  const isCurrent = ({ commits, base_version }: Candidate): boolean =>
    commits?.[0]?.id === head.commit.id && base_version === version;
  // Also one that a person withdrew is not proposed a second time.
  if (known.some(isCurrent) || (await isOnItsWay(doctrine, head, version))) return;
  const isInForce = head.digest !== '' && head.digest === digest;
  for (const earlier of known.filter(({ state }) => state === 'proposed' || state === 'refused'))
    await replaceCandidate(
      agent,
      earlier,
      isInForce ? 'the branch holds what is in force' : `the branch is at ${head.commit.id.slice(0, 12)}`,
    );
  if (isInForce) return;
  if (doctrine.wasInForce(head)) return catchUp(doctrine, head);
  const commits = await doctrine.unreleased(head, MOST_COMMITS);
  const [newest = head.commit] = commits;
  const isFaulty = head.faults.length > 0;
  const filed = await fileCandidate(agent, {
    by: userOf(newest.author, people) ?? (`${newest.author.name} <${newest.author.email}>`.slice(0, 500) || 'git'),
    changelog:
      commits
        .map(subjectOf)
        .filter((each) => each !== '')
        .join('; ')
        .slice(0, MOST_TEXT) || 'no words',
    policies: head.policies,
    changes: isFaulty ? [] : changesBetween(active.policies, head.policies),
    writers: await writersOf(doctrine, head),
    fromGit: {
      commit: head.commit.id,
      commits: commits.map((commit) => commitView(commit, people)),
      faults: head.faults.slice(0, MOST_SHOWN_FAULTS).map((fault) => ({ ...fault })),
    },
  });
  if (filed.ok && !isFaulty) await doctrine.options.proposed(filed.value.id);
};

/** One agent proposes for all: whose repository it is, or the first in the order of session ids. */
const proposes = (shift: Shift, { options: { repository } }: Doctrine): boolean =>
  repository.place.kind === 'embedded' || leads(shift);

/** Looks at the branch now, and proposes what it holds. */
export const pullOnce = async (doctrine: Doctrine): Promise<void> => {
  const synced = await doctrine.sync();
  const { shift } = doctrine.options.agent;
  if (synced.ok && shift && proposes(shift, doctrine)) await proposeHead(doctrine, synced.value);
};

/** Follows the branch until told otherwise. */
export const followRepository = async (doctrine: Doctrine, pollMs: number, until: () => boolean): Promise<void> => {
  const { agent } = doctrine.options;
  const { clock, log } = agent.parts;
  while (!until()) {
    try {
      if (agent.shift) await pullOnce(doctrine);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable || cause instanceof SessionLost))
        log.error('the policy repository could not be followed', { why: String(cause) });
    }
    await clock.sleep(doctrine.state.kind === 'starting' ? Math.min(pollMs, 1_000) : pollMs);
  }
};
