/*
 * What may follow what, from the host's start to its stop. A host has one engine life after another: one ends with the
 * demo and the next one begins, until the host stops.
 */

export type LifeState =
  /** Nothing has begun. */
  | 'idle'
  /** Parts are being opened and built. Nothing of it asks OpenSearch. */
  | 'beginning'
  /**
   * What needs no OpenSearch works: due effects are undone from the journal, events go to the spool, an order to stop
   * is taken. It waits for OpenSearch, or for a person who settles what happened to the state.
   */
  | 'standing'
  /** Everything works; routes answer. */
  | 'ready'
  /** The demo ends: its life is closed and what it left is cleared. The next life begins after that. */
  | 'clearing'
  /** A person ordered to adopt the state: this life is closed, and the next one carries the order out. */
  | 'renewing'
  /** What is under way winds up, then everything that was opened is closed. */
  | 'ending'
  /** Nothing works any more, and nothing begins again. */
  | 'ended';

export type LifeEvent =
  | 'begin'
  | 'stands'
  | 'became_ready'
  /** Beginning, standing or clearing threw. */
  | 'failed'
  | 'end_demo'
  | 'demo_cleared'
  | 'renew'
  /** Everything of the life before is closed. */
  | 'renewed'
  | 'end'
  /** Everything that was opened is closed. */
  | 'closed';

/** The state after each event. An event that a state does not name is refused there and changes nothing. */
const FOLLOWS: Readonly<Record<LifeState, Readonly<Partial<Record<LifeEvent, LifeState>>>>> = {
  idle: { begin: 'beginning', end: 'ending' },
  beginning: { stands: 'standing', failed: 'ending', end: 'ending' },
  standing: { became_ready: 'ready', renew: 'renewing', failed: 'ending', end: 'ending' },
  ready: { end_demo: 'clearing', renew: 'renewing', end: 'ending' },
  clearing: { demo_cleared: 'beginning', failed: 'ending', end: 'ending' },
  renewing: { renewed: 'beginning', end: 'ending' },
  ending: { closed: 'ended' },
  ended: {},
};

/** @returns the state that follows, or undefined if the event is refused in this state */
export const stateAfter = (state: LifeState, event: LifeEvent): LifeState | undefined => FOLLOWS[state][event];
