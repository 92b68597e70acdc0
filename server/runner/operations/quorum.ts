import type { Act } from '../../../common/flow/decision';
import {
  accepts,
  demandsNow,
  unmetDemands,
  type Approver,
  type Demand,
  type DemandState,
} from '../../../common/flow/demand';
import { present } from '../../../common/present';
import { escalationDigest } from '../executing/handed_over';
import type { Approval, CaseAct, CaseContent } from '../keeping/kinds/case';
import { distinctPeople, oneOfThem } from '../record/person';

/*
 * Acts that take the approval of several people, or of certain ones (docs/decisions/062). What was approved waits in
 * the case for the others. INVARIANT (INV-10): it counts for what was seen, each person once, and for a short time:
 * only the request in which it was given could ask for the right to approve.
 */

/** So long an approval waits for those of others, ms. */
export const APPROVAL_COUNTS_MS = 900_000;

const asApprover = ({ by, roles }: Pick<Approval, 'by' | 'roles'>): Approver => ({ name: by, ...present({ roles }) });

/** An act of the decision as it stands in its case, with what its approval takes now. */
interface Asked {
  readonly act: CaseAct;
  readonly demands: readonly Demand[];
}

const askedOf = (content: CaseContent, actId: string): Asked | undefined => {
  const act = content.acts.find((each) => each.act_id === actId);
  const decided: Act | undefined = content.decision?.acts.find((each) => each.act_id === actId);
  return act && decided && { act, demands: demandsNow(decided.demands ?? [], act.late !== undefined) };
};

/** The approvals of an act that count still, each person once. */
export const countingApprovals = (content: CaseContent, actId: string, utc: number): readonly Approval[] => {
  const { approvals = [] } = content.acts.find((each) => each.act_id === actId) ?? {};
  if (approvals.length === 0) return [];
  const seen = escalationDigest(content, actId);
  const counting = approvals.filter((each) => each.seen === seen && utc < Date.parse(each.at) + APPROVAL_COUNTS_MS);
  const people = distinctPeople(counting.map(({ by }) => by));
  return people.flatMap((name) => counting.find(({ by }) => by === name) ?? []);
};

/** What one more approval comes to. */
export type Counted =
  /** It is the last that was missing. `others`: who approved it before, and counts. */
  | { readonly kind: 'complete'; readonly others: readonly Approval[] }
  | { readonly kind: 'short'; readonly unmet: readonly DemandState[] }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Counts somebody's approval with those that were given before.
 *
 * @param isGood whether who approved before may do so still, by all but their role, which nobody can ask for here
 */
export const countApproval = (
  content: CaseContent,
  { actId, by, roles, utc }: Pick<Approval, 'by' | 'roles'> & { readonly actId: string; readonly utc: number },
  isGood: (approval: Approval) => boolean,
): Counted => {
  const asked = askedOf(content, actId);
  const demands = asked?.demands ?? [];
  const others = countingApprovals(content, actId, utc).filter(isGood);
  const me: Approver = asApprover({ by, ...present({ roles }) });
  const twice = oneOfThem(
    others.map((each) => each.by),
    by,
  );
  if (twice !== undefined)
    return {
      kind: 'refused',
      message: `\`${twice}\`, who approved it already, may be \`${by}\`: somebody else approves`,
    };
  const before = unmetDemands(demands, others.map(asApprover));
  const [first] = before;
  // Who counts for nothing that is missing would be counted for nothing.
  if (first !== undefined && !before.some((demand) => accepts(demand, me)))
    return {
      kind: 'refused',
      message: `policy \`${first.policy}\` names who approves this: ${(first.approvers ?? []).join(', ')}; not \`${by}\``,
    };
  const unmet = unmetDemands(demands, [...others.map(asApprover), me]);
  return unmet.length === 0 ? { kind: 'complete', others } : { kind: 'short', unmet };
};

/** How the approval of an act stands, for people; undefined where one person who may approve is enough. */
export const approvalStateOf = (content: CaseContent, actId: string, utc: number) => {
  const asked = askedOf(content, actId);
  if (asked === undefined || (asked.demands.length === 0 && asked.act.late === undefined)) return undefined;
  const given = countingApprovals(content, actId, utc);
  const people = given.map(asApprover);
  return {
    demands: asked.demands.map((demand) => ({
      ...demand,
      have: people.filter((each) => accepts(demand, each)).length,
    })),
    given: given.map(({ by, at, reason }) => ({ by, at, reason })),
    ...present({ late: asked.act.late }),
  };
};
