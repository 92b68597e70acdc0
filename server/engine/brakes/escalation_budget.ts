import type { Stopped } from '../../../common/flow/clearance';
import { BEYOND_BUDGET, type BeyondBudget } from '../../../common/policy/policy';
import { stop } from './stop';

/*
 * People are a limited resource: beyond so many questions within a time they answer without reading. What becomes of
 * the next ones is policy. What is answered by itself is asked all the same, so that no flood keeps it away (X21).
 */

/** How many questions people are asked by a policy in force. */
export interface EscalationBudget {
  readonly name: string;
  readonly most: number;
  readonly withinMs: number;
  readonly beyond: BeyondBudget;
  /** `most` for each approver who is here; missing: for all of them together. */
  readonly perApprover?: true;
}

/**
 * So many questions a budget allows now.
 *
 * @param approvers how many people who may approve are here; where nobody is, as many as for one
 */
export const mostOf = ({ most, perApprover }: EscalationBudget, approvers: () => number): number =>
  perApprover === true ? most * Math.max(1, approvers()) : most;

const CONSEQUENCE: Readonly<Record<BeyondBudget, Stopped['then']>> = { deny: 'deny', hold: 'hold', group: 'escalate' };

/** What is held for a budget is denied after so long, as what nobody answers is, ms. */
export const HELD_FOR_BUDGET_MS = 4 * 3_600_000;

/** Who is asked, and how much they were. */
interface Asking {
  /** How many questions were asked within so long, ms. */
  readonly asked: (withinMs: number) => number;
  /** How many people who may approve are here. */
  readonly approvers: () => number;
}

/**
 * What becomes of one more question; undefined if it is asked. Of several budgets that are used up the strictest says.
 *
 * @param waitedMs since when its event is known, ms
 */
export const beyondBudget = (
  budgets: readonly EscalationBudget[],
  { asked, approvers }: Asking,
  waitedMs: number,
): Stopped | undefined => {
  const full = budgets.filter((budget) => asked(budget.withinMs) >= mostOf(budget, approvers));
  const strictest = BEYOND_BUDGET.flatMap((beyond) => full.find((each) => each.beyond === beyond) ?? [])[0];
  if (strictest === undefined) return undefined;
  const { name, withinMs, beyond } = strictest;
  const text = `people are asked about ${mostOf(strictest, approvers)} acts in ${Math.round(withinMs / 60_000)} min, says \`${name}\`, and have been`;
  const isOver = beyond === 'hold' && waitedMs >= HELD_FOR_BUDGET_MS;
  return stop('escalation_budget', isOver ? 'deny' : CONSEQUENCE[beyond], text, name);
};
