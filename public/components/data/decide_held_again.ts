import type { Problem } from '../../../common/api/contract';
import { decideAgain } from '../../../common/api/routes';
import { ok, type Result } from '../../../common/result';
import type { Services } from './services';

/** One order takes 1,000 cases; more orders than these are not given by one click. */
const MOST_ORDERS = 20;

/**
 * Has what only the kill switch held decided again, however much that is.
 *
 * @param order the scope that is released, and why it is decided again
 * @returns how many cases were taken up, or why it ended
 */
export const decideHeldAgain = async (
  api: Services['api'],
  order: { readonly scope: string; readonly reason: string },
): Promise<Result<number, Problem>> => {
  let cases = 0;
  for (let orders = 0; orders < MOST_ORDERS; orders += 1) {
    const answer = await api.call(decideAgain, { body: { ...order } });
    if (!answer.ok) return answer;
    cases += answer.value.cases;
    if (!answer.value.more || answer.value.cases === 0) break;
  }
  return ok(cases);
};
