import { present } from '../../../../common/present';
import { digestInForce, policyInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { ConflictView, RepositoryView } from '../../../../common/api/routes/policy_repository';
import type { CommitView } from '../../../../common/api/policy_views';
import { err, ok, type Result } from '../../../../common/result';
import type { Doctrine, HeadSet } from '../doctrine';
import { askedAndDone, auditRefusal } from '../../record/audit';
import { isOvertaken } from '../drafts/draft';
import { policyDrafts } from '../drafts/policy_drafts';
import { commitView, pullOnce } from './policy_pull';
import { refusal, type Refusal } from '../../record/refusal';

const MOST_COMMITS = 50;
const MOST_CONFLICTS = 100;

/** Drafts that were made from another text than the branch holds, and would change it into a third. */
const draftConflicts = async (doctrine: Doctrine): Promise<readonly ConflictView[]> => {
  const { head, options } = doctrine;
  if (head === undefined || head.faults.length > 0) return [];
  const theirs = new Map(head.policies.map((file) => [file.policy.metadata.id, file]));
  return (await policyDrafts.stored(options.agent))
    .filter((draft) => isOvertaken(draft, theirs.get(draft.id)))
    .slice(0, MOST_CONFLICTS)
    .map(({ id, author, source, deleted }) => {
      const file = theirs.get(id);
      const inForce = policyInForce(options.agent, id);
      return {
        policy: id,
        author,
        ...present({
          base: inForce?.source,
          theirs: file?.source,
          theirs_hash: file?.hash,
          yours: deleted ? undefined : source,
        }),
      };
    });
};

const isBehind = (doctrine: Doctrine, head: HeadSet): boolean =>
  head.digest !== digestInForce(doctrine.options.agent) && doctrine.wasInForce(head);

const sentenceOf = (doctrine: Doctrine): string => {
  const {
    state,
    head,
    options: { repository },
  } = doctrine;
  switch (state.kind) {
    case 'starting':
      return 'the repository is being looked at for the first time';
    case 'ready':
      if (head && isBehind(doctrine, head))
        return 'what is in force was released without the repository; commit it there, or what is there will come back with its next change';
      return repository.place.kind === 'embedded'
        ? 'this agent keeps the repository in its data folder; other agents do not edit'
        : 'every agent with this remote may edit';
    case 'elsewhere':
    case 'rewritten':
    case 'trouble':
      return state.text;
  }
};

/** How the repository is, as of the last look. */
export const repositoryView = async (doctrine: Doctrine): Promise<RepositoryView> => {
  const { head, home, state, options } = doctrine;
  const { fetchedAt, lastError } = doctrine.lastLook;
  const { repository, people, agent } = options;
  const { place } = repository;
  const found = head === undefined ? ok([]) : await doctrine.unreleased(head, MOST_COMMITS);
  const unreleased = found.ok ? found.value : [];
  return {
    as_of: iso(agent.parts.clock.utc()),
    kind: place.kind,
    branch: place.branch,
    state: state.kind,
    text: sentenceOf(doctrine),
    may_edit: state.kind === 'ready',
    unreleased: unreleased.map((commit) => commitView(commit, people, doctrine.isOwnCommit(commit.id))),
    conflicts: [...(await draftConflicts(doctrine))],
    ...(place.kind === 'remote' ? { remote: place.remote, path: place.path } : {}),
    ...present({
      head: head && commitView(head.commit, people),
      files: head && head.paths.size,
      fetched_at: fetchedAt,
      last_error: lastError && { ...lastError },
      found: state.kind === 'rewritten' ? state.found : undefined,
      holder: home && { agent: home.home.holder.agent, host: home.home.holder.host, live: home.isHolderLive },
    }),
  };
};

/** Commits that changed a policy's file, newest first. */
export const policyHistory = async (
  { head, options: { repository, people } }: Doctrine,
  policy: string,
): Promise<Result<readonly CommitView[], Refusal>> => {
  const path = head?.paths.get(policy);
  if (head === undefined || path === undefined)
    return err(refusal('not_found', `the repository holds no policy \`${policy}\``));
  const found = await repository.fileLog(head.commit.id, path, MOST_COMMITS);
  return found.ok
    ? ok(found.value.map((commit) => commitView(commit, people)))
    : err(refusal('unavailable', found.error.message));
};

/** Looks for new commits at once. What is wrong is in the view. */
export const fetchNow = async (doctrine: Doctrine): Promise<Result<RepositoryView, Refusal>> => {
  await pullOnce(doctrine);
  return ok(await repositoryView(doctrine));
};

interface Order {
  readonly by: string;
  readonly reason: string;
}

const object = { type: 'repository', id: 'policies' };

/** Follows a rewritten branch from the head that a person saw. */
export const acceptHistory = async (
  doctrine: Doctrine,
  found: string,
  { by, reason }: Order,
): Promise<Result<RepositoryView, Refusal>> => {
  const { agent } = doctrine.options;
  const entry = { verb: 'accept_history', by, object, text: reason, digest: found };
  const accepted = await askedAndDone(agent, entry, () => doctrine.acceptHistory(found));
  return accepted.ok ? fetchNow(doctrine) : auditRefusal(agent, entry, accepted);
};

/** Makes this agent's repository the one that counts. */
export const takeRepository = async (
  doctrine: Doctrine,
  { by, reason }: Order,
): Promise<Result<RepositoryView, Refusal>> => {
  const { agent } = doctrine.options;
  const entry = { verb: 'take_repository', by, object, text: reason };
  const taken = await askedAndDone(agent, entry, () => doctrine.takeOver());
  return taken.ok ? fetchNow(doctrine) : auditRefusal(agent, entry, taken);
};
