import type * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { Reason, Target, VERDICTS } from '../../flow/decision';
import { BASE, idText, nothing, reasonText, route } from '../contract';
import { ACT_STATUSES, ActProgress } from '../progress';

const id = idText;

/** Shortest and longest time that an order may ask for, ms. What policies allow is less. */
export const SHORTEST_ORDER_MS = 60_000;
export const LONGEST_ORDER_MS = 30 * 86_400_000;

const OrderId = described(
  text({ min: 8, max: 128 }),
  'Chosen by whoever orders: an order that comes twice under one id is one order',
);

/** What became of an order, as far as that is known when it is answered. */
export const OrderedView = record(
  {
    case_id: id,
    action: id,
    target: Target,
    status: described(
      oneOf([...ACT_STATUSES, 'kept']),
      'Of the act that was ordered. `waiting`: somebody else has to approve it. `denied`: no policy in force allows it, or a brake refused it. `held`: tried again by itself. `kept`: an agent that decides does so soon',
    ),
    progress: list(ActProgress, 64),
    reasons: described(list(Reason, 64), 'What the policies said'),
  },
  {
    decision_id: id,
    verdict: oneOf(VERDICTS),
    effect_id: id,
    act_id: id,
  },
);
export type OrderedView = t.TypeOf<typeof OrderedView>;

export const containNow = route({
  method: 'post',
  path: `${BASE}/containments`,
  summary:
    'Order an act on a target by hand. It goes the way of an event of whoever orders: policies, brakes and approvals say what comes of it',
  access: 'respond',
  params: nothing,
  query: nothing,
  body: record(
    { action: id, target: text({ min: 1, max: 4096 }), reason: reasonText },
    {
      host: described(text({ min: 1, max: 256 }), 'Of a file or a process: the host that it is on'),
      ttl_ms: described(
        number({ min: SHORTEST_ORDER_MS, max: LONGEST_ORDER_MS, integer: true }),
        'For how long; missing: as long as the policy lets it last. Longer is refused',
      ),
      about: described(id, 'The decision that shows why'),
      order_id: OrderId,
    },
  ),
  answer: OrderedView,
});

export const extendContainment = route({
  method: 'post',
  path: `${BASE}/containments/{effect_id}/extend`,
  summary: 'Order that something that is contained ends later. It goes the same way, and never contains anew',
  access: 'respond',
  params: record({ effect_id: id }),
  query: nothing,
  body: record(
    { until: described(instant, 'When it is to end, later than it does now'), reason: reasonText },
    { order_id: OrderId },
  ),
  answer: OrderedView,
});

export const ORDERS_ROUTES = { containNow, extendContainment } as const;
