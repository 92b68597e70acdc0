import type { CandidateView, DraftView } from '../../../common/api/views';
import type { Approval, PolicyFile } from '../../../common/policy/bundle';
import { err, ok, type Result } from '../../../common/result';
import { parsePolicy } from '../../engine/policy/parse_policy';
import type { Agent } from '../agent';
import { isoOf } from '../shift_parts';
import { audit } from './audit';
import type { CandidateBase } from './candidate_commits';
import { listDrafts } from './drafts';
import { changesBetween } from './policy_changes';
import { NOT_JOINED, refusal, type Refusal } from './refusal';
import { digestOfSet, type PartSigned } from './release';

/*
 * From drafts to a release: a candidate is the whole policy set as it would be in force. Approvals are bound to its
 * digest, nobody approves their own, and a candidate made from another version than the one in force is outdated.
 */

export interface Actor {
  readonly name: string;
  /** There is only one user here: approving is a separate step, recorded as `four_eyes: false`. */
  readonly singleUser: boolean;
}

export interface Candidate extends Omit<CandidateView, 'changes'> {
  /** The complete set: source by policy id. */
  readonly sources: Readonly<Record<string, string>>;
  readonly changes: CandidateView['changes'];
  /** Who wrote the drafts in it, besides its author, who put them together. */
  readonly writers: readonly string[];
  /** The commit that it was made from, if there is a repository. */
  readonly base_commit?: string;
  /** Set while some keys have signed its release and others have not. */
  readonly part_signed?: PartSigned;
}

const candidateId = (id: string): string => `candidate:${id}`;

/** What is told of a candidate; one that was made from an earlier version is outdated. */
export const viewOfCandidate = (
  { sources: _sources, writers: _writers, part_signed: _part, base_commit: _base, ...candidate }: Candidate,
  agent: Agent,
): CandidateView => {
  const open = candidate.state === 'proposed' || candidate.state === 'approved';
  const outdated = open && candidate.base_version !== (agent.parts.bundles.status?.version ?? 0);
  return outdated ? { ...candidate, state: 'outdated' } : candidate;
};

/** Writes a candidate if it is still in the expected state, and nobody approved it meanwhile. */
export const writeCandidate = async (
  agent: Agent,
  candidate: Candidate,
  expected: CandidateView['state'] | undefined,
): Promise<Result<CandidateView, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const id = candidateId(candidate.id);
  shift.parts.commits.forget(id);
  const written = await shift.parts.commits.settle<boolean>({
    reads: [id],
    build: (view) => {
      const stored = view.get(id)?.content as Candidate | undefined;
      if (stored?.state !== expected || (stored && stored.approvals.length > candidate.approvals.length))
        return { drafts: [], answer: false };
      const draft = {
        id,
        kind: 'draft' as const,
        content: candidate,
        facets: { state: candidate.state, at: isoOf(agent.parts.clock) },
      };
      return { drafts: [draft], answer: true };
    },
  });
  return written
    ? ok(viewOfCandidate(candidate, agent))
    : err(refusal('changed', 'somebody else changed the candidate meanwhile; look again'));
};

/** A candidate with its complete set of policies. */
export const findCandidate = async (agent: Agent, id: string): Promise<Result<Candidate, Refusal>> => {
  const doc = await agent.parts.store.get(candidateId(id));
  return doc ? ok(doc.content as Candidate) : err(refusal('not_found', `there is no candidate \`${id}\``));
};

export const listCandidates = async (agent: Agent): Promise<readonly CandidateView[]> => {
  const states = ['proposed', 'approved', 'released', 'withdrawn', 'refused'];
  const docs = await agent.parts.store.search({ kinds: ['draft'], states, limit: 50, sort: 'newest', fresh: true });
  return docs.map((doc) => viewOfCandidate(doc.content as Candidate, agent));
};

