import { containNow, extendContainment, type OrderedView } from '../../common/api/routes';
import { present } from '../../common/present';
import { ok, type Result } from '../../common/result';
import { contain, putOffEnd, type Taken } from '../runner/operations/orders';
import { progressOf } from '../runner/operations/progress';
import type { Refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { Serving } from './route_parts';

const MOST_REASONS = 64;

/** What became of an order by now: of its one act, else of the decision that proposes none. */
const viewOf = ({ order, content }: Taken): OrderedView => {
  const { received, decision, acts, closed } = content;
  const real = acts.filter(({ status }) => status !== 'shadow');
  const main = real[0] ?? acts[0];
  const status = (): OrderedView['status'] => {
    if (real[0] !== undefined) return real[0].status;
    if (decision === undefined && closed === undefined) return 'kept';
    // Acts in shadow do nothing, and of acts that wait to be seen again there is none yet.
    return content.state === 'held' ? 'held' : 'denied';
  };
  const said = decision?.acts.find(({ act_id }) => act_id === main?.act_id)?.reasons ?? [];
  return {
    case_id: received.case_id,
    action: order.action,
    target: order.target,
    status: status(),
    progress: acts.map((act) => progressOf(act)),
    reasons: [...(real.length === 0 ? (decision?.reasons ?? []) : []), ...said].slice(0, MOST_REASONS),
    ...present({
      decision_id: decision?.decision_id ?? closed?.decision_id,
      verdict: decision?.verdict ?? closed?.verdict,
      effect_id: main?.effect_id,
      act_id: main?.act_id,
    }),
  };
};

const answerTo = (taken: Result<Taken, Refusal>): Result<OrderedView, Refusal> =>
  taken.ok ? ok(viewOf(taken.value)) : taken;

/** What people order by hand. */
export const orderRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, containNow, async ({ body, caller }) => {
    const { action, target, host, reason, ttl_ms: ttlMs, about, order_id: orderId } = body;
    const wish = { by: caller.name, action, target, host, reason, ttlMs, about, orderId };
    return answerTo(await contain(parts.ready().agent, wish));
  });
  serve(parts, extendContainment, async ({ params, body, caller }) => {
    const { until, reason, order_id: orderId } = body;
    const wish = { by: caller.name, effectId: params.effect_id, until, reason, orderId };
    return answerTo(await putOffEnd(parts.ready().agent, wish));
  });
};
