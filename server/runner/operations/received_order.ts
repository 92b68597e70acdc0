import { decode } from '../../../common/codec/decode';
import { DetectionEvent, type ReceivedEvent } from '../../../common/flow/event';
import type { Order } from '../../../common/flow/order';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { deadlineOf } from '../../engine/execution/reasons';
import { orderedBy, orderedEvent } from '../../engine/intake/ordered_event';
import type { AgentWith } from '../agent/views';
import { contentOf } from '../keeping/state_docs';
import { refusal, type Refusal } from '../record/refusal';
import { keptEvent } from '../sources/receive';

/* An order of a person as the event that it comes as. */

/** An order as an event is kept. Nobody grants it anything: policies alone say what may come of it. */
export const receivedOrder = (
  order: Order,
  {
    by,
    id,
    at,
    demo = false,
  }: { readonly by: string; readonly id: string; readonly at: string; readonly demo?: boolean },
): Result<ReceivedEvent, Refusal> => {
  const event = decode(DetectionEvent, orderedEvent(order, { id, at }));
  if (!event.ok) return err({ ...refusal('invalid', 'the order is not valid'), fields: event.error });
  const intake = { type: 'analyst', id: by } as const;
  const handed = orderedBy(intake);
  const named = { intake, identity: ['order', id], receivedAt: at, granted: undefined, handed, order };
  return ok(keptEvent(event.value, { ...named, repetition: 'same', ...present({ demo: demo || undefined }) }));
};

const NOTHING_LEFT = refusal('not_found', 'there is nothing to extend: it is not in effect any more');

interface ExtensionWish {
  readonly effectId: string;
  /** When it is to end, UTC. */
  readonly until: string;
  readonly reason: string;
}

/** The order that would have an effect end later, or why there can be none. */
export const extensionOf = async (
  agent: AgentWith<'clock' | 'store'>,
  { effectId, until, reason }: ExtensionWish,
): Promise<Result<{ readonly order: Order; readonly demo: boolean }, Refusal>> => {
  const effect = contentOf('effect', await agent.parts.store.get(effectId));
  if (effect === undefined || effect.state === 'absent') return err(NOTHING_LEFT);
  if (effect.state === 'undoing' || effect.lift !== undefined)
    return err(refusal('changed', 'it is being undone; to contain it anew is another order'));
  const now = agent.parts.clock.utc();
  const ends = deadlineOf(effect);
  if (ends === null) return err(refusal('invalid', 'it has no end that could be put off: only a person ends it'));
  const later = Date.parse(until);
  if (later <= ends)
    return err(refusal('invalid', `it ends at ${iso(ends)} already; an earlier end is a lift, and no extension`));
  if (later <= now) return err(refusal('invalid', `\`until\` is over: it is ${iso(now)}`));
  const { action, target, connector, gen, reasons } = effect;
  const kept = { effect_id: effectId, connector, gen, until: iso(later) };
  const order: Order = { action, target, reason, ttl_ms: later - now, extends: kept };
  return ok({ order, demo: reasons.some(({ demo }) => demo === true) });
};