/** The policies of a set with drafts put in their places. A draft that cannot be read takes its policy out. */
export const withDrafts = (
  policies: readonly PolicyFile[],
  drafts: readonly DraftView[],
): { readonly set: ReadonlyMap<string, PolicyFile> } => {
  const set = new Map(policies.map((file) => [file.policy.metadata.id, file]));
  for (const draft of drafts) {
    const parsed = draft.deleted ? undefined : parsePolicy(`${draft.id}.yaml`, draft.source);
    if (parsed?.ok === true) set.set(draft.id, parsed.value);
    else set.delete(draft.id);
  }
  return { set };
};

/** Drafts that were made from another text than their policy has on the branch by now. */
const overtaken = (drafts: readonly DraftView[], base: CandidateBase): readonly DraftView[] => {
  const there = new Map(base.policies.map((file) => [file.policy.metadata.id, file]));
  return drafts.filter(({ id, made_from, source, deleted }) => {
    const file = there.get(id);
    return file?.hash !== made_from && (deleted ? file !== undefined : file?.source !== source);
  });
};

/** Puts drafts together as a candidate. Refused while one of them has faults or failing tests. */
export const proposeCandidate = async (
  agent: Agent,
  {
    changelog,
    policies,
    by,
    base,
  }: {
    readonly changelog: string;
    readonly policies?: readonly string[];
    readonly by: string;
    /** The head of the branch; without one, what is in force. */
    readonly base?: CandidateBase | undefined;
  },
): Promise<Result<CandidateView, Refusal>> => {
  const drafts = (await listDrafts(agent)).filter((draft) => policies === undefined || policies.includes(draft.id));
  if (drafts.length === 0) return err(refusal('invalid', 'there are no drafts to propose'));
  const bad = drafts.filter((draft) => draft.faults.length > 0 || draft.tests.some((test) => !test.passed));
  if (bad.length > 0) {
    const fields = bad.flatMap((draft) => [
      ...draft.faults.map((fault) => ({ path: `${draft.id}:${fault.line}:${fault.column}`, message: fault.message })),
      ...draft.tests
        .filter((test) => !test.passed)
        .map((test) => ({
          path: draft.id,
          message: `test \`${test.name}\`: expected ${test.expected}, got ${test.got}`,
        })),
    ]);
    return err({
      ...refusal('policy_invalid', 'some drafts have faults or failing tests; mend them first'),
      fields: fields.slice(0, 200),
    });
  }
  const conflicts = base ? overtaken(drafts, base) : [];
  if (conflicts.length > 0) {
    return err({
      ...refusal('changed', 'some policies were changed in the repository meanwhile; look at both texts first'),
      fields: conflicts.map(({ id }) => ({ path: id, message: 'changed in the repository since the draft was made' })),
    });
  }
  const inForce = agent.parts.bundles.active?.bundle.policies ?? [];
  const { set } = withDrafts(base?.policies ?? inForce, drafts);
  const proposed = [...set.values()];
  return fileCandidate(agent, {
    by,
    changelog,
    policies: proposed,
    changes: changesBetween(inForce, proposed),
    writers: [...new Set([...drafts.map((draft) => draft.author), ...(base?.writers ?? [])])],
    ...(base ? { baseCommit: base.commit } : {}),
  });
};

/** What a candidate is made of. */
export interface Proposal extends Pick<Candidate, 'changelog' | 'changes' | 'writers'> {
  readonly by: string;
  /** The complete set. */
  readonly policies: readonly PolicyFile[];
  /** The earlier version whose policies these are. */
  readonly backTo?: number;
  readonly baseCommit?: string;
  /** Set where it came by commits to the repository; with faults it is refused at once. */
  readonly fromGit?: Required<Pick<CandidateView, 'commit' | 'commits' | 'faults'>>;
}

