import type { CandidateView } from '../../../common/api/views';
import { err, ok, type Result } from '../../../common/result';
import type { Agent } from '../agent';
import { releaseGate } from '../backtest/gate';
import { audit } from './audit';
import { findCandidate, policiesOf, viewOfCandidate, writeCandidate, type Candidate } from './candidates';
import { discardDraft, listDrafts } from './drafts';
import { refusal, type Refusal } from './refusal';
import { digestOfSet, prepareRelease, publishRelease, type PartSigned, type ReleaseDesk } from './release';

/** Keeps what the keys of this host signed, until enough others have done the same at theirs. */
const keepSignatures = async (
  agent: Agent,
  candidate: Candidate,
  {
    by,
    signed: { partSigned, keyIds, missing },
  }: {
    readonly by: string;
    readonly signed: {
      readonly partSigned: PartSigned;
      readonly keyIds: readonly string[];
      readonly missing: number;
    };
  },
): Promise<Result<CandidateView, Refusal>> => {
  await audit(agent, {
    verb: 'sign',
    by,
    object: { type: 'candidate', id: candidate.id },
    digest: candidate.digest,
    outcome: `by ${keyIds.join(', ')}; ${missing} more keys have to sign`,
  });
  return writeCandidate(
    agent,
    { ...candidate, part_signed: partSigned, signed_by: [...keyIds], signatures_missing: missing },
    'approved',
  );
};

const withoutSignatures = ({ part_signed: _part, signatures_missing: _missing, ...candidate }: Candidate): Candidate =>
  candidate;

/**
 * Throws drafts away whose text is in force now. A version that came back, or that came by Git, was not made of drafts,
 * and what others went on writing stays.
 */
const discardReleased = async (agent: Agent, { changes }: Candidate, by: string): Promise<void> => {
  const after = new Map(changes.map((change) => [change.policy, change.after]));
  const done = (await listDrafts(agent)).filter(
    ({ id, source, deleted }) => after.has(id) && (deleted ? undefined : source) === after.get(id),
  );
  await Promise.all(done.map(({ id }) => discardDraft(agent, id, by)));
};

/** Commits it first, where a repository is kept and this host can go on to sign it. */
const committedAs = async (desk: ReleaseDesk, candidate: Candidate): Promise<Result<Candidate, Refusal>> => {
  if (desk.commits === undefined || desk.signingKeys().length === 0) return ok(candidate);
  const commit = await desk.commits.commit(candidate, policiesOf(candidate));
  return commit.ok ? ok({ ...candidate, commit: commit.value }) : commit;
};

/** Signs an approved candidate and releases it. What is signed is what was approved, to the last byte. */
export const releaseCandidate = async (
  desk: ReleaseDesk,
  id: string,
  by: string,
): Promise<Result<CandidateView, Refusal>> => {
  const { agent } = desk;
  const found = await findCandidate(agent, id);
  if (!found.ok) return found;
  const candidate = found.value;
  const { state } = viewOfCandidate(candidate, agent);
  if (state !== 'approved') return err(refusal('not_waiting', `the candidate is ${state}, not approved`));
  const policies = policiesOf(candidate);
  const approvals = candidate.approvals.filter((approval) => approval.digest === candidate.digest);
  if (approvals.length === 0 || digestOfSet(policies) !== candidate.digest) {
    return err(refusal('changed', 'the approval is of another set of policies; propose it again'));
  }
  const gate = await releaseGate(agent, desk.rules, candidate);
  if (!gate.open) return err(refusal('not_waiting', gate.text));
  const commit = await committedAs(desk, candidate);
  if (!commit.ok) return commit;
  const committed = commit.value;
  const { author, changelog } = candidate;
  const { part_signed: partSigned } = candidate;
  const prepared = prepareRelease(desk, {
    policies,
    author,
    releasedBy: by,
    changelog,
    approvals,
    ...(partSigned && { partSigned }),
  });
  if (!prepared.ok) return prepared;
  const { missing, keyIds } = prepared.value;
  if (missing > 0) return keepSignatures(agent, committed, { by, signed: prepared.value });
  const released = await publishRelease(desk, { files: prepared.value.files, releasedBy: by });
  if (!released.ok) return released;
  const written = await writeCandidate(
    agent,
    {
      ...withoutSignatures(committed),
      state: 'released',
      released_version: released.value.version,
      signed_by: [...keyIds],
    },
    'approved',
  );
  if (candidate.back_to === undefined && candidate.origin !== 'git') await discardReleased(agent, candidate, by);
  return written;
};
