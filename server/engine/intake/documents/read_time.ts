import { wordOf } from './places';

/* A time as the products write it. A time without a zone is nobody's, unless the map says whose. */

export const TIME_UNITS = ['s', 'ms', 'us', 'ns'] as const;
export const TIME_FORMATS = ['rfc1123', 'syslog', 'compact', 'clf'] as const;
type TimeUnit = (typeof TIME_UNITS)[number];
type TimeFormat = (typeof TIME_FORMATS)[number];

/** What a map says of the times of a source. */
export interface TimeRule {
  readonly unit?: TimeUnit | undefined;
  readonly format?: TimeFormat | readonly TimeFormat[] | undefined;
  /** For times that name no zone: an offset such as `+02:00`, or a name such as `Europe/Berlin`. */
  readonly zone?: string | undefined;
}

/** ms since 1970, UTC; or why it is none, as the rest of a sentence about it. */
export type ReadTime = { readonly ms: number } | { readonly fault: string };

const PER_MS: Readonly<Record<TimeUnit, number>> = { s: 1e-3, ms: 1, us: 1e3, ns: 1e6 };
/** No source is older than 1990, or younger than 2200; so only one unit fits a number. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1990, 0), Date.UTC(2200, 0)];
const LAST_MS = 8.64e15;
const DAY_MS = 86_400_000;

const FAR = 'is no time near ours; give the map its `unit` or its `format`';
const UNKNOWN = 'is no time that is known; give the map its `format`';
const NO_ZONE = 'names no zone; give the map a `zone`';
const NO_DAY = 'is no moment of the calendar';

const numberRead = (count: number, unit: TimeUnit | undefined): ReadTime => {
  if (unit !== undefined) {
    const ms = count / PER_MS[unit];
    return Math.abs(ms) > LAST_MS ? { fault: 'is no time' } : { ms };
  }
  const fits = TIME_UNITS.map((each) => count / PER_MS[each]).find((ms) => ms >= EARLIEST_MS && ms < LATEST_MS);
  return fits === undefined ? { fault: FAR } : { ms: fits };
};

/** A moment as a clock on a wall shows it, in that order: year, month from 1, day, hour, minute, second, fraction. */
type Wall = readonly [number, number, number, number, number, number, string | undefined];

/** ms since 1970, as if the clock showed UTC; undefined for 30 February or 25 o'clock. */
const wallMs = ([year, month, day, hour, minute, second, fraction = '']: Wall): number | undefined => {
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second) + Number(fraction.slice(0, 3).padEnd(3, '0'));
};

const OFFSET = /^([+-])(\d{2})(?::?(\d{2}))?$/;

/** What a zone with a fixed offset is ahead of UTC, ms. */
const fixedOffset = (zone: string): number | undefined => {
  if (/^(z|utc|gmt|ut)$/i.test(zone)) return 0;
  const [, sign, hours, minutes = '00'] = OFFSET.exec(zone) ?? [];
  if (hours === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};

const clocks = new Map<string, Intl.DateTimeFormat>();

const clockOf = (zone: string): Intl.DateTimeFormat => {
  const known = clocks.get(zone);
  if (known !== undefined) return known;
  const numeric = 'numeric' as const;
  const parts = { year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric };
  const clock = new Intl.DateTimeFormat('en-US', { ...parts, timeZone: zone, hourCycle: 'h23', calendar: 'gregory' });
  clocks.set(zone, clock);
  return clock;
};

/** True for an offset, or the name of a zone that this machine knows. */
export const isZone = (zone: string): boolean => {
  if (fixedOffset(zone) !== undefined) return true;
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone)) return false;
  try {
    clockOf(zone);
    return true;
  } catch {
    return false;
  }
};

