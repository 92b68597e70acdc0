import type { Dice } from '../fakes/scheduler';
import type { Checkers } from './checkers/checkers';
import type { Climate } from './climate';
import type { World } from './world';

/** When what happens in a run, ms of true time. */
export interface Times {
  readonly eventsUntil: number;
  /** Then there is peace. */
  readonly faultsUntil: number;
  /** Nothing is asked before. */
  readonly quietNotBefore: number;
  readonly end: number;
}

/** What is held for a busy target is tried again after five minutes at the latest, and then lasts its ttl. */
const PEACE_MS = 600_000;
/** For effects of 240 s that may end a whole ttl late. */
const LONG_PEACE_MS = 900_000;

export const timesOf = (climate: Climate): Times => {
  const hasLongFaults = climate.has('long_cuts') || climate.has('restored') || climate.has('restored_alive');
  const faultsUntil = hasLongFaults ? 200_000 : climate.has('start_alone') ? 130_000 : 60_000;
  const storm = climate.has('refused_storm') ? STORM_MS : 0;
  return {
    eventsUntil: climate.has('load') ? 40_000 : 25_000,
    faultsUntil,
    // Sessions are found dead, their work is taken over and verified by then.
    quietNotBefore: faultsUntil + 30_000 + storm,
    end: faultsUntil + storm + (climate.has('long_ttl') ? LONG_PEACE_MS : PEACE_MS),
  };
};

/** How long after the faults isolations are still asked for: the limit must let some pass. */
export const STORM_MS = 130_000;

/** What everybody who makes a run works with. */
export interface Stage {
  readonly world: World;
  /** What was planned by chance; the world has dice of its own. */
  readonly plan: Dice;
  readonly checkers: Checkers;
  readonly climate: Climate;
  readonly times: Times;
  readonly tell: (line: string) => void;
  /** Runs something at a moment of true time. */
  readonly at: (moment: number, run: () => void) => void;
}
