/*
 * What may follow what, from the host's start to its stop. A host has one engine life after another: one ends with the
 * demo and the next one begins, until the host stops.
 */

export type LifeState =
  /** Nothing has begun. */
  | 'idle'
  /** Parts are being opened, built and joined. */
  | 'beginning'
  /** Everything works; routes answer. */
  | 'ready'
  /** The demo ends: its life is closed and what it left is cleared. The next life begins after that. */
  | 'clearing'
  /** What is under way winds up, then everything that was opened is closed. */
  | 'ending'
  /** Nothing works any more, and nothing begins again. */
  | 'ended';

export type LifeEvent =
  | 'begin'
  | 'became_ready'
  /** Beginning or clearing threw. */
  | 'failed'
  | 'end_demo'
  | 'demo_cleared'
  | 'end'
  /** Everything that was opened is closed. */
  | 'closed';

/** The state after each event. An event that a state does not name is refused there and changes nothing. */
export const FOLLOWS: Readonly<Record<LifeState, Readonly<Partial<Record<LifeEvent, LifeState>>>>> = {
  idle: { begin: 'beginning', end: 'ending' },
  beginning: { became_ready: 'ready', failed: 'ending', end: 'ending' },
  ready: { end_demo: 'clearing', end: 'ending' },
  clearing: { demo_cleared: 'beginning', failed: 'ending', end: 'ending' },
  ending: { closed: 'ended' },
  ended: {},
};

/** @returns the state that follows, or undefined if the event is refused in this state */
export const stateAfter = (state: LifeState, event: LifeEvent): LifeState | undefined => FOLLOWS[state][event];
