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
    why: 'a reason that joined just before its keeper died is not told to the target: it ends early (--harsh --seed 20116)',
  },
  { what: 'late_taken_over', why: 'half a second over the bar in one world of 150 (--harsh --seed 20098)' },
  { what: 'restored', why: 'after a restore an effect with several reasons ended 2.5 s early (--harsh --seed 20046)' },
  { what: 'lacking', why: 'an agent takes over effects that it has no connector to undo, and nobody else may then' },
  { what: 'restored_alive', why: 'running agents go on for up to a minute in a state that was put back under them' },
  {
    what: 'late_restarted',
    why: 'effects that were taken over, or carry no mark, wait for UTC deadlines after their machine is up again',
  },
  { what: 'journal_empties', why: 'journal entries of effects that another agent ended stay until the next start' },
];

/** Harsh seeds of `npm test` that fail with a fault that nobody traced yet. */
export const FAILING_SEEDS: ReadonlyMap<number, string> = new Map([
  [20_019, 'in a gale its owner ended an effect 24 s before a reason that was written 6 s earlier'],
]);

export const isNotYet = (what: string): boolean => NOT_YET.some((each) => each.what === what);
