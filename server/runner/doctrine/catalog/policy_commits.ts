import { present } from '../../../../common/present';
import { bundleInForce } from '../../trust/in_force';
import { err, ok, type Result } from '../../../../common/result';
import { approvedDigest } from '../../../engine/policy/bundle_files';
import type { Doctrine, HeadSet } from '../doctrine';
import { audit } from '../../record/audit';
import type { CandidateBase, CandidateCommits, CommittedCandidate } from '../candidates/candidate_commits';
import { candidateMessage, personOf, REFLEX, seedMessage, trailersOf } from '../candidates/commit_message';
import { writersOf } from '../candidates/commit_writers';
import { changesBetween } from './policy_changes';
import { guardChangesBetween, pathsIn, textChanges, textsOf, type PolicySet } from './policy_set';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import { digestOfSet } from '../releases/release';

/*
 * From an approved candidate to a commit on the branch. Order: approved, committed and pushed, signed, released. If
 * somebody was faster nothing is released; what they changed is shown and never overwritten.
 */

const MOST_TRIES = 5;
const MOST_LOOKED_BACK = 300;

type Texts = ReadonlyMap<string, string>;

interface Sets {
  readonly head: HeadSet;
  readonly wanted: PolicySet;
}

/** Texts of a head's policies and guards as they were at a commit; unreadable ones are missing. */
const textsAt = async ({ options: { repository } }: Doctrine, commit: string, head: HeadSet): Promise<Texts> => {
  if (commit === head.commit.id) return textsOf(head);
  const tree = await repository.read(commit);
  const byPath = tree.ok ? new Map([...tree.value.files, ...tree.value.guards]) : new Map<string, string>();
  const pathOf = pathsIn(repository.folder, head.paths, head);
  return new Map(
    [...textsOf(head).keys()].flatMap((key) => {
      const text = byPath.get(pathOf(key));
      return text === undefined ? [] : [[key, text]];
    }),
  );
};

/** Texts that the candidate changes and that somebody else changed on the branch, to another text. */
const conflictsOf = async (
  doctrine: Doctrine,
  candidate: CommittedCandidate,
  head: HeadSet,
): Promise<
  readonly { readonly policy: string; readonly base?: string; readonly theirs?: string; readonly yours?: string }[]
> => {
  const { base_commit } = candidate;
  const base = base_commit === undefined ? undefined : await textsAt(doctrine, base_commit, head);
  const theirs = textsOf(head);
  return textChanges(candidate).flatMap(({ key, before, after }) => {
    const known = base?.get(key) ?? before;
    const now = theirs.get(key);
    if (now === known || now === after || now === before) return [];
    return [
      {
        policy: key,
        ...present({ base: known, theirs: now, yours: after }),
      },
    ];
  });
};

const ownCommit = async (
  { options: { repository } }: Doctrine,
  candidate: CommittedCandidate,
  head: HeadSet,
): Promise<string | undefined> => {
  const log = await repository.log(head.commit.id, { most: MOST_LOOKED_BACK });
  if (!log.ok) return undefined;
  return log.value.find(({ message }) => trailersOf(message).get('reflex-candidate')?.includes(candidate.id))?.id;
};

const short = (commit: string): string => commit.slice(0, 12);

/** Files to write and to remove, so that the head becomes the candidate's set. */
const filesFor = (
  doctrine: Doctrine,
  changed: Pick<CommittedCandidate, 'changes' | 'guard_changes'>,
  { head, wanted }: Sets,
): ReadonlyMap<string, string | undefined> => {
  const [then, now] = [textsOf(wanted), textsOf(head)];
  const pathOf = pathsIn(doctrine.options.repository.folder, head.paths, wanted);
  return new Map(
    textChanges(changed).flatMap(({ key }) =>
      then.get(key) === now.get(key) ? [] : [[pathOf(key), then.get(key)] as const],
    ),
  );
};

