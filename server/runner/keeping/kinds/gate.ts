export const GATE_ID = 'gate';

/** An order to stop: everything, one action (`action:block_ip`) or one connector (`connector:edge`). */
export interface StopOrder {
  readonly scope: string;
  readonly who: string;
  readonly why: string;
  readonly at: string;
  readonly epoch: number;
  /** After so long no effect could start anywhere any more, ms; missing while that is not certain. */
  readonly acknowledged_ms?: number;
}

/** A session as the gate names it. */
interface GateSession {
  readonly joined_at: string;
  readonly agent: string;
  /** The state schema that it speaks; missing means 1. */
  readonly schema?: number;
}

/** A person adopted the state. */
interface Adoption {
  /** The generation that was lost. */
  readonly from: string;
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
  readonly undo_suspended?: { readonly until: string; readonly who: string; readonly why: string };
}

/** The gate with an order of one host. What the gate holds already stays as it is. */
export const withStop = (gate: Gate, order: StopOrder): Gate => {
  const epoch = gate.epoch + 1;
  const isIt = ({ scope, who, why, at }: StopOrder): boolean =>
    scope === order.scope && who === order.who && why === order.why && at === order.at;
  if (gate.stops.some(isIt)) return gate;
  const others = gate.stops.filter(({ scope }) => scope !== order.scope);
  return { ...gate, epoch, stops: [...others, { ...order, epoch }] };
};
