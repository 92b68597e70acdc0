import { contentOf, bodyOf } from '../keeping/state_docs';
import { sessionId } from '../keeping/kinds/session';
import type { Gate } from '../keeping/kinds/gate';
import { StoreUnavailable, type Chance, type Clock, type StateStore } from '../ports';
import type { Session } from './session';
import { ACKNOWLEDGE_AFTER_MS } from './session_times';

/** How one session stands still, or that nobody knows. */
export interface AgentAnswer {
  readonly session: string;
  readonly how: 'this' | 'obeyed' | 'dead' | 'permit_lapsed' | 'unknown';
}

interface OrderPorts {
  readonly session: Pick<Session, 'id'>;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly chance: Chance;
}

const LOOK_MS = 25;
/** For so long each session is asked although OpenSearch does not answer. */
const PATIENCE_MS = 3_000;

/** Writes the order into one session, once; whether it was this write that landed. */
const writeOrder = async ({ store, chance }: OrderPorts, id: string, epoch: number): Promise<boolean> => {
  const doc = await store.get(sessionId(id));
  const peer = contentOf('session', doc);
  if (!doc || !peer) return false;
  const body = { ...bodyOf(doc), write_id: chance.uuid(), content: { ...peer, order_epoch: epoch } };
  const [outcome] = await store.bulk([{ id: doc.id, expect: doc.version, body }]);
  return outcome?.kind === 'written';
};

/**
 * Writes the order into one session, so that its next heartbeat is refused, and waits until it cannot start anything.
 *
 * @throws StoreUnavailable
 */
const orderSession = async (ports: OrderPorts, id: string, epoch: number): Promise<AgentAnswer['how']> => {
  const { store, clock } = ports;
  let orderedAt: number | undefined;
  for (;;) {
    const peer = contentOf('session', await store.get(sessionId(id)));
    if (!peer || peer.dead) return 'dead';
    if (peer.seen_epoch >= epoch) return 'obeyed';
    if (orderedAt === undefined && peer.order_epoch >= epoch) orderedAt = clock.monotonic();
    if (orderedAt === undefined && (await writeOrder(ports, id, epoch))) orderedAt = clock.monotonic();
    if (orderedAt !== undefined && clock.monotonic() - orderedAt >= ACKNOWLEDGE_AFTER_MS) return 'permit_lapsed';
    await clock.sleep(LOOK_MS);
  }
};

const orderPatiently = async (ports: OrderPorts, id: string, epoch: number): Promise<AgentAnswer['how']> => {
  const { clock } = ports;
  const began = clock.monotonic();
  for (;;) {
    try {
      return await orderSession(ports, id, epoch);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
    if (clock.monotonic() - began >= PATIENCE_MS) return 'unknown';
    await clock.sleep(LOOK_MS);
  }
};

/** Orders every other session that a gate names, side by side; one that nobody knows of hides none of the others. */
export const orderAll = (ports: OrderPorts, gate: Gate): Promise<readonly AgentAnswer[]> =>
  Promise.all(
    Object.keys(gate.sessions)
      .filter((id) => id !== ports.session.id)
      .map(async (id) => ({ session: id, how: await orderPatiently(ports, id, gate.epoch) })),
  );
