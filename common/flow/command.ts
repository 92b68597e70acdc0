import * as t from 'io-ts';
import { described, number, record, text } from '../codec/codecs';
import { PolicyRef, Target } from './decision';

const id = text({ min: 1, max: 256 });

/** One order to a connector. `command_id` is its idempotency key; each claim of a case gets a new one. */
export const Command = record(
  {
    command_id: described(id, 'UUID; the idempotency key of the order'),
    case_id: id,
    decision_id: id,
    act_id: id,
    action: id,
    target: Target,
    connector: id,
    reason: text({ max: 4096 }),
    ttl_ms: t.union([number({ min: 1, integer: true }), t.null]),
    rollback: t.union([id, t.null]),
    policy: PolicyRef,
  },
  { source: described(text({ min: 1, max: 300 }), 'Whose event it comes of, as `type:id`; missing in older ones') },
);
export type Command = t.TypeOf<typeof Command>;

declare const cleared: unique symbol;

/**
 * A command that the brakes let pass. Only `mark_cleared.ts` makes one and only the brakes call it; connectors take
 * nothing else, so that going round the brakes needs a visible cast (INV-1, INV-11).
 */
export type ClearedCommand = Command & { readonly [cleared]: true };
