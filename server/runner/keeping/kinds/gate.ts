import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';

export const GATE_ID = 'gate';

/** What the engine itself saw when one of its breakers tripped, and how that ends. */
export interface Tripped {
  /** Observations that were wrong, of all that counted. */
  readonly wrong: number;
  readonly of: number;
  /** UTC since when. */
  readonly since: string;
  /** 1 when it tripped; one more for each trial that failed since. */
  readonly round: number;
  /** So long after an agent saw this round, ms, one act may be tried. Missing: only a person ends it. */
  readonly wait_ms?: number;
  /** UTC of that moment by the clock of who tripped it: for people, nothing is reckoned from it. */
  readonly probe_at?: string;
  /** The session that may start one act to try it, and nothing else of its scope. */
  readonly probe?: { readonly session: string; readonly at: string };
}

/** An order to stop: everything, or one action (`action:block_ip`), connector (`connector:edge`) or policy. */
export interface StopOrder {
  readonly scope: string;
  readonly who: string;
  /** Empty: nobody has given a reason yet. */
  readonly why: string;
  /** Who gave the reason, where it followed. */
  readonly why_by?: string;
  readonly at: string;
  readonly epoch: number;
  /** A pause: it ends by itself so long after an agent with a trusted clock saw it, ms. Missing: a person ends it. */
  readonly lasts_ms?: number;
  /** UTC at which the pause ends; missing while no agent with a trusted clock has reckoned it. */
  readonly until?: string;
  /** A pause that it renewed ends then: this one ends no earlier. */
  readonly least?: string;
  /** After so long no effect could start anywhere any more, ms; missing while that is not certain. */
  readonly acknowledged_ms?: number;
  /** Given by the engine itself: a breaker tripped. Earlier versions take it for an order that only people end. */
  readonly breaker?: Tripped;
}

/** Which order it is, whichever host or process has it. */
export type StopName = Pick<StopOrder, 'scope' | 'who' | 'at'>;

/** Nothing of a scope is undone by itself until this is over. People still have it undone. */
export interface UndoSuspension {
  /** `all`, `action:<name>` or `connector:<name>`. */
  readonly scope: string;
  readonly who: string;
  readonly why: string;
  readonly at: string;
  /** So long at the most, ms. */
  readonly lasts_ms: number;
  /** UTC at which it ends; missing while no agent with a trusted clock has reckoned it. */
  readonly until?: string;
}

/** A session as the gate names it. */
export interface GateSession {
  readonly joined_at: string;
  readonly agent: string;
  /** The state schema that it speaks; missing means 1. */
  readonly schema?: number;
}

/** A person adopted the state. */
interface Adoption {
  /** The generation that was lost. */
  readonly from: string;
  /** Generations that earlier adoptions ended, the latest first: who was away during several follows as well. */
  readonly earlier?: readonly string[];
  /** By the clock of whoever adopted, which nobody had compared: for people. Nothing is reckoned from it. */
  readonly at: string;
  readonly by: string;
  /** At least so long ago, ms, as an agent knew that last wrote the time into the gate; missing: nobody did yet. */
  readonly age_ms?: number;
}

/** The one document that every agent watches. Absent means stopped. */
export interface Gate {
  /** Changes when state was adopted anew; agents of another generation stop. */
  readonly generation: string;
  /** Grows with each order to stop or to go on. */
  readonly epoch: number;
  readonly stops: readonly StopOrder[];
  /**
   * Orders that are over, the latest last: released, or replaced by another one of their scope. A host that still has
   * one of them does not give it again.
   */
  readonly past_stops?: readonly StopName[];
  /** Sessions that joined, by id. */
  readonly sessions: Readonly<Record<string, GateSession>>;
  /** Highest bundle version that was ever in force. */
  readonly bundle_floor: number;
  /** The lowest state schema that an agent must speak to join; missing means 1. */
  readonly engine_floor?: number;
  /** Everything that is stored was brought up to this schema; missing means that it may be of an older one. */
  readonly state_schema?: number;
  /** Generations that upgrades ended. Agents of this version that know one of them go on with the present one. */
  readonly lineage?: readonly string[];
  /** Set when a person adopted a state that was deleted, replaced or restored; limits then begin anew. */
  readonly adopted?: Adoption;
  /** UTC of an agent whose clock was trusted, at most a minute older than its last heartbeat. */
  readonly utc?: string;
  /** Effects of these scopes are not undone by themselves for a while. */
  readonly undo_suspensions?: readonly UndoSuspension[];
  /** UTC at which breakers were last reset, by scope: what was before does not trip them again. */
  readonly breaker_resets?: Readonly<Record<string, string>>;
}

/** So many orders that are over are remembered. One that falls out may be given once more, which only stops. */
const MOST_PAST = 50;

export const isSameStop = (one: StopName, other: StopName): boolean =>
  one.scope === other.scope && one.who === other.who && one.at === other.at;

/** Orders of the gate, and those of one host that it does not hold. */
export const allStops = (gate: Gate | undefined, own: readonly StopOrder[]): readonly StopOrder[] => {
  const published = gate?.stops ?? [];
  return [...published, ...own.filter((order) => !published.some((each) => isSameStop(each, order)))];
};

