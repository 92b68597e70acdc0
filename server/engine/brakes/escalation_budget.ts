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
}

const CONSEQUENCE: Readonly<Record<BeyondBudget, Stopped['then']>> = { deny: 'deny', hold: 'hold', group: 'escalate' };

/** What is held for a budget is denied after so long, as what nobody answers is, ms. */
export const HELD_FOR_BUDGET_MS = 4 * 3_600_000;

/**
 * What becomes of one more question; undefined if it is asked. Of several budgets that are used up the strictest says.
 *
 * @param asked how many were asked within so long, ms
 * @param waitedMs since when its event is known, ms
 */
export const beyondBudget = (
  budgets: readonly EscalationBudget[],
  asked: (withinMs: number) => number,
  waitedMs: number,
): Stopped | undefined => {
  const full = budgets.filter(({ most, withinMs }) => asked(withinMs) >= most);
  const strictest = BEYOND_BUDGET.flatMap((beyond) => full.find((each) => each.beyond === beyond) ?? [])[0];
  if (strictest === undefined) return undefined;
  const { name, most, withinMs, beyond } = strictest;
  const text = `people are asked about ${most} acts in ${Math.round(withinMs / 60_000)} min, says \`${name}\`, and have been`;
  const isOver = beyond === 'hold' && waitedMs >= HELD_FOR_BUDGET_MS;
  return stop('escalation_budget', isOver ? 'deny' : CONSEQUENCE[beyond], text, name);
};
