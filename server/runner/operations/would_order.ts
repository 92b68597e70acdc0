import type { WouldOrder } from '../../../common/api/routes';
import type { Act, Decision, Target } from '../../../common/flow/decision';
import type { Order } from '../../../common/flow/order';
import type { ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { Shift } from '../agent/shift';
import type { AgentWith, ShiftWith } from '../agent/views';
import { decideEvent } from '../executing/decide_event';
import { READ_AGAIN } from '../executing/claiming';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { brakesTrial } from './brakes_say';
import { extensionOf, receivedOrder } from './received_order';

/*
 * What would become of an order, before it is given: it is decided and braked as the order would be. Nothing of it is
 * kept, counted or sent.
 */

/** What is asked about besides action and target. */
export interface Wish {
  readonly ttlMs?: number | undefined;
  /** The containment that would end later, and when, UTC. */
  readonly extends?: { readonly effectId: string; readonly until: string } | undefined;
}

interface AskedOrder extends Wish {
  readonly action: string;
  readonly target: Target;
  readonly by: string;
}

type Asking = AgentWith<'chance' | 'clock' | 'store'> & {
  readonly shift: (ShiftWith<'commits'> & Pick<Shift, 'work'>) | undefined;
};

const NO_REASON = 'what would happen';

const orderOf = async (
  agent: Asking,
  { action, target, ttlMs, extends: kept }: AskedOrder,
): Promise<Result<Order, Refusal>> => {
  if (kept === undefined) return ok({ action, target, reason: NO_REASON, ...present({ ttl_ms: ttlMs }) });
  const wanted = await extensionOf(agent, { ...kept, reason: NO_REASON });
  return wanted.ok ? ok(wanted.value.order) : wanted;
};

/** Which of its acts a decision is about: the one that would be done, else one in shadow. */
const mainAct = ({ acts, held = [] }: Decision): Act | undefined =>
  [...acts, ...held].find(({ shadow }) => !shadow) ?? acts[0];

const sayOf = ({ verdict, reasons }: Decision, act: Act | undefined): WouldOrder => ({
  would: verdict === 'learn' ? 'deny' : verdict,
  reasons: [...(act === undefined || verdict === 'deny' ? reasons : []), ...(act?.reasons ?? [])].slice(0, 64),
  ...present({ policy: act?.policy.id, ttl_ms: act?.ttl_ms ?? undefined, demands: act?.demands }),
});

/** The same with what the brakes make of what the policies permit. */
const braked = async (
  { shift, said }: { readonly shift: NonNullable<Asking['shift']>; readonly said: WouldOrder },
  received: ReceivedEvent,
  decision: Decision,
): Promise<WouldOrder> => {
  if (decision.verdict !== 'permit') return said;
  const trial = brakesTrial(shift, received, decision);
  const [brakes] = await shift.parts.commits.settle({
    reads: trial.reads,
    build: (view) => {
      const found = trial.said(view);
      // INVARIANT (INV-11): a question leaves nothing behind, whatever the answer is.
      return found === READ_AGAIN ? READ_AGAIN : { docs: [], answer: found };
    },
  });
  if (brakes === undefined) return said;
  const { would, stop_reason, limit, text } = brakes;
  return { ...said, would, ...present({ stop_reason, limit, text }) };
};

/** What policies and brakes would make of an order of somebody, now. */
export const wouldOrder = async (agent: Asking, asked: AskedOrder): Promise<Result<WouldOrder, Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const order = await orderOf(agent, asked);
  if (!order.ok) return order;
  const at = iso(parts.clock.utc());
  const received = receivedOrder(order.value, { by: asked.by, id: parts.chance.uuid(), at });
  if (!received.ok) return received;
  const decision = await decideEvent(shift.work.deciding, received.value);
  if (!decision) return err(refusal('unavailable', 'no policy bundle is in force; nothing is decided'));
  return ok(await braked({ shift, said: sayOf(decision, mainAct(decision)) }, received.value, decision));
};
