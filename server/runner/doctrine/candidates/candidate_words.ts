import type { AgentWith, JoinedWith, WritingAgent } from '../../agent/views';
import { iso } from '../../../../common/iso';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { Approval } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { changeCandidate, noSuch, viewOfCandidate, type Actor } from './candidate_book';
import type { Candidate } from '../../keeping/kinds/policies';
import { approvalsNeeded, approvers, isByUnknown, isOwnWork } from '../../record/four_eyes';
import { mayBeSamePerson } from '../../record/person';
import { refusal, type Refusal } from '../../record/refusal';

/*
 * What people say of a candidate. Approvals are bound to its digest, nobody approves their own, and a candidate made
 * from another version than the one in force is outdated.
 */

interface Seen {
  readonly actor: Actor;
  readonly reason: string;
  readonly digest: string;
}

/** Why somebody may not approve a candidate as it is, or undefined. */
const objectionTo = (
  candidate: Candidate,
  { actor, digest }: Seen,
  agent: AgentWith<'bundles'>,
): Refusal | undefined => {
  const { state } = viewOfCandidate(candidate, agent);
  if (state !== 'proposed') return refusal('not_waiting', `the candidate is ${state}`);
  if (candidate.digest !== digest) return refusal('changed', 'what you saw is not what would be released; look again');
  if (actor.singleUser) return undefined;
  // INVARIANT (INV-10): nobody approves their own request.
  if (isOwnWork(candidate, actor.name)) return refusal('not_four_eyes', 'nobody approves their own change');
  return candidate.approvals.some(({ user }) => mayBeSamePerson(user, actor.name))
    ? refusal('not_four_eyes', 'you have approved it already; somebody else has to approve it as well')
    : undefined;
};

/**
 * Approves a candidate, bound to the digest of what was seen. Never by who wrote or proposed it, unless there is only
 * one user. Where an unknown address had a hand in it two people have to.
 */
export const approveCandidate = async (
  agent: AgentWith<'bundles' | 'chance' | 'clock'> & JoinedWith<'commits'>,
  id: string,
  seen: Seen,
): Promise<Result<CandidateView, Refusal>> => {
  const { actor, reason, digest } = seen;
  const approved = await changeCandidate(agent, id, (stored) => {
    if (!stored) return err(noSuch(id));
    const objection = objectionTo(stored, seen, agent);
    if (objection) return err(objection);
    const four_eyes = !isOwnWork(stored, actor.name) && !(actor.singleUser && isByUnknown(stored));
    const approval: Approval = { user: actor.name, at: iso(agent.parts.clock.utc()), reason, digest, four_eyes };
    const approvals = [...stored.approvals, approval];
    const isEnough = actor.singleUser || approvers(stored, approvals, [digest]).length >= approvalsNeeded(stored);
    return ok({
      candidate: { ...stored, state: isEnough ? 'approved' : 'proposed', approvals },
      entry: {
        verb: 'approve',
        by: actor.name,
        object: { type: 'candidate', id },
        digest,
        four_eyes,
        ...(isEnough ? {} : { outcome: `${approvalsNeeded(stored) - approvals.length} more people have to approve` }),
        text: reason,
      },
    });
  });
  return approved.ok ? ok(viewOfCandidate(approved.value, agent)) : approved;
};

/** Withdraws a candidate and what was approved of it; not while it is being released. */
export const withdrawCandidate = async (
  agent: AgentWith<'bundles' | 'chance' | 'clock'> & JoinedWith<'commits'>,
  id: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<Result<CandidateView, Refusal>> => {
  const withdrawn = await changeCandidate(agent, id, (stored) => {
    if (!stored) return err(noSuch(id));
    const { state } = stored;
    if (state === 'releasing')
      return err(refusal('releasing', 'the candidate is being released right now; roll back once it is in force'));
    if (state === 'released' || state === 'withdrawn') return err(refusal('not_waiting', `the candidate is ${state}`));
    return ok({
      candidate: { ...stored, state: 'withdrawn' },
      entry: { verb: 'withdraw', by, object: { type: 'candidate', id }, digest: stored.digest, text: reason },
    });
  });
  return withdrawn.ok ? ok(viewOfCandidate(withdrawn.value, agent)) : withdrawn;
};

/**
 * Puts a candidate aside for a newer one, unless it went on meanwhile.
 *
 * @returns whether this agent did it
 */
export const replaceCandidate = async (
  agent: WritingAgent,
  { id, state }: Candidate,
  note: string,
): Promise<boolean> => {
  const replaced = await changeCandidate(agent, id, (stored) =>
    stored?.state !== state
      ? err(refusal('changed', 'the candidate went on meanwhile'))
      : ok({
          candidate: { ...stored, state: 'withdrawn', note },
          entry: {
            verb: 'withdraw',
            by: 'reflex',
            object: { type: 'candidate', id },
            digest: stored.digest,
            text: note,
          },
        }),
  );
  return replaced.ok;
};
