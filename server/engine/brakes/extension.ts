import type { Act } from '../../../common/flow/decision';
import type { Stopped } from '../../../common/flow/clearance';
import type { Order } from '../../../common/flow/order';
import { err, ok, type Result } from '../../../common/result';
import { stop } from './stop';

/*
 * A person has something end later that is contained. It is a further reason of the effect, and nothing else: it begins
 * no effect, and what it joins is what the person saw.
 */

const over = (text: string): Stopped => stop('nothing_to_extend', 'deny', text);

/**
 * The act as it is claimed: what is ordered until a moment ends then, however long it waited for an approval.
 *
 * @param now UTC, ms
 */
export const endingInTime = (act: Act, order: Order | undefined, now: number): Result<Act, Stopped> => {
  if (order?.extends === undefined || act.ttl_ms === null) return ok(act);
  const left = Date.parse(order.extends.until) - now;
  return left > 0
    ? ok({ ...act, ttl_ms: Math.min(left, act.ttl_ms) })
    : err(over('the end that was ordered is over by now'));
};

/**
 * Why there is nothing to put off the end of. INVARIANT: an order to extend never contains anew, whatever was lifted,
 * ended or began again since it was given.
 *
 * @param effect as it is now; undefined where there is none
 */
export const nothingToExtend = (
  order: Order | undefined,
  id: string,
  effect: { readonly state: string; readonly gen: number } | undefined,
): Stopped | undefined => {
  if (order?.extends === undefined) return undefined;
  const { effect_id, gen } = order.extends;
  if (id !== effect_id) return over('what would be contained is not what was to be extended');
  if (effect === undefined || effect.state === 'absent' || effect.gen !== gen)
    return over('it is not contained any more: to contain it anew is another order');
  return undefined;
};

/** Waiting would not help: what stands in the way lasts until the effect is over. */
export const forGood = (order: Order | undefined, stopped: Stopped): Stopped =>
  order?.extends === undefined ? stopped : { ...stopped, then: 'deny' };
