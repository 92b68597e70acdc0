import type { Present } from '../../../engine/brakes/people_here';

/**
 * Owner of what nobody looks after: whoever can takes it over, as from the dead. For older agents it is a session that
 * they never saw, and they leave it alone.
 */
export const RELEASED = 'released';

/** What an agent can do, as others must know it. All of it is missing in sessions of older versions: nobody knows. */
export interface Abilities {
  /** Kinds of action that it can undo, by connector. */
  readonly undoes?: Readonly<Record<string, readonly string[]>>;
  /** The longest request of its connectors, ms: for so long after its death one of them may still land. */
  readonly request_timeout_ms?: number;
  /** What it may do for all agents, where one does it and not every one can. */
  readonly tasks?: readonly string[];
  /** Who uses each stored secret by its settings, by the name of the secret; missing where nobody does. */
  readonly stored_secrets?: Readonly<Record<string, readonly string[]>>;
}

/** How the live effects of a session are at one connector. */
export interface LiveReport {
  /** Gone before their end. */
  readonly gone: number;
  /** Of which the target did not say whether they are there, though it was asked several times. */
  readonly unsure: number;
  /** Still not undone, though that is due or was begun a while ago; missing in what earlier versions say. */
  readonly overdue?: number;
  /** Past their end, and left in place because undoing is suspended; missing without any. */
  readonly held_back?: number;
  /** Applied again after somebody removed them at the target; missing without any. */
  readonly reapplied?: number;
  /** UTC: each of the others was seen, and not before this; missing without any. */
  readonly seen_since?: string;
}

/** What a session has in its hands. */
export interface Holdings {
  /** Events that it is deciding right now. */
  readonly pending: number;
  /** Events on its disk that are not in the state yet. */
  readonly spooled: number;
  /** Commands in its undo journal that are not over. */
  readonly journal: number;
}

export const sessionId = (id: string): string => `session:${id}`;

/** An address or a name that an agent stands on, and where it found it. */
interface StandsOn {
  readonly text: string;
  readonly from: string;
}

/** One start of one agent. */
export interface SessionContent extends Abilities {
  readonly id: string;
  readonly agent: string;
  readonly host: string;
  readonly roles: readonly string[];
  readonly started_at: string;
  /** Heartbeat counter. */
  readonly n: number;
  readonly dead: boolean;
  /** Epoch that a killer ordered it to see, and the one that it has seen. */
  readonly order_epoch: number;
  readonly seen_epoch: number;
  readonly bundle_version: number;
  readonly engine_digest: string;
  /** All records of writes up to this ordinal are in the evidence. */
  readonly copied_through: number;
  readonly counters: Readonly<Record<string, number>>;
  /** What no other agent may act on, or it would lock this one out; 256 at most. Missing in older versions. */
  readonly stands_on?: readonly StandsOn[];
  /** Who called it lately, those who called last first; 64 at most. Missing in older versions, and where nobody did. */
  readonly people?: readonly Present[];
  /** Its UTC cannot be relied on, so it ends nothing by it. Missing in older versions: then it is taken to be right. */
  readonly clock_off?: boolean;
  /** Missing in sessions of older versions: nobody knows. */
  readonly holds?: Holdings;
  /** The effects that it keeps, by connector. Missing in sessions of older versions. */
  readonly live?: Readonly<Record<string, LiveReport>>;
}