const merged = ({ changes, guard_changes = [] }: CommittedCandidate, { head, wanted }: Sets): PolicySet => {
  const changed = new Set(changes.map(({ policy }) => policy));
  const kept = head.policies.filter(({ policy }) => !changed.has(policy.metadata.id));
  const asked = new Set(guard_changes.map(({ guard }) => guard));
  const keptGuards = [...head.guards].filter(([guard]) => !asked.has(guard));
  return {
    policies: [...kept, ...wanted.policies.filter(({ policy }) => changed.has(policy.metadata.id))],
    guards: new Map([...keptGuards, ...[...wanted.guards].filter(([guard]) => asked.has(guard))]),
  };
};

const digestOfMerged = (candidate: CommittedCandidate, sets: Sets): string => {
  const { policies, guards } = merged(candidate, sets);
  return digestOfSet(policies, guards);
};

const OTHER_SET =
  'so the whole set would not be the one that was approved: propose the changes again, and have them approved again';

/** Why a candidate cannot be what the branch's head becomes, or undefined. */
const objection = async (
  doctrine: Doctrine,
  candidate: CommittedCandidate,
  sets: Sets,
): Promise<Refusal | undefined> => {
  const { head } = sets;
  if (head.faults.length > 0)
    return refusal('changed', `the branch's head ${short(head.commit.id)} holds faults; mend them in the repository`);
  const own = await ownCommit(doctrine, candidate, head);
  if (own !== undefined)
    return refusal(
      'changed',
      `the candidate was committed as ${short(own)}, and the branch has changed since, ${OTHER_SET}`,
    );
  if (candidate.origin === 'git')
    return refusal('changed', `the branch is at ${short(head.commit.id)} by now, ${OTHER_SET}`);
  const conflicts = await conflictsOf(doctrine, candidate, head);
  if (conflicts.length > 0) {
    return {
      ...refusal('changed', 'somebody else changed the same policies in the repository; nothing was overwritten'),
      fields: conflicts.map(({ policy }) => ({
        path: policy,
        message: `changed by ${head.commit.author.name} in ${short(head.commit.id)} or before; take it into your draft and propose again`,
      })),
      current: { conflicts },
    };
  }
  return digestOfMerged(candidate, sets) === candidate.digest
    ? undefined
    : refusal('changed', `the branch holds other changes, up to ${short(head.commit.id)}, ${OTHER_SET}`);
};

const makeCommit = async (
  doctrine: Doctrine,
  candidate: CommittedCandidate,
  sets: Sets,
): Promise<
  Result<'published' | 'moved', Refusal> | { readonly ok: true; readonly value: 'published'; readonly commit: string }
> => {
  const { repository, people, agent } = doctrine.options;
  const author = candidate.writers.length === 1 ? (candidate.writers[0] ?? candidate.author) : candidate.author;
  const others = [...new Set([candidate.author, ...candidate.writers])].filter((user) => user !== author);
  const made = await repository.commit({
    parent: sets.head.commit.id,
    files: filesFor(doctrine, candidate, sets),
    message: candidateMessage({
      candidate: candidate.id,
      digest: candidate.digest,
      changelog: candidate.changelog,
      approvals: candidate.approvals,
      others: others.map((user) => personOf(user, people)),
    }),
    author: personOf(author, people),
    committer: REFLEX,
    at: agent.parts.clock.utc(),
  });
  if (!made.ok) return err(refusal('changed', `${made.error.message}; nothing was released`));
  const published = await repository.publish(made.value, sets.head.commit.id);
  if (!published.ok) {
    const code = published.error.code === 'unreachable' ? 'unavailable' : 'changed';
    return err(refusal(code, `${published.error.message}; nothing was released, and it can be tried again`));
  }
  return published.value === 'moved' ? published : { ok: true, value: 'published', commit: made.value };
};

