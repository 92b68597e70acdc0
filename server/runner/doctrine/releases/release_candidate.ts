import { present } from '../../../../common/present';
import type { WritingAgent } from '../../agent/views';
import type { CandidateView } from '../../../../common/api/policy_views';
import { err, ok, type Result } from '../../../../common/result';
import { releaseGate } from '../backtest/gate';
import { auditRefusal } from '../../record/audit';
import { findCandidate, guardsOf, policiesOf, viewOfCandidate, type Actor } from '../candidates/candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import { moduleFor } from '../candidates/candidate_module';
import { guardDrafts } from '../drafts/guard_drafts';
import { policyDrafts } from '../drafts/policy_drafts';
import { refusal, type Refusal } from '../../record/refusal';
import { prepareRelease, type Prepared, type ReleaseDesk } from './release';
import { changeClaimed, claimRelease, giveBack, publishClaimed } from './release_claim';
import type { DraftingAgent } from '../drafts/desk';

interface Claimed {
  readonly id: string;
  readonly token: string;
}

/** Keeps what the keys of this host signed, until enough others have done the same at theirs. */
const keepSignatures = (
  agent: WritingAgent,
  claimed: Claimed,
  { partSigned, keyIds, missing, commit }: Prepared & { readonly commit: string | undefined },
): Promise<Result<Candidate, Refusal>> =>
  changeClaimed(agent, claimed, ({ claim, ...stored }) => ({
    candidate: {
      ...stored,
      ...present({ commit }),
      state: 'approved',
      part_signed: partSigned,
      signed_by: [...keyIds],
      signatures_missing: missing,
    },
    entry: {
      verb: 'sign',
      by: claim.by,
      object: { type: 'candidate', id: stored.id },
      digest: stored.digest,
      outcome: `by ${keyIds.join(', ')}; ${missing} more keys have to sign`,
    },
  }));

/** From here on it only goes forward: what is signed lies in the candidate, for whoever goes on. */
const beginPublishing = (
  agent: WritingAgent,
  claimed: Claimed,
  { partSigned, keyIds, commit }: Prepared & { readonly commit: string | undefined },
): Promise<Result<Candidate, Refusal>> =>
  changeClaimed(agent, claimed, (stored) => ({
    candidate: {
      ...stored,
      ...present({ commit }),
      part_signed: partSigned,
      signed_by: [...keyIds],
      claim: { ...stored.claim, phase: 'publishing' },
    },
    entry: {
      verb: 'sign',
      by: stored.claim.by,
      object: { type: 'candidate', id: stored.id },
      digest: stored.digest,
      outcome: `by ${keyIds.join(', ')}`,
    },
  }));

/**
 * Throws drafts away whose text is in force now. A version that came back, or that came by Git, was not made of drafts.
 */
const discardReleased = async (
  agent: DraftingAgent,
  { changes, guard_changes = [], back_to, origin }: Candidate,
  by: string,
): Promise<void> => {
  if (back_to !== undefined || origin === 'git') return;
  await guardDrafts.discardReleased(agent, new Map(guard_changes.map(({ guard, after }) => [guard, after])), by);
  await policyDrafts.discardReleased(agent, new Map(changes.map(({ policy, after }) => [policy, after])), by);
};

/** Commits it first, where a repository is kept and this host can go on to sign it. */
const committed = async (desk: ReleaseDesk, candidate: Candidate): Promise<Result<string | undefined, Refusal>> =>
  desk.commits === undefined || desk.signers().length === 0 || candidate.emergency !== undefined
    ? ok(candidate.commit)
    : desk.commits.commit(candidate, { policies: policiesOf(candidate), guards: guardsOf(candidate, desk.agent) });

/** Commits and signs what is approved, to the last byte. */
const prepared = async (
  desk: ReleaseDesk,
  candidate: Candidate,
): Promise<Result<Prepared & { readonly commit: string | undefined }, Refusal>> => {
  // Before it is committed: what cannot be compiled here is not released here.
  const module = await moduleFor(desk, candidate);
  if (!module.ok) return module;
  const commit = await committed(desk, candidate);
  if (!commit.ok) return commit;
  const { author, changelog, digest, part_signed: partSigned, claim } = candidate;
  const signed = await prepareRelease(desk, {
    policies: policiesOf(candidate),
    author,
    releasedBy: claim?.by ?? author,
    changelog,
    approvals: candidate.approvals.filter((approval) => approval.digest === digest),
    guards: module.value ?? null,
    ...(partSigned && { partSigned }),
  });
  return signed.ok ? ok({ ...signed.value, commit: commit.value }) : signed;
};

/** Releases under way in this process, by their tokens: what is not among them and is this session's was given up. */
const underWay = new Set<string>();
export const isUnderWay = (token: string): boolean => underWay.has(token);

const releaseClaimed = async (
  desk: ReleaseDesk,
  candidate: Candidate,
  claimed: Claimed,
): Promise<Result<Candidate, Refusal>> => {
  const { agent } = desk;
  const ready = await prepared(desk, candidate);
  if (!ready.ok) {
    await giveBack(agent, claimed, { by: candidate.claim?.by ?? '', why: ready.error });
    return ready;
  }
  if (ready.value.missing > 0) return keepSignatures(agent, claimed, ready.value);
  const publishing = await beginPublishing(agent, claimed, ready.value);
  if (!publishing.ok) return publishing;
  const { claim } = publishing.value;
  if (!claim) return err(refusal('changed', 'another host goes on with this release'));
  const done = await publishClaimed(desk, { ...publishing.value, claim }, true);
  if (done.ok && done.value.state === 'released') await discardReleased(agent, done.value, claim.by);
  return done;
};

/** Commits an approved candidate, signs it and releases it as the next version. */
export const releaseCandidate = async (
  desk: ReleaseDesk,
  id: string,
  actor: Actor,
): Promise<Result<CandidateView, Refusal>> => {
  const { agent } = desk;
  const entry = { verb: 'release', by: actor.name, object: { type: 'candidate', id } };
  const refused = (answer: Result<CandidateView, Refusal>, digest?: string): Promise<Result<CandidateView, Refusal>> =>
    auditRefusal(agent, digest === undefined ? entry : { ...entry, digest }, answer);
  const found = await findCandidate(agent, id);
  if (!found.ok) return refused(found);
  const { emergency } = found.value;
  const gate = emergency
    ? { open: true, text: `emergency, by ${emergency.by}` }
    : await releaseGate(agent, desk.rules, found.value);
  const { state } = viewOfCandidate(found.value, agent);
  if (state === 'approved' && !gate.open) return refused(err(refusal('not_waiting', gate.text)), found.value.digest);
  const token = agent.parts.chance.uuid();
  underWay.add(token);
  try {
    const claimed = await claimRelease(agent, id, { actor, token, gate: gate.text });
    if (!claimed.ok) return await refused(claimed, found.value.digest);
    const released = await releaseClaimed(desk, claimed.value, { id, token });
    return released.ok ? ok(viewOfCandidate(released.value, agent)) : released;
  } finally {
    underWay.delete(token);
  }
};
