/** Milliseconds of an RFC 3339 instant. */
export const msOf = (instant: string): number => Date.parse(instant);

const two = (value: number): string => String(value).padStart(2, '0');

/** `03:12:04` in the reader's time zone. */
export const clockTime = (ms: number): string => {
  const at = new Date(ms);
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
};

/** `2026-11-22` in the reader's time zone. */
const calendarDay = (ms: number): string => {
  const at = new Date(ms);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
};

/** The time alone if it is of the same day as `now`, else day and time. */
export const shortTime = (ms: number, now: number): string =>
  calendarDay(ms) === calendarDay(now) ? clockTime(ms) : `${calendarDay(ms)} ${clockTime(ms)}`;

/** Name of the reader's time zone, such as `UTC` or `GMT+1`. */
export const timeZoneName = (ms: number): string =>
  new Intl.DateTimeFormat('en', { timeZoneName: 'short' })
    .formatToParts(new Date(ms))
    .find((part) => part.type === 'timeZoneName')?.value ?? '';
