import moment from 'moment';
import { clockPart } from './time_format';

/*
 * Every moment of the page is written here: by the settings `dateFormat` and `dateFormat:tz` inside Dashboards, and by
 * the browser's zone in the standalone host (docs/decisions/051-as-a-neighbour-would.md).
 */

/** How moments are written. What is not given, or means nothing, is as the standalone host has it. */
export interface TimeSettings {
  /** In moment's format language. */
  readonly format?: string;
  /** IANA name of a time zone; `Browser` is the reader's own. */
  readonly zone?: string;
}

const OWN_FORMAT = 'YYYY-MM-DD HH:mm:ss';
const OWN_CLOCK = 'HH:mm:ss';
const FIELD = 'YYYY-MM-DDTHH:mm';
const MINUTE_MS = 60_000;

interface Form {
  readonly whole: string;
  readonly clock: string;
  /** Of the beginning of an hour. */
  readonly hour: string;
  readonly zone: string | undefined;
}

const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const formOf = ({ format = '', zone = '' }: TimeSettings): Form => {
  const whole = format.trim() === '' ? OWN_FORMAT : format;
  const clock = clockPart(whole);
  return {
    // What happened within a day would look the same all day.
    whole: clock === '' ? `${whole} ${OWN_CLOCK}` : whole,
    clock: clock === '' ? OWN_CLOCK : clock,
    hour: /h/.test(clock) ? 'h:mm a' : 'HH:mm',
    zone: zone !== 'Browser' && isZone(zone) ? zone : undefined,
  };
};

let form = formOf({});

/** From now on moments are written so. What is on the page already stays until it is drawn again. */
export const setTimeSettings = (settings: TimeSettings): void => {
  form = formOf(settings);
};

/** Made once for each zone: they are slow to make, and a table asks for hundreds. */
const makers = new Map<string, Intl.DateTimeFormat>();

const partsAt = (ms: number, named: boolean): ReadonlyMap<string, string> => {
  const { zone } = form;
  const key = `${zone ?? ''} ${String(named)}`;
  const maker =
    makers.get(key) ??
    new Intl.DateTimeFormat('en', {
      ...(zone === undefined ? {} : { timeZone: zone }),
      ...(named
        ? { timeZoneName: 'short' }
        : { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' }),
    });
  makers.set(key, maker);
  return new Map(maker.formatToParts(ms).map(({ type, value }) => [type, value]));
};

/** Minutes by which the clocks of the zone are ahead of UTC at a moment. */
const offsetAt = (ms: number): number => {
  if (form.zone === undefined) return -new Date(ms).getTimezoneOffset();
  const parts = partsAt(ms, false);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = ['year', 'month', 'day', 'hour', 'minute'].map((name) =>
    Number(parts.get(name)),
  );
  return (Date.UTC(year, month - 1, day, hour, minute) - Math.floor(ms / MINUTE_MS) * MINUTE_MS) / MINUTE_MS;
};

/** Name of the zone at a moment, such as `UTC` or `GMT+1`. */
export const timeZoneName = (ms: number): string => partsAt(ms, true).get('timeZoneName') ?? '';

const written = (ms: number, format: string): string => {
  if (!Number.isFinite(ms)) return '?';
  const at = moment.utc(ms).utcOffset(offsetAt(ms));
  // By itself moment calls every zone that is no zone of its own `UTC`.
  const name = (): string => timeZoneName(ms);
  return Object.assign(at, { zoneAbbr: name, zoneName: name }).format(format);
};

/** Milliseconds of an RFC 3339 instant. */
export const msOf = (instant: string): number => Date.parse(instant);

/** The time of the day alone, such as `03:12:04`. */
export const clockTime = (ms: number): string => written(ms, form.clock);

/** The beginning of an hour, such as `03:00`. */
export const hourTime = (ms: number): string => written(ms, form.hour);

/** The time alone if it is of the same day as `now`, else day and time. */
export const shortTime = (ms: number, now: number): string =>
  written(ms, written(ms, 'YYYY-MM-DD') === written(now, 'YYYY-MM-DD') ? form.clock : form.whole);

/** Day, time, and the zone by its name: what a tooltip tells. */
export const wholeTime = (ms: number): string => {
  if (!Number.isFinite(ms)) return '?';
  const short = timeZoneName(ms);
  const place = form.zone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return `${written(ms, form.whole)} ${place === short ? short : `${short} (${place})`}`;
};

/** `2026-11-22T03:12`, as fields for a day and a time have it. */
export const fieldTime = (ms: number): string => written(ms, FIELD);

/**
 * The moment that somebody put into such a field. Of an hour that the zone has twice it is one of the two.
 *
 * @param text as `fieldTime` writes it
 * @returns milliseconds, NaN if the text is no day and time
 */
export const msOfField = (text: string): number => {
  const wall = moment.utc(text, FIELD, true).valueOf();
  if (Number.isNaN(wall)) return NaN;
  // The offset is that of the moment asked for, which is known to some hours at first.
  const nearly = wall - offsetAt(wall) * MINUTE_MS;
  return wall - offsetAt(nearly) * MINUTE_MS;
};
