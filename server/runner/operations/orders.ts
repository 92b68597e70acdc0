import { iso } from '../../../common/iso';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { Order } from '../../../common/flow/order';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { isOneThing } from '../../../common/entity/one_thing';
import type { Agent } from '../agent/agent';
import type { AgentWith } from '../agent/views';
import type { Admission } from '../door/admission';
import type { CaseContent } from '../keeping/kinds/case';
import { audit, auditIfReachable, type AuditEntry } from '../record/audit';
import { NOT_JOINED, refusal, SOURCE_OFF, type Refusal } from '../record/refusal';
import { targetIn } from './asked_target';
import { extensionOf, receivedOrder } from './received_order';

/*
 * What a person orders by hand: to contain something now, or to have something contained end later. It comes in as an
 * event of that person and goes the way of every event: the same policies, brakes, approvals and limits. Nothing here
 * reaches a target.
 */

/** What taking an order needs of an agent. */
export interface OrderTaker extends AgentWith<'chance' | 'clock' | 'evidence' | 'store'> {
  readonly admit: Agent['admit'];
  readonly shift: object | undefined;
}

interface Given {
  readonly by: string;
  readonly reason: string;
  /** Chosen by whoever orders, so that an order that is sent twice is one; default a new one. */
  readonly orderId?: string | undefined;
}

export interface ContainWish extends Given {
  readonly action: string;
  readonly target: string;
  readonly host?: string | undefined;
  readonly ttlMs?: number | undefined;
  /** The decision that the person looked at. */
  readonly about?: string | undefined;
}

export interface ExtendWish extends Given {
  readonly effectId: string;
  /** When it is to end, UTC. */
  readonly until: string;
}

/** An order that was taken: the case of it as it was written. */
export interface Taken {
  readonly order: Order;
  readonly content: CaseContent;
}

/** Whether an order that came again is the one that came first; the moment of an extension may be worded anew. */
const isSameOrder = (one: Order | undefined, other: Order): boolean =>
  one !== undefined &&
  one.action === other.action &&
  isOneThing(one.target, other.target) &&
  one.extends?.effect_id === other.extends?.effect_id &&
  one.extends?.until === other.extends?.until &&
  (one.extends !== undefined || one.ttl_ms === other.ttl_ms);

const OTHER_ORDER = refusal('changed', 'another order came under the same `order_id` before; it stands as it was');

const notTaken = (admission: Exclude<Admission, { kind: 'accepted' | 'duplicate' | 'updated' }>): Refusal => {
  switch (admission.kind) {
    case 'switched_off':
      return SOURCE_OFF;
    case 'quarantined':
      return refusal('invalid', `the order could not be accepted: ${admission.reason}; it is in quarantine`);
    case 'overloaded':
      return refusal('overloaded', 'too much is coming in right now; nothing was ordered, try it again');
    case 'unavailable':
      return refusal('unavailable', `nothing was ordered: ${admission.why}`);
    case 'spooled':
    case 'not_ours':
      return refusal('unavailable', 'nothing was ordered');
  }
};

const take = async (
  agent: OrderTaker,
  { received, order, entry }: { readonly received: ReceivedEvent; readonly order: Order; readonly entry: AuditEntry },
): Promise<Result<Taken, Refusal>> => {
  // What is permitted starts within this call: that it was asked for stands on record before.
  await audit(agent, { ...entry, case_id: received.case_id, outcome: 'asked' });
  const admission = await agent.admit(received, 'durable');
  const said = (outcome: string): Promise<void> =>
    auditIfReachable(agent, { ...entry, case_id: received.case_id, outcome });
  if (admission.kind !== 'accepted' && admission.kind !== 'duplicate' && admission.kind !== 'updated') {
    const why = notTaken(admission);
    await said(`refused: ${why.code}`);
    return err(why);
  }
  const { content } = admission;
  if (admission.kind !== 'accepted' && !isSameOrder(content.received.order, order)) {
    await said(`refused: ${OTHER_ORDER.code}`);
    return err(OTHER_ORDER);
  }
  await said(content.decision?.verdict ?? content.closed?.verdict ?? 'kept');
  return ok({ order, content });
};

/**
 * A person asks for an act on a target, now.
 *
 * @returns the case of the order: what the policies and the brakes made of it is in it
 */
export const contain = async (agent: OrderTaker, wish: ContainWish): Promise<Result<Taken, Refusal>> => {
  if (agent.shift === undefined) return err(NOT_JOINED);
  const resolved = targetIn(wish);
  if (!resolved.ok) return resolved;
  const { by, action, reason, ttlMs, about, orderId } = wish;
  const order: Order = { action, target: resolved.value, reason, ...present({ ttl_ms: ttlMs, about }) };
  const at = iso(agent.parts.clock.utc());
  const received = receivedOrder(order, { by, id: orderId ?? agent.parts.chance.uuid(), at });
  if (!received.ok) return received;
  const object = { type: order.target.type, id: order.target.value.slice(0, 512) };
  const text = `${action}: ${reason}`;
  return take(agent, { received: received.value, order, entry: { verb: 'contain', by, object, text } });
};

/** A person asks that something that is contained ends later. It begins nothing, and ends nothing earlier. */
export const putOffEnd = async (agent: OrderTaker, wish: ExtendWish): Promise<Result<Taken, Refusal>> => {
  if (agent.shift === undefined) return err(NOT_JOINED);
  const { by, reason, effectId, orderId } = wish;
  const wanted = await extensionOf(agent, wish);
  if (!wanted.ok) return wanted;
  const { order, demo } = wanted.value;
  const at = iso(agent.parts.clock.utc());
  const received = receivedOrder(order, { by, id: orderId ?? agent.parts.chance.uuid(), at, demo });
  if (!received.ok) return received;
  const object = { type: 'effect', id: effectId };
  const text = `until ${wish.until}: ${reason}`;
  return take(agent, {
    received: received.value,
    order,
    entry: { verb: 'extend', by, object, effect_id: effectId, text },
  });
};
