import { isLapsed } from '../../executing/earlier_acts';
import { escalationDigest } from '../../executing/handed_over';
import { settleCase, type Writing } from '../../executing/change_document';
import type { AskedFor, CaseAct, CaseContent, Resolution } from '../../keeping/kinds/case';

/* The case of a question: what was answered, what was requested of people, and what became of that. */

/** So long after the answer people can be asked, ms: later facts are others. */
export const REQUESTABLE_MS = 300_000;

/** So long people are asked, ms. An asker waits for it, and whatever it answers gets older. */
export const REQUEST_LASTS_MS = 1_800_000;

/**
 * So long an approval is good, ms. INVARIANT (INV-10): no approval outlives the approver's role, which only the request
 * in which it was given could ask for; so it is short.
 */
export const APPROVED_FOR_MS = 300_000;

/** Whether a case is a question of this asker. */
export const isAskedBy = ({ asked, received }: CaseContent, asker: string): boolean =>
  asked !== undefined && received.intake.type === 'asker' && received.intake.id === asker;

/** The act that people were asked about. */
export const requestedAct = ({ asked, acts }: CaseContent): CaseAct | undefined =>
  asked?.requestable && acts.find(({ act_id }) => act_id === asked.requestable?.act_id);

/** The word that permits it to the asker; undefined where there is none. */
export const permittedBy = (content: CaseContent): Resolution | undefined => {
  const resolution = requestedAct(content)?.resolution;
  return resolution?.verb === 'approved' ? resolution : undefined;
};

export const approvedUntil = ({ at }: Resolution): number => Date.parse(at) + APPROVED_FOR_MS;

/** How a request stands. `used`, `over`: it was approved, and is good for nothing any more. */
export type RequestState = 'pending' | 'approved' | 'used' | 'over' | 'denied' | 'expired';

export const stateOf = (content: CaseContent, utc: number): RequestState => {
  const act = requestedAct(content);
  const permitted = permittedBy(content);
  if (content.asked?.used !== undefined) return 'used';
  if (permitted !== undefined) return utc < approvedUntil(permitted) ? 'approved' : 'over';
  if (act?.status === 'refused') return 'denied';
  return act?.status === 'waiting' && !isLapsed(content, utc) ? 'pending' : 'expired';
};

interface Changed {
  readonly acts?: readonly CaseAct[];
  readonly asked?: AskedFor;
}

/**
 * Changes the case of a question, by compare-and-set until it is done.
 *
 * @returns the case afterwards; undefined if it is gone, or was left as it is
 */
export const changeAsked = (
  writing: Writing,
  id: string,
  change: (content: CaseContent) => Changed | undefined,
): Promise<CaseContent | undefined> =>
  settleCase(writing, id, (stored) => {
    const changed = stored.asked && change(stored);
    return changed && { ...stored, ...changed };
  });

/**
 * A person permits what an asker wants to do. INVARIANT (INV-11): nothing is executed for it. The asker asks once more,
 * and is answered by what holds then.
 *
 * @returns the case afterwards; undefined if it does not wait any more as it was seen
 */
export const permitAsker = (
  writing: Writing,
  caseId: string,
  { actId, seen, resolution }: { readonly actId: string; readonly seen: string; readonly resolution: Resolution },
): Promise<CaseContent | undefined> =>
  changeAsked(writing, caseId, (content) => {
    const act = content.acts.find(({ act_id }) => act_id === actId);
    const isAsSeen = act?.status === 'waiting' && escalationDigest(content, actId) === seen;
    if (!isAsSeen || isLapsed(content, writing.clock.utc())) return undefined;
    const { stopped: _stopped, approvals: _approvals, ...rest } = act;
    const text = `${resolution.by} permitted it to \`${content.received.intake.id}\`, once, for ${APPROVED_FOR_MS / 60_000} minutes`;
    const permitted: CaseAct = { ...rest, status: 'stopped', text, resolution };
    return { acts: content.acts.map((each) => (each === act ? permitted : each)) };
  });