/** The gate's orders that are over, with these beside them. */
export const pastStops = (
  { past_stops = [] }: Pick<Gate, 'past_stops'>,
  over: readonly StopName[],
): readonly StopName[] =>
  over
    .reduce<readonly StopName[]>((past, order) => {
      const { scope, who, at } = order;
      return [...past.filter((each) => !isSameStop(each, order)), { scope, who, at }];
    }, past_stops)
    .slice(-MOST_PAST);

/** The later of two moments in ISO form, as far as they are known. */
const later = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || other === undefined ? (one ?? other) : one > other ? one : other;

/** A pause in the place of pauses of its scope. INVARIANT: it ends no earlier than they would have. */
const renewing = (order: StopOrder, renewed: readonly StopOrder[]): StopOrder => {
  if (order.lasts_ms === undefined) return order;
  const undated = renewed.flatMap(({ until, lasts_ms }) => (until === undefined ? [lasts_ms ?? 0] : []));
  const least = renewed.reduce<string | undefined>(
    (last, each) => later(last, later(each.until, each.least)),
    undefined,
  );
  return { ...order, lasts_ms: Math.max(order.lasts_ms, ...undated), ...present({ least }) };
};

/**
 * The gate with an order of one host. INVARIANT: what the gate holds already stays as it is, and what it held before is
 * over; a host that has not heard of that must not stop again what a person let go on. A pause takes the place of no
 * order that has no end.
 */
export const withStop = (gate: Gate, order: StopOrder): Gate => {
  const isIt = (each: StopName): boolean => isSameStop(each, order);
  if (gate.stops.some(isIt) || gate.past_stops?.some(isIt) === true) return gate;
  const replaced = gate.stops.filter(({ scope }) => scope === order.scope);
  if (order.lasts_ms !== undefined && replaced.some(({ lasts_ms }) => lasts_ms === undefined))
    return { ...gate, past_stops: pastStops(gate, [order]) };
  const epoch = gate.epoch + 1;
  const others = gate.stops.filter(({ scope }) => scope !== order.scope);
  const next = { ...gate, epoch, stops: [...others, { ...renewing(order, replaced), epoch }] };
  return replaced.length === 0 ? next : { ...next, past_stops: pastStops(gate, replaced) };
};

/** The gate once these orders are over, whether it held them yet or not. INVARIANT: no other order ends with them. */
export const withoutStops = (gate: Gate, over: readonly StopName[]): Gate => {
  const isOver = (order: StopName): boolean => over.some((each) => isSameStop(each, order));
  const isPast = (order: StopName): boolean => gate.past_stops?.some((each) => isSameStop(each, order)) === true;
  const stops = gate.stops.filter((each) => !isOver(each));
  if (stops.length === gate.stops.length && over.every(isPast)) return gate;
  return { ...gate, epoch: gate.epoch + 1, stops, past_stops: pastStops(gate, over) };
};

/** Whether something with an end has none yet. */
const isUndated = ({ lasts_ms, until }: Pick<StopOrder, 'lasts_ms' | 'until'>): boolean =>
  lasts_ms !== undefined && until === undefined;

/**
 * The gate with an end for each pause and each suspension that has none yet.
 *
 * @param utc of an agent whose clock is trusted, ms
 */
export const datedEnds = (gate: Gate, utc: number): Gate => {
  const { stops, undo_suspensions = [] } = gate;
  if (!stops.some(isUndated) && !undo_suspensions.some(isUndated)) return gate;
  const endOf = ({ lasts_ms = 0 }: { readonly lasts_ms?: number }): string => iso(utc + lasts_ms);
  const dated = undo_suspensions.map((each) => (isUndated(each) ? { ...each, until: endOf(each) } : each));
  return {
    ...gate,
    stops: stops.map((each) =>
      isUndated(each) ? { ...each, ...present({ until: later(endOf(each), each.least) }) } : each,
    ),
    ...present({ undo_suspensions: dated.length === 0 ? undefined : dated }),
  };
};

/** Pauses and suspensions of a gate whose end has passed, by a moment in UTC ms. */
export const overBy = ({ stops, undo_suspensions = [] }: Gate, utc: number) => {
  const isOver = ({ until }: { readonly until?: string }): boolean => until !== undefined && Date.parse(until) <= utc;
  return { pauses: stops.filter(isOver), suspensions: undo_suspensions.filter(isOver) };
};

/** The gate with a suspension of undoing in the place of one of its scope. */
export const withSuspension = (gate: Gate, suspension: UndoSuspension): Gate => ({
  ...gate,
  undo_suspensions: [...(gate.undo_suspensions ?? []).filter(({ scope }) => scope !== suspension.scope), suspension],
});

/** The gate once these suspensions are over. INVARIANT: no other one ends with them. */
export const withoutSuspensions = (gate: Gate, over: readonly StopName[]): Gate => {
  const { undo_suspensions: all = [], ...rest } = gate;
  const left = all.filter((each) => !over.some((one) => isSameStop(one, each)));
  if (left.length === all.length) return gate;
  return left.length === 0 ? rest : { ...rest, undo_suspensions: left };
};