/** Files a complete policy set as a candidate that waits for approval. */
export const fileCandidate = async (
  agent: Agent,
  { by, changelog, policies, changes, writers, backTo, baseCommit, fromGit }: Proposal,
): Promise<Result<CandidateView, Refusal>> => {
  const candidate: Candidate = {
    id: agent.parts.chance.uuid(),
    digest: digestOfSet(policies),
    base_version: agent.parts.bundles.active?.bundle.statement.version ?? 0,
    author: by,
    changelog,
    created_at: isoOf(agent.parts.clock),
    state: fromGit && fromGit.faults.length > 0 ? 'refused' : 'proposed',
    changes,
    approvals: [],
    sources: Object.fromEntries(policies.map((file) => [file.policy.metadata.id, file.source])),
    writers,
    ...(backTo === undefined ? {} : { back_to: backTo }),
    ...(baseCommit === undefined ? {} : { base_commit: baseCommit }),
    ...(fromGit === undefined ? {} : { origin: 'git', ...fromGit }),
  };
  await audit(agent, {
    verb: 'propose',
    by,
    object: { type: 'candidate', id: candidate.id },
    digest: candidate.digest,
    text: changelog,
  });
  return writeCandidate(agent, candidate, undefined);
};

/** Approves a candidate, bound to the digest of what was seen. Never by who wrote or proposed it, unless there is only one user. */
export const approveCandidate = async (
  agent: Agent,
  id: string,
  { actor, reason, digest }: { readonly actor: Actor; readonly reason: string; readonly digest: string },
): Promise<Result<CandidateView, Refusal>> => {
  const found = await findCandidate(agent, id);
  if (!found.ok) return found;
  const candidate = found.value;
  if (viewOfCandidate(candidate, agent).state !== 'proposed')
    return err(refusal('not_waiting', `the candidate is ${viewOfCandidate(candidate, agent).state}`));
  if (candidate.digest !== digest)
    return err(refusal('changed', 'what you saw is not what would be released; look again'));
  // INVARIANT (INV-10): nobody approves their own request.
  const isOwn = candidate.author === actor.name || candidate.writers.includes(actor.name);
  if (isOwn && !actor.singleUser) return err(refusal('not_four_eyes', 'nobody approves their own change'));
  const approval: Approval = {
    user: actor.name,
    at: isoOf(agent.parts.clock),
    reason,
    digest,
    four_eyes: !isOwn,
  };
  const written = await writeCandidate(
    agent,
    { ...candidate, state: 'approved', approvals: [...candidate.approvals, approval] },
    'proposed',
  );
  if (written.ok) {
    await audit(agent, {
      verb: 'approve',
      by: actor.name,
      object: { type: 'candidate', id },
      digest,
      four_eyes: approval.four_eyes,
      text: reason,
    });
  }
  return written;
};

export const withdrawCandidate = async (
  agent: Agent,
  id: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Result<CandidateView, Refusal>> => {
  const found = await findCandidate(agent, id);
  if (!found.ok) return found;
  const { state } = found.value;
  if (state === 'released' || state === 'withdrawn') return err(refusal('not_waiting', `the candidate is ${state}`));
  await audit(agent, { verb: 'withdraw', by, object: { type: 'candidate', id }, text: reason });
  return writeCandidate(agent, { ...found.value, state: 'withdrawn' }, state);
};

/** Puts a candidate aside for a newer one. */
export const replaceCandidate = async (agent: Agent, candidate: Candidate, note: string): Promise<void> => {
  await audit(agent, { verb: 'withdraw', by: 'reflex', object: { type: 'candidate', id: candidate.id }, text: note });
  await writeCandidate(agent, { ...candidate, state: 'withdrawn', note }, candidate.state);
};

/** The complete set, as it would be released. */
export const policiesOf = (candidate: Candidate): readonly PolicyFile[] =>
  Object.entries(candidate.sources).flatMap(([id, source]) => {
    const parsed = parsePolicy(`${id}.yaml`, source);
    return parsed.ok ? [parsed.value] : [];
  });
