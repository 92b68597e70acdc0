import type { Decision } from '../../../../common/flow/decision';
import { iso } from '../../../../common/iso';
import { err, ok, type Result } from '../../../../common/result';
import type { ShiftWith } from '../../agent/views';
import { escalationDigest } from '../../executing/handed_over';
import type { Resolution } from '../../keeping/kinds/case';
import { contentOf } from '../../keeping/state_docs';
import { changeAsked, isAskedBy, permittedBy, stateOf } from './asked_case';
import { answeringActs } from './weigh';

/*
 * An approval that an asker shows. It is no bearer grant: it counts for whoever requested it, for the same question,
 * for an act that is in every respect the one that the person saw, for a short time, and once.
 */

type Looking = ShiftWith<'clock' | 'commits' | 'store'>;

export interface Approval {
  /** Of the request, which is that of its question. */
  readonly id: string;
  /** The act of this question that it permits. */
  readonly act_id: string;
  readonly resolution: Resolution;
}

/** Why an approval that was shown is not good for a question. */
export interface ApprovalFault {
  readonly reason: 'approval_unverifiable' | 'approval_expired' | 'approval_used' | 'out_of_scope';
  readonly text: string;
}

const fault = (reason: ApprovalFault['reason'], text: string): Result<never, ApprovalFault> => err({ reason, text });

const UNKNOWN = fault('approval_unverifiable', 'there is no such approval of this asker');

/** The approval that an asker shows, if it is good for a question as it was decided now. */
export const approvalFor = async (
  { parts }: Looking,
  {
    id,
    asker,
    question,
    decision,
  }: { readonly id: string; readonly asker: string; readonly question: string; readonly decision: Decision },
): Promise<Result<Approval, ApprovalFault>> => {
  const doc = await parts.store.get(id);
  const content = doc?.kind === 'case' ? contentOf('case', doc) : undefined;
  const resolution = content && permittedBy(content);
  const actId = content?.asked?.requestable?.act_id;
  // Whoever requested another one is not told that this one is there.
  if (content === undefined || !isAskedBy(content, asker) || resolution === undefined || actId === undefined)
    return UNKNOWN;
  const state = stateOf(content, parts.clock.utc());
  if (state === 'used') return fault('approval_used', 'the approval was used before');
  if (state !== 'approved') return fault('approval_expired', 'the approval is too old');
  if (content.asked?.question !== question) return fault('out_of_scope', 'another question was approved');
  // INVARIANT: what is permitted now is what the person saw: act, target, its facts, and every policy that spoke of it.
  const seen = escalationDigest(content, actId);
  const same = answeringActs(decision).find(({ act_id }) => escalationDigest({ decision }, act_id) === seen);
  return same === undefined
    ? fault('out_of_scope', 'what was approved has changed since: its policies, its target or what is known of it')
    : ok({ id, act_id: same.act_id, resolution });
};

/** Uses an approval up. @returns false if another question was faster, or it is over */
export const spendApproval = async ({ parts }: Looking, { id }: Approval, by: string): Promise<boolean> => {
  parts.commits.forget(id);
  const used = await changeAsked(parts, id, (content) => {
    const utc = parts.clock.utc();
    return content.asked !== undefined && stateOf(content, utc) === 'approved'
      ? { asked: { ...content.asked, used: { by, at: iso(utc) } } }
      : undefined;
  });
  return used?.asked?.used?.by === by;
};
