import { present } from '../../../common/present';
import { StoreUnavailable, type Chance, type Clock, type StateStore } from '../ports';
import { isSameStop, withoutStops, type Gate, type StopName, type StopOrder } from '../keeping/kinds/gate';
import { withoutStopsAt } from '../keeping/kinds/gate_breakers';
import { orderAll, type AgentAnswer } from './acknowledge';
import type { HostStop } from './host_stop';
import type { Session } from './session';

/** What throwing the switch came to. */
export interface SwitchReport {
  /** True: no effect starts anywhere any more. False: this host stands still, of some others nothing is known. */
  readonly acknowledged: boolean;
  readonly took_ms: number;
  /** Of the gate that holds the order; null while only this host knows it. */
  readonly epoch: number | null;
  readonly agents: readonly AgentAnswer[];
  /** UTC at which the pause ends by itself; missing where it has no end, or none was reckoned yet. */
  readonly until?: string;
}

export interface SwitchPorts {
  readonly session: Session;
  readonly store: StateStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly hostStop: HostStop;
}

export interface SwitchOrder {
  /** `all`, `action:<name>`, `connector:<name>` or `policy:<id>`. */
  readonly scope: string;
  readonly who: string;
  readonly why: string;
  /** A pause: it ends by itself after so long, ms. Missing: a person ends it. */
  readonly lasts_ms?: number;
}

/** Notes how long an order took until no effect could start anywhere, for everybody who looks at the gate. */
export const noteAcknowledged = (session: Session, order: StopOrder, tookMs: number): Promise<Gate> =>
  session.changeGate((gate) => {
    const isIt = (each: StopOrder): boolean => each.scope === order.scope && each.epoch === order.epoch;
    if (!gate.stops.some((each) => isIt(each) && each.acknowledged_ms === undefined)) return gate;
    const acknowledged_ms = Math.round(tookMs);
    return { ...gate, stops: gate.stops.map((each) => (isIt(each) ? { ...each, acknowledged_ms } : each)) };
  });

/**
 * Throws the switch: this host at once, then the gate, then every session that the gate names (`protocol.md` 4).
 * After an acknowledged report no effect starts anywhere (INV-6); undoing goes on. What the store did not take is
 * kept, and given by the heartbeat before this host takes another permit.
 */
export const throwSwitch = async (ports: SwitchPorts, order: SwitchOrder): Promise<SwitchReport> => {
  const { session, clock, hostStop } = ports;
  const began = clock.monotonic();
  const own: AgentAnswer = { session: session.id, how: 'this' };
  hostStop.take(order);
  const report = (agents: readonly AgentAnswer[], epoch: number | null): SwitchReport => ({
    acknowledged: epoch !== null && agents.every(({ how }) => how !== 'unknown'),
    took_ms: clock.monotonic() - began,
    epoch,
    agents: [own, ...agents],
  });
  const gate = await session.publishOrders().catch((cause: unknown) => {
    if (!(cause instanceof StoreUnavailable)) throw cause;
    return undefined;
  });
  await hostStop.settled();
  if (gate === undefined)
    return report(
      session.livePeers.map((id) => ({ session: id, how: 'unknown' as const })),
      null,
    );
  const done = report(await orderAll(ports, gate), gate.epoch);
  const given = gate.stops.find(({ scope }) => scope === order.scope);
  if (done.acknowledged && given) await noteAcknowledged(session, given, done.took_ms).catch(() => undefined);
  return { ...done, ...present({ until: given?.until }) };
};

/** Gives an order of the gate its reason; what has one keeps it. The order stays the one it is (`isSameStop`). */
export const explainStop = (
  session: Pick<Session, 'changeGate'>,
  name: Pick<StopName, 'scope' | 'at'>,
  { by, why }: { readonly by: string; readonly why: string },
): Promise<Gate> =>
  session.changeGate((gate) => {
    const isIt = (each: StopOrder): boolean => each.scope === name.scope && each.at === name.at && each.why === '';
    if (!gate.stops.some(isIt)) return gate;
    return { ...gate, stops: gate.stops.map((each) => (isIt(each) ? { ...each, why, why_by: by } : each)) };
  });

/**
 * Lets acts start again that these orders stopped. INVARIANT (INV-6): exactly these, as a person saw them. An order
 * that somebody gave since then stays in force, here and in the gate, however long the release takes.
 *
 * @param at UTC from which breakers among them count anew; missing where there can be none
 */
export const releaseSwitch = async (
  { session, hostStop }: Pick<SwitchPorts, 'session' | 'hostStop'>,
  seen: readonly StopName[],
  at?: string,
): Promise<Gate> => {
  const gate = await session.changeGate((current) =>
    at === undefined ? withoutStops(current, seen) : withoutStopsAt(current, seen, at),
  );
  hostStop.over(hostStop.orders.filter((order) => seen.some((each) => isSameStop(each, order))));
  await hostStop.settled();
  return gate;
};
