import type { Problem } from '../../../common/api/contract';
import { orderUntilDone } from '../../../common/api/decide_again';
import { decideAgain } from '../../../common/api/routes';
import { ok, type Result } from '../../../common/result';
import type { Services } from './services';

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
  const { cases, ended } = await orderUntilDone(() => api.call(decideAgain, { body: { ...order } }));
  return ended.ok ? ok(cases) : ended;
};
