import { isSameStop, withoutStops, withStop, type Gate, type StopName, type StopOrder, type Tripped } from './gate';

/* Orders to stop that breakers gave (`docs/decisions/060-breakers.md`), as changes of the gate. */

/** The longest wait before a trial, ms. */
export const LONGEST_WAIT_MS = 1_800_000;
/** A reset is remembered at least as long as any breaker looks back, ms. */
const RESETS_KEPT_MS = 8 * 86_400_000;

/** An order that a breaker gave. */
export type BreakerOrder = StopOrder & { readonly breaker: Tripped };

export const isOfBreaker = (order: StopOrder): order is BreakerOrder => order.breaker !== undefined;

/** Orders of breakers that a gate holds. */
export const breakerOrders = ({ stops }: Pick<Gate, 'stops'>): readonly BreakerOrder[] => stops.filter(isOfBreaker);

/**
 * The gate with an order of a breaker. INVARIANT: a stop of the same scope that has no end stays as it is, whoever gave
 * it: what a person stopped ends by no trial.
 */
export const withTrip = (gate: Gate, order: BreakerOrder): Gate =>
  gate.stops.some(({ scope, lasts_ms }) => scope === order.scope && lasts_ms === undefined)
    ? gate
    : withStop(gate, order);

/** The gate with what becomes of one of its breakers; unchanged where that order is over, or in another round. */
const changed = (gate: Gate, order: BreakerOrder, change: (now: Tripped) => Tripped): Gate => {
  const isIt = (each: StopOrder): each is BreakerOrder =>
    isSameStop(each, order) && each.breaker?.round === order.breaker.round;
  if (!gate.stops.some(isIt)) return gate;
  return { ...gate, stops: gate.stops.map((each) => (isIt(each) ? { ...each, breaker: change(each.breaker) } : each)) };
};

/**
 * The gate in which a session may start one act to try a breaker. INVARIANT: one session at a time; another one only
 * where the one before is known to be dead.
 *
 * @param isDead of sessions that start nothing any more
 */
export const withProbe = (
  gate: Gate,
  order: BreakerOrder,
  probe: NonNullable<Tripped['probe']>,
  isDead: (session: string) => boolean,
): Gate => {
  const now = gate.stops.find((each) => isSameStop(each, order))?.breaker?.probe;
  if (now !== undefined && !isDead(now.session)) return gate;
  return changed(gate, order, (breaker) => ({ ...breaker, probe }));
};

/** The gate once the session that may try a breaker leaves that to another one: no act came to it. */
export const withoutProbe = (gate: Gate, order: BreakerOrder): Gate =>
  changed(gate, order, ({ probe, ...breaker }) =>
    probe?.session === order.breaker.probe?.session ? breaker : { ...breaker, ...(probe && { probe }) },
  );

/**
 * The gate once a trial failed: another round, with twice the wait.
 *
 * @param probeAt UTC, for people
 */
export const withNextRound = (gate: Gate, order: BreakerOrder, probeAt: (waitMs: number) => string): Gate =>
  changed(gate, order, ({ probe: _over, ...breaker }) => {
    const wait_ms = Math.min(LONGEST_WAIT_MS, 2 * (breaker.wait_ms ?? 0));
    return { ...breaker, round: breaker.round + 1, wait_ms, probe_at: probeAt(wait_ms) };
  });

/** The gate once these orders are over; what breakers saw before that does not trip them again. */
export const withoutStopsAt = (gate: Gate, over: readonly StopName[], at: string): Gate => {
  const ended = breakerOrders(gate).filter((order) => over.some((each) => isSameStop(each, order)));
  const next = withoutStops(gate, over);
  if (ended.length === 0) return next;
  const oldest = new Date(Date.parse(at) - RESETS_KEPT_MS).toISOString();
  const kept = Object.entries(gate.breaker_resets ?? {}).filter(([, each]) => each > oldest);
  return {
    ...next,
    breaker_resets: Object.fromEntries([...kept, ...ended.map(({ scope }) => [scope, at] as const)]),
  };
};
