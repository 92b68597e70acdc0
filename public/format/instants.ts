import { msOf, shortTime } from './time';

/** Splits a text at its instants (RFC 3339), which stay as the odd pieces. */
export const INSTANTS = /(\b\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)(?![\w-]))/;

/**
 * A sentence of the host with its instants in the reader's time zone, where only plain text can stand.
 *
 * @param now ms; a time of the same day is told without the day
 */
export const inReadersTime = (text: string, now: number): string =>
  text
    .split(INSTANTS)
    .map((piece, index) => (index % 2 === 0 ? piece : shortTime(msOf(piece), now)))
    .join('');
