import {
  clockTime,
  fieldTime,
  hourTime,
  msOf,
  msOfField,
  setTimeSettings,
  shortTime,
  timeZoneName,
  wholeTime,
} from './time';

const AT = msOf('2026-11-22T18:05:09.007Z');
const HOUR_MS = 3_600_000;

afterEach(() => setTimeSettings({}));

describe('moments by the settings of Dashboards', () => {
  it('stand in its zone and its format, whatever the zone of the browser', () => {
    setTimeSettings({ format: 'DD/MM/YYYY h:mm:ss a', zone: 'Asia/Tokyo' });
    expect(wholeTime(AT)).toBe('23/11/2026 3:05:09 am GMT+9 (Asia/Tokyo)');
    expect(shortTime(AT, AT + HOUR_MS)).toBe('3:05:09 am');
    expect(shortTime(AT, AT + 24 * HOUR_MS)).toBe('23/11/2026 3:05:09 am');
    expect(hourTime(AT)).toBe('3:05 am');
  });

  it('are of the same day by that zone', () => {
    const before = msOf('2026-11-22T14:59:00Z');
    setTimeSettings({ zone: 'Asia/Tokyo' });
    expect(shortTime(before, AT)).toBe('2026-11-22 23:59:00');
    setTimeSettings({ zone: 'America/New_York' });
    expect(shortTime(before, AT)).toBe('09:59:00');
  });

  it.each([
    ['MMM D, YYYY @ HH:mm:ss.SSS', 'HH:mm:ss.SSS'],
    ['HH:mm DD.MM.YYYY', 'HH:mm'],
    ['[at] HH[h]mm [on] dddd', 'HH[h]mm'],
    ['LLLL', 'h:mm A'],
    ['LTS', 'h:mm:ss A'],
    ['YYYY-MM-DDTHH:mm:ssZ', 'HH:mm:ss'],
    // Where the two are mixed, and where nothing tells the time of the day.
    ['HH [of] DD, mm', 'HH [of] DD, mm'],
    ['YYYY-MM-DD', 'HH:mm:ss'],
    ['x', 'HH:mm:ss'],
  ])('of format `%s` take the time of the day as `%s`', (format, clock) => {
    setTimeSettings({ format, zone: 'UTC' });
    const inClock = clockTime(AT);
    setTimeSettings({ format: `${clock}`, zone: 'UTC' });
    expect(inClock).toBe(clockTime(AT));
  });

  it('of a format without a time of the day tell one all the same', () => {
    setTimeSettings({ format: 'YYYY-MM-DD', zone: 'UTC' });
    expect(wholeTime(AT)).toBe('2026-11-22 18:05:09 UTC');
  });

  it('call the zone by its own name where the format asks for it', () => {
    setTimeSettings({ format: 'HH:mm z', zone: 'Asia/Tokyo' });
    expect(shortTime(AT, 0)).toBe('03:05 GMT+9');
  });

  it.each([{ zone: 'Browser' }, { zone: 'Middle/Earth' }, { format: ' ' }, {}])(
    'are written as by the standalone host where the settings are %j',
    (settings) => {
      const own = wholeTime(AT);
      setTimeSettings(settings);
      expect(wholeTime(AT)).toBe(own);
      expect(own).toMatch(/^2026-11-2\d \d\d:\d\d:\d\d \S/);
      expect(own).toContain(timeZoneName(AT));
    },
  );

  it('say `?` of what is no moment', () => {
    expect([wholeTime(NaN), clockTime(NaN)]).toEqual(['?', '?']);
  });
});

describe('a field for a day and a time', () => {
  it.each(['UTC', 'Asia/Kolkata', 'America/New_York', 'Pacific/Auckland'])('reads what it shows in %s', (zone) => {
    setTimeSettings({ zone });
    // Every hour around both changes of the clocks of New York and Auckland.
    for (const around of [
      '2026-03-08T00:00:00Z',
      '2026-04-04T00:00:00Z',
      '2026-09-26T00:00:00Z',
      '2026-11-01T00:00:00Z',
    ])
      for (let hours = 0; hours < 48; hours += 1) {
        const text = fieldTime(msOf(around) + hours * HOUR_MS);
        expect(fieldTime(msOfField(text))).toBe(text);
      }
    expect(fieldTime(AT)).toMatch(/^2026-11-2\dT\d\d:(?:05|35)$/);
  });

  it('takes nothing else for a moment', () => expect(msOfField('tomorrow')).toBeNaN());
});