/** Filed once a commit, however many tries it took. */
const fileCommit = (
  { options: { agent, repository } }: Doctrine,
  { id, author, digest }: CommittedCandidate,
  commit: string,
): Promise<void> =>
  audit(
    agent,
    { verb: 'commit', by: author, object: { type: 'candidate', id }, digest, outcome: `${repository.place.branch} ${commit}` }, // prettier-ignore
    `commit:${id}:${commit}`,
  );

/** Commits approved candidates to the repository. */
export const committingTo = (doctrine: Doctrine): CandidateCommits => ({
  commit: async (candidate, wanted) => {
    const { agent } = doctrine.options;
    for (let attempt = 0; attempt < MOST_TRIES; attempt += 1) {
      const synced = await doctrine.sync();
      if (!synced.ok) return synced;
      const head = synced.value;
      const { shift } = agent;
      if (!shift) return err(NOT_JOINED);
      if (head.digest === candidate.digest) {
        // By a pull request, or by an earlier try that ended before the release.
        const own = await ownCommit(doctrine, candidate, head);
        await doctrine.notePublished(shift, head.commit.id, { digest: candidate.digest, own: false });
        await fileCommit(doctrine, candidate, own ?? head.commit.id);
        return ok(own ?? head.commit.id);
      }
      const against = await objection(doctrine, candidate, { head, wanted });
      if (against) return err(against);
      const done = await doctrine.inTurn(() => makeCommit(doctrine, candidate, { head, wanted }));
      if (!done.ok) return done;
      if (!('commit' in done)) continue;
      await doctrine.notePublished(shift, done.commit, { digest: candidate.digest, own: true });
      await fileCommit(doctrine, candidate, done.commit);
      return ok(done.commit);
    }
    return err(refusal('changed', 'others push to the branch all the time; try again'));
  },
});

/**
 * Commits what is in force where it was released without the repository, such as a bundle that was signed elsewhere.
 * Only into a repository of Reflex' own: what a remote holds is for its people to say.
 */
export const catchUp = async (doctrine: Doctrine, head: HeadSet): Promise<void> => {
  const { repository, people, agent } = doctrine.options;
  const active = bundleInForce(agent);
  if (!active || !agent.shift || repository.place.kind !== 'embedded') return;
  const wanted: PolicySet = { policies: active.policies, guards: active.guards?.sources ?? new Map() };
  const changes = changesBetween(head.policies, wanted.policies);
  const guard_changes = guardChangesBetween(head.guards, wanted.guards);
  const made = await repository.commit({
    parent: head.commit.id,
    files: filesFor(doctrine, { changes, guard_changes }, { head, wanted }),
    message: seedMessage(active.statement),
    author: personOf(active.statement.author, people),
    committer: REFLEX,
    at: agent.parts.clock.utc(),
  });
  const published = made.ok ? await repository.publish(made.value, head.commit.id) : made;
  if (made.ok && published.ok && published.value === 'published')
    await doctrine.notePublished(agent.shift, made.value, { digest: approvedDigest(active.statement), own: true });
};

/**
 * What a candidate is to be made from.
 *
 * @returns undefined where this agent does not edit: then what is in force
 */
export const candidateBase = async (doctrine: Doctrine): Promise<Result<CandidateBase | undefined, Refusal>> => {
  const synced = await doctrine.sync();
  const head = synced.ok ? synced.value : doctrine.head;
  if (head === undefined) return ok(undefined);
  if (head.faults.length > 0) {
    return err({
      ...refusal(
        'policy_invalid',
        `the branch's head ${short(head.commit.id)} holds faults; mend them in the repository`,
      ),
      fields: head.faults.map(({ file, line, column, message }) => ({ path: `${file}:${line}:${column}`, message })),
    });
  }
  const writers = await writersOf(doctrine, head);
  if (!writers.ok) return writers;
  const { users, unknown } = writers.value;
  return ok({
    commit: head.commit.id,
    policies: head.policies,
    guards: head.guards,
    writers: users,
    unknown_writers: unknown,
  });
};