/** What a zone is ahead of UTC at a moment, ms. */
const offsetAt = (zone: string, ms: number): number => {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return fixed;
  const parts = new Map(
    clockOf(zone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const of = (part: Intl.DateTimeFormatPartTypes): number => parts.get(part) ?? 0;
  const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return shown - Math.floor(ms / 1_000) * 1_000;
};

/** The second look is for the hours after the clocks changed. */
const utcOf = (wall: number, zone: string): number => wall - offsetAt(zone, wall - offsetAt(zone, wall));

const momentOf = (wall: Wall, said: string | undefined, zone: string | undefined): ReadTime => {
  const ms = wallMs(wall);
  if (ms === undefined) return { fault: NO_DAY };
  const of = said ?? zone;
  if (of === undefined) return { fault: NO_ZONE };
  if (said !== undefined && fixedOffset(said) === undefined) return { fault: NO_DAY };
  return { ms: utcOf(ms, of) };
};

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const monthOf = (name = ''): number => MONTHS.indexOf(name.toLowerCase()) + 1;

const ZONE = '(z|utc|gmt|ut|[+-]\\d{2}(?::?\\d{2})?)';
const CLOCK = '(\\d{2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?';
const RFC3339 = new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})[t ]${CLOCK} ?${ZONE}?$`, 'i');
const RFC1123 = new RegExp(`^(?:[a-z]{3}, ?)?(\\d{1,2}) ([a-z]{3}) (\\d{4}) ${CLOCK} ${ZONE}$`, 'i');
const SYSLOG = new RegExp(`^([a-z]{3}) +(\\d{1,2})(?: (\\d{4}))? ${CLOCK}(?: ${ZONE})?$`, 'i');
const CLF = new RegExp(`^\\[?(\\d{2})/([a-z]{3})/(\\d{4}):${CLOCK} ${ZONE}\\]?$`, 'i');
/** Without a separator a fraction has three digits: sixteen are microseconds since 1970. */
const FRACTION = '(?:(?:[.,]|(?=\\d{3}(?!\\d)))(\\d{1,9}))?';
const COMPACT = new RegExp(`^(\\d{4})(\\d{2})(\\d{2})[t ]?(\\d{2})(\\d{2})(\\d{2})${FRACTION} ?${ZONE}?$`, 'i');

interface Reading {
  readonly zone: string | undefined;
  /** UTC of receipt, ms. */
  readonly now: number;
}

type Match = RegExpExecArray | readonly (string | undefined)[];

/** In the order of the numbers: year, month, day, clock, zone. */
const inOrder = ([, year, month, day, hour, minute, second, fraction, said]: Match, { zone }: Reading): ReadTime =>
  momentOf(
    [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second), fraction],
    said,
    zone,
  );

const dayFirst = ([all, day, name, year, ...clock]: Match, reading: Reading): ReadTime =>
  inOrder([all, year, String(monthOf(name)), day, ...clock], reading);

/** Syslog names no year: it is the last one in which the moment is not ahead of us. */
const syslogRead = ([all, name, day, said, ...clock]: Match, reading: Reading): ReadTime => {
  const of = (year: number): ReadTime => inOrder([all, String(year), String(monthOf(name)), day, ...clock], reading);
  if (said !== undefined) return of(Number(said));
  const thisYear = new Date(reading.now).getUTCFullYear();
  const read = [thisYear + 1, thisYear, thisYear - 1].map(of);
  return read.find((each) => 'ms' in each && each.ms <= reading.now + DAY_MS) ?? read[1] ?? { fault: NO_DAY };
};

const FORMATS: Readonly<
  Record<TimeFormat, readonly [pattern: RegExp, read: (match: Match, reading: Reading) => ReadTime]>
> = {
  rfc1123: [RFC1123, dayFirst],
  syslog: [SYSLOG, syslogRead],
  compact: [COMPACT, inOrder],
  clf: [CLF, dayFirst],
};

/**
 * Reads a time: RFC 3339 with its usual deviations, seconds to nanoseconds since 1970, and what the map says.
 *
 * @param now UTC of receipt, ms; for times that name no year
 */
export const readTime = (value: unknown, { unit, format = [], zone }: TimeRule, now: number): ReadTime => {
  const text = wordOf(value) ?? '';
  const reading = { zone, now };
  for (const each of typeof format === 'string' ? [format] : format) {
    const [pattern, read] = FORMATS[each];
    const match = pattern.exec(text);
    if (match) return read(match, reading);
  }
  if (text !== '' && !Number.isNaN(Number(text))) return numberRead(Number(text), unit);
  const match = RFC3339.exec(text);
  return match ? inOrder(match, reading) : { fault: UNKNOWN };
};
