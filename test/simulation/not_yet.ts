import type { CheckName } from './checkers/violations';
import type { WeatherName } from './climate';

/** A weather or a check that `npm test` leaves out, because the code does not stand it yet. */
interface NotYet {
  readonly what: WeatherName | CheckName;
  /** The fault behind it, in plain words. Whoever mends it removes the line. */
  readonly why: string;
}

export const NOT_YET: readonly NotYet[] = [
  {
    what: 'native_ttl',
    why: 'a reason counts before its target was told of it: where its keeper dies in between, the effect ends early',
  },
  {
    what: 'restored',
    why: 'after a restore in the foulest weather a third isolation passed where two are allowed, in one world of 150',
  },
  { what: 'restored_alive', why: 'running agents go on for up to a minute in a state that was put back under them' },
  { what: 'late_alone', why: 'half a second beyond the bar where the disk is full as well' },
  {
    what: 'late_restarted',
    why: 'half a second beyond the bar where answers are slow and many orders are due at once',
  },
  { what: 'late_taken_over', why: 'half a second over the bar in one world of 150 (--harsh --seed 20098)' },
];

export const isNotYet = (what: string): boolean => NOT_YET.some((each) => each.what === what);
