import { ended, type Effect, type Looked, type Moment } from './effect';

/*
 * What nothing takes back, and of which nobody could find out whether it happened: a signal that was never answered, an
 * end of sessions. It stays unknown, and counts in its limits, until a person looks at the target and says.
 */

/** Whether a person may close an effect by saying what came of it: what can be undone is lifted instead. */
export const canBeClosed = ({ state, reasons }: Pick<Effect, 'reasons' | 'state'>): boolean =>
  state === 'unknown' && reasons.length > 0 && reasons.every(({ command }) => command.rollback === null);

const FOUND = { happened: 'as done', not_happened: 'as not done' } as const;

/** INVARIANT: it is a person's word, and is never told as seen by Reflex. */
export const wordsOf = ({ by, as, reason }: Looked): string =>
  `closed by ${by} ${FOUND[as]}, not seen by Reflex: ${reason}`;

/** The effect, closed on a person's word. */
export const closedAs = (effect: Effect, looked: Looked, moment: Moment): Effect =>
  ended(effect, 'closed_by_person', moment, { by: looked.by, text: wordsOf(looked) });
