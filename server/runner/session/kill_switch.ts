import { iso } from '../../../common/iso';
import { contentOf, bodyOf } from '../keeping/state_docs';
import { sessionId } from '../keeping/kinds/session';
import type { Gate, StopOrder } from '../keeping/kinds/gate';
import { StoreUnavailable, type Chance, type Clock, type LocalStop, type StateStore } from '../ports';
import type { Session } from './session';
import { ACKNOWLEDGE_AFTER_MS } from './session_times';

/** What throwing the switch came to. */
export interface SwitchReport {
  /** True: no effect starts anywhere any more. False: this host stands still, of the others nothing is known. */
  readonly acknowledged: boolean;
  readonly took_ms: number;
  readonly epoch: number | null;
  readonly agents: ReadonlyArray<{
    readonly session: string;
    readonly how: 'this' | 'obeyed' | 'dead' | 'permit_lapsed' | 'unknown';
  }>;
}

interface SwitchPorts {
  readonly session: Session;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly localStop: LocalStop;
}

export interface SwitchOrder {
  /** `all`, `action:<name>` or `connector:<name>`. */
  readonly scope: string;
  readonly who: string;
  readonly why: string;
}

const withStop = (gate: Gate, order: SwitchOrder, at: string): Gate => ({
  ...gate,
  epoch: gate.epoch + 1,
  stops: [...gate.stops.filter((each) => each.scope !== order.scope), { ...order, at, epoch: gate.epoch + 1 }],
});

type How = SwitchReport['agents'][number]['how'];

/**
 * Writes the order into one session, so that its next heartbeat is refused, and waits until it cannot start anything.
 */
const orderSession = async ({ store, clock, chance }: SwitchPorts, id: string, epoch: number): Promise<How> => {
  let orderedAt: number | undefined;
  for (;;) {
    const doc = await store.get(sessionId(id));
    const peer = contentOf('session', doc);
    if (!doc || !peer || peer.dead) return 'dead';
    if (peer.seen_epoch >= epoch) return 'obeyed';
    if (orderedAt === undefined && peer.order_epoch < epoch) {
      const [outcome] = await store.bulk([
        {
          id: doc.id,
          expect: doc.version,
          body: { ...bodyOf(doc), write_id: chance.uuid(), content: { ...peer, order_epoch: epoch } },
        },
      ]);
      if (outcome?.kind === 'written') orderedAt = clock.monotonic();
      continue;
    }
    orderedAt ??= clock.monotonic();
    if (clock.monotonic() - orderedAt >= ACKNOWLEDGE_AFTER_MS) return 'permit_lapsed';
    await clock.sleep(25);
  }
};

/**
 * Throws the switch: this host at once, then the gate, then every session that the gate names (`protocol.md` 4).
 * After an acknowledged report no effect starts anywhere (INV-6); undoing goes on.
 */
export const throwSwitch = async (ports: SwitchPorts, order: SwitchOrder): Promise<SwitchReport> => {
  const { session, clock, localStop } = ports;
  const started = clock.monotonic();
  const at = iso(clock.utc());
  const local: StopOrder = { ...order, at, epoch: session.gate?.epoch ?? 0 };
  // An order of this host that never reached the gate goes there together with this one; it must not be forgotten.
  const unpublished = localStop.read();
  session.stopLocally([local, ...(unpublished ? [{ ...local, scope: 'all' }] : [])]);
  const withBoth = (gate: Gate): Gate =>
    unpublished && !gate.stops.some((each) => each.scope === 'all')
      ? withStop(withStop(gate, { scope: 'all', ...unpublished }, at), order, at)
      : withStop(gate, order, at);
  await localStop.write({ who: order.who, why: order.why });
  try {
    const gate = await session.changeGate(withBoth);
    const others = Object.keys(gate.sessions).filter((id) => id !== session.id);
    const agents = await Promise.all(
      others.map(async (id) => ({ session: id, how: await orderSession(ports, id, gate.epoch) })),
    );
    session.stopLocally([]);
    await localStop.write(undefined);
    return {
      acknowledged: true,
      took_ms: clock.monotonic() - started,
      epoch: gate.epoch,
      agents: [{ session: session.id, how: 'this' }, ...agents],
    };
  } catch (cause) {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    const others = session.livePeers.map((id) => ({ session: id, how: 'unknown' as const }));
    return {
      acknowledged: false,
      took_ms: clock.monotonic() - started,
      epoch: null,
      agents: [{ session: session.id, how: 'this' }, ...others],
    };
  }
};

/** Lets acts of a scope start again. */
export const releaseSwitch = async (
  { session, localStop }: Pick<SwitchPorts, 'session' | 'localStop'>,
  scope: string,
): Promise<Gate> => {
  const gate = await session.changeGate((current) =>
    current.stops.some((each) => each.scope === scope)
      ? { ...current, epoch: current.epoch + 1, stops: current.stops.filter((each) => each.scope !== scope) }
      : current,
  );
  if (scope === 'all') {
    await localStop.write(undefined);
    session.stopLocally([]);
  }
  return gate;
};

/** An order that is only in this host's file is written to the gate before the host may start anything again. */
export const publishLocalStop = async ({
  session,
  clock,
  localStop,
}: Pick<SwitchPorts, 'session' | 'clock' | 'localStop'>): Promise<void> => {
  const order = localStop.read();
  if (!order) return;
  const at = iso(clock.utc());
  session.stopLocally([{ scope: 'all', ...order, at, epoch: 0 }]);
  await session.changeGate((gate) =>
    gate.stops.some((each) => each.scope === 'all') ? gate : withStop(gate, { scope: 'all', ...order }, at),
  );
  await localStop.write(undefined);
  session.stopLocally([]);
};
