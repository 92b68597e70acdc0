/**
 * Promises that the drill judges and shows, but that do not fail it yet, with what is known not to be kept. A line goes
 * when its mend lands; the list ends empty. Everything else has to hold in every run.
 */
const TWO_ROUNDS = 'kept in both rounds since its mend; asked once a long drill has shown it';

export const NOT_ASKED_YET: Readonly<Record<string, string>> = {
  'late.joined': TWO_ROUNDS,
  'late.store_away': TWO_ROUNDS,
  'late.restarted': TWO_ROUNDS,
  'late.taken_over': TWO_ROUNDS,
};
