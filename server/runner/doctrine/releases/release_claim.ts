import type { AgentWith, JoinedWith, WritingAgent } from '../../agent/views';
import { bundleInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { BundleFiles, BundleStatement } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { bundleFiles, policyPath } from '../../../engine/policy/bundle_files';
import { withSignatures } from '../../../engine/policy/sign_bundle';
import { statementDigest } from '../../../engine/policy/verify_bundle';
import type { AuditEntry } from '../../record/audit';
import {
  changeCandidate,
  guardsOf,
  noSuch,
  policiesOf,
  viewOfCandidate,
  type Actor,
} from '../candidates/candidate_book';
import type { Candidate, ReleaseClaim } from '../../keeping/kinds/policies';
import { isApproved } from '../../record/four_eyes';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import { announceRelease, digestOfSet, headOf, publishRelease, signedModule, type ReleaseDesk } from './release';

/*
 * A release takes its candidate in hand before anything else: from then on nobody withdraws it, and nobody else releases
 * it. Two phases, each begun by compare-and-set. `committing`: nothing can have been released; who holds the claim, or
 * anybody once that session is over, gives the candidate back, and a host that wakes up later cannot go on, because its
 * claim is gone. `publishing`: the signed statement lies in the candidate; whoever goes on releases exactly that, and
 * creating `bundle:{N+1}` decides once whether it is the next version.
 */

export const RELEASING = refusal('releasing', 'the candidate is being released right now; look again in a moment');
const SUPERSEDED = refusal('changed', 'another version was released meanwhile; propose the changes again');

const objectionTo = (
  candidate: Candidate,
  actor: Actor,
  agent: AgentWith<'bundles' | 'guardBook'>,
): Refusal | undefined => {
  const { state } = viewOfCandidate(candidate, agent);
  if (state === 'releasing') return RELEASING;
  if (state !== 'approved') return refusal('not_waiting', `the candidate is ${state}, not approved`);
  if (digestOfSet(policiesOf(candidate), guardsOf(candidate, agent)) !== candidate.digest)
    return refusal('changed', 'the approval is of another set of policies or guards; propose it again');
  // INVARIANT (INV-10): asked once more where it counts, not only where the approvals were given. What comes back in
  // an emergency was asked when it was filed: its approvals are those of the version that it goes back to.
  if (candidate.emergency !== undefined) return undefined;
  return isApproved(candidate, { digests: [candidate.digest], singleUser: actor.singleUser })
    ? undefined
    : refusal('not_four_eyes', 'not enough people besides its authors approved exactly these policies');
};

/** Changes a candidate whose release this claim is of. */
export const changeClaimed = (
  agent: WritingAgent,
  { id, token }: { readonly id: string; readonly token: string },
  change: (stored: Candidate & { readonly claim: ReleaseClaim }) => {
    readonly candidate: Candidate;
    readonly entry: AuditEntry;
  },
): Promise<Result<Candidate, Refusal>> =>
  changeCandidate(agent, id, (stored) => {
    const claim = stored?.claim;
    if (!stored || stored.state !== 'releasing' || claim?.token !== token)
      return err(refusal('changed', 'another host goes on with this release, or gave it back; look again'));
    return ok(change({ ...stored, claim }));
  });

/** Takes an approved candidate in hand. */
export const claimRelease = (
  agent: AgentWith<'bundles' | 'chance' | 'clock' | 'guardBook'> & JoinedWith<'commits' | 'session'>,
  id: string,
  { actor, token, gate }: { readonly actor: Actor; readonly token: string; readonly gate: string },
): Promise<Result<Candidate, Refusal>> => {
  const session = agent.shift?.parts.session.id;
  if (session === undefined) return Promise.resolve(err(NOT_JOINED));
  const at = iso(agent.parts.clock.utc());
  return changeCandidate(agent, id, (stored) => {
    if (!stored) return err(noSuch(id));
    const objection = objectionTo(stored, actor, agent);
    if (objection) return err(objection);
    const claim: ReleaseClaim = { by: actor.name, at, session, token, phase: 'committing' };
    return ok({
      candidate: { ...stored, state: 'releasing', claim },
      entry: { verb: 'begin_release', by: actor.name, object: { type: 'candidate', id }, digest: stored.digest, text: gate }, // prettier-ignore
    });
  });
};

const withoutClaim = ({ claim: _claim, ...candidate }: Candidate): Candidate => candidate;

/** Gives a candidate back of which nothing was and nothing will be released. */
export const giveBack = (
  agent: WritingAgent,
  claimed: { readonly id: string; readonly token: string },
  { by, why }: { readonly by: string; readonly why: Pick<Refusal, 'code' | 'message'> },
): Promise<Result<Candidate, Refusal>> =>
  changeClaimed(agent, claimed, (stored) => ({
    candidate: { ...withoutClaim(stored), state: 'approved' },
    entry: {
      verb: 'release',
      by,
      object: { type: 'candidate', id: stored.id },
      digest: stored.digest,
      outcome: `refused: ${why.code}`,
      text: why.message,
    },
  }));

/** What a candidate was signed as. */
const signedFiles = (
  agent: AgentWith<'bundles' | 'guardBook'>,
  candidate: Candidate,
): { files: BundleFiles; statement: BundleStatement } | undefined => {
  const { part_signed: signed } = candidate;
  if (!signed) return undefined;
  const policies = policiesOf(candidate).map((file) => ({ ...file, path: policyPath(file) }));
  const guards = signedModule(signed, guardsOf(candidate, agent)) ?? bundleInForce(agent)?.guards;
  const unsigned = bundleFiles(signed.statement, policies, signed.statement.guards && guards);
  return { files: withSignatures(unsigned, signed.signatures), statement: signed.statement };
};

const asReleased = (
  agent: WritingAgent,
  id: string,
  token: string,
  version: number,
): Promise<Result<Candidate, Refusal>> =>
  changeClaimed(agent, { id, token }, (stored) => {
    const { part_signed: _part, signatures_missing: _missing, claim: _claim, ...candidate } = stored;
    return {
      candidate: { ...candidate, state: 'released', released_version: version },
      entry: {
        verb: 'release',
        by: stored.claim.by,
        object: { type: 'candidate', id },
        digest: stored.digest,
        bundle: { version },
        outcome: 'done',
      },
    };
  });

/**
 * Releases what lies signed in a candidate, or finds that it is released, or that another version took its place. May be
 * done by any host, and more than once.
 *
 * @param isFirst nobody else ever tried: then a refusal is proof that nothing will come of it
 */
export const publishClaimed = async (
  desk: ReleaseDesk,
  claimed: Candidate & { readonly claim: ReleaseClaim },
  isFirst: boolean,
): Promise<Result<Candidate, Refusal>> => {
  const { agent } = desk;
  const { id, claim } = claimed;
  const signed = signedFiles(agent, claimed);
  if (!signed) return giveBack(agent, { id, token: claim.token }, { by: claim.by, why: SUPERSEDED });
  const { statement, files } = signed;
  const refused = async (why: Refusal): Promise<Result<Candidate, Refusal>> => {
    await giveBack(agent, { id, token: claim.token }, { by: claim.by, why });
    return err(why);
  };
  const found = async (): Promise<Result<Candidate, Refusal> | undefined> => {
    const head = await headOf(agent, statement.version);
    if (!head) return undefined;
    if (head.statement_digest !== statementDigest(statement)) return refused(SUPERSEDED);
    const announced = await announceRelease(agent, head, { by: claim.by, text: statement.changelog });
    return announced.ok ? asReleased(agent, id, claim.token, statement.version) : announced;
  };
  const already = await found();
  if (already) return already;
  const released = await publishRelease(desk, { files, releasedBy: claim.by });
  if (released.ok) return asReleased(agent, id, claim.token, statement.version);
  const settled = await found();
  if (settled) return settled;
  return isFirst && released.error.code !== 'unavailable' ? refused(released.error) : released;
};
