import moment from 'moment';

/** The pieces of a text in moment's format language: literals in brackets, tokens, and everything else by character. */
const PIECES =
  /\[[^[]*\]|\\.|[Hh]mm(?:ss)?|Mo|M{1,4}|Do|DDDo|D{1,4}|d{1,4}|do|w[ow]?|W[oW]?|Qo?|N{1,5}|Y{1,6}|y{1,4}|yo|g{2,5}|G{2,5}|e|E|a|A|hh?|HH?|kk?|mm?|ss?|S{1,9}|x|X|zz?|ZZ?|LTS|LT|L{1,4}|l{1,4}|./g;
const OF_CLOCK = /^(?:[Hh]mm(?:ss)?|[aA]|hh?|HH?|kk?|mm?|ss?|S{1,9})$/;
/** The name of the zone stands in the tooltip; within a clock it does no harm. */
const OF_ZONE = /^(?:zz?|ZZ?)$/;

const isLocal = (piece: string): boolean => /^(?:LTS|LT|L{1,4}|l{1,4})$/.test(piece);
const isOfDay = (piece: string): boolean => /^[A-Za-z]/.test(piece) && !OF_CLOCK.test(piece) && !OF_ZONE.test(piece);

const piecesOf = (format: string): readonly string[] =>
  (format.match(PIECES) ?? []).flatMap((piece) => {
    if (!isLocal(piece)) return [piece];
    const spelled = moment.localeData().longDateFormat(piece as moment.LongDateFormatKey);
    return spelled === undefined ? [] : (spelled.match(PIECES) ?? []);
  });

/**
 * The part of a format of dates that tells the time of the day: `h:mm a` of `DD/MM/YYYY h:mm a`.
 *
 * @param format in moment's format language
 * @returns the whole format where day and time are told in turns, '' where it tells no time of the day
 */
export const clockPart = (format: string): string => {
  const pieces = piecesOf(format);
  const isClock = pieces.map((piece) => OF_CLOCK.test(piece));
  if (!isClock.includes(true)) return '';
  const part = pieces.slice(isClock.indexOf(true), isClock.lastIndexOf(true) + 1);
  return part.some(isOfDay) ? format : part.join('');
};
