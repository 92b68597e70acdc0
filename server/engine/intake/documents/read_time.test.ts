import { isZone, readTime, type TimeRule } from './read_time';

const NOW = Date.parse('2026-11-28T11:05:00.000Z');
const read = (value: unknown, rule: TimeRule = {}) => {
  const time = readTime(value, rule, NOW);
  return 'ms' in time ? new Date(time.ms).toISOString() : time.fault;
};

describe('a time', () => {
  it.each<[value: unknown, rule: TimeRule, utc: string]>([
    ['2026-11-28T11:04:44.123Z', {}, '2026-11-28T11:04:44.123Z'],
    ['2026-11-28t11:04:44z', {}, '2026-11-28T11:04:44.000Z'],
    ['2026-11-28 11:04:44 UTC', {}, '2026-11-28T11:04:44.000Z'],
    ['2026-11-28T12:04:44+01', {}, '2026-11-28T11:04:44.000Z'],
    ['2026-11-28T12:04:44+0100', {}, '2026-11-28T11:04:44.000Z'],
    ['2026-11-28T05:34:44.5-05:30', {}, '2026-11-28T11:04:44.500Z'],
    ['2026-11-28 12:04:44,123+01:00', {}, '2026-11-28T11:04:44.123Z'],
    ['2026-11-28T11:04:44.123456789Z', {}, '2026-11-28T11:04:44.123Z'],
    ['2026-11-28 12:04:44,123', { zone: '+01:00' }, '2026-11-28T11:04:44.123Z'],
    ['2026-11-28T12:04:44', { zone: 'Europe/Berlin' }, '2026-11-28T11:04:44.000Z'],
    ['2026-07-28T13:04:44', { zone: 'Europe/Berlin' }, '2026-07-28T11:04:44.000Z'],
    // What a time says of itself counts before what the map says.
    ['2026-11-28T11:04:44Z', { zone: 'Europe/Berlin' }, '2026-11-28T11:04:44.000Z'],
    // The clocks went back at 03:00 and forward at 02:00.
    ['2026-10-25T04:00:00', { zone: 'Europe/Berlin' }, '2026-10-25T03:00:00.000Z'],
    ['2026-03-29T01:59:59', { zone: 'Europe/Berlin' }, '2026-03-29T00:59:59.000Z'],
    ['2026-03-29T03:00:00', { zone: 'Europe/Berlin' }, '2026-03-29T01:00:00.000Z'],
    [1_764_327_884, {}, '2025-11-28T11:04:44.000Z'],
    ['1764327884.5', {}, '2025-11-28T11:04:44.500Z'],
    [1_764_327_884_123, {}, '2025-11-28T11:04:44.123Z'],
    [1_764_327_884_123_000, {}, '2025-11-28T11:04:44.123Z'],
    ['1764327884123000000', {}, '2025-11-28T11:04:44.123Z'],
    [5, { unit: 's' }, '1970-01-01T00:00:05.000Z'],
    [5, { unit: 'ms' }, '1970-01-01T00:00:00.005Z'],
    [5_000, { unit: 'us' }, '1970-01-01T00:00:00.005Z'],
    ['5000000', { unit: 'ns' }, '1970-01-01T00:00:00.005Z'],
    ['Sat, 28 Nov 2026 11:04:44 GMT', { format: 'rfc1123' }, '2026-11-28T11:04:44.000Z'],
    ['28 Nov 2026 12:04:44 +0100', { format: 'rfc1123' }, '2026-11-28T11:04:44.000Z'],
    ['Nov 28 11:04:44', { format: 'syslog', zone: 'UTC' }, '2026-11-28T11:04:44.000Z'],
    ['Nov  8 11:04:44', { format: ['compact', 'syslog'], zone: 'UTC' }, '2026-11-08T11:04:44.000Z'],
    ['Dec 31 23:59:59', { format: 'syslog', zone: 'UTC' }, '2025-12-31T23:59:59.000Z'],
    ['Nov 29 11:04:44', { format: 'syslog', zone: 'UTC' }, '2026-11-29T11:04:44.000Z'],
    ['Nov 28 2024 11:04:44.250 UTC', { format: 'syslog' }, '2024-11-28T11:04:44.250Z'],
    ['Feb 29 00:00:00', { format: 'syslog', zone: 'UTC' }, 'is no moment of the calendar'],
    ['20261128110444', { format: 'compact', zone: 'UTC' }, '2026-11-28T11:04:44.000Z'],
    [20261128110444, { format: 'compact', zone: '+01:00' }, '2026-11-28T10:04:44.000Z'],
    ['20261128T110444Z', { format: 'compact' }, '2026-11-28T11:04:44.000Z'],
    ['20261128110444123+0100', { format: 'compact' }, '2026-11-28T10:04:44.123Z'],
    ['20261128110444.5Z', { format: 'compact' }, '2026-11-28T11:04:44.500Z'],
    [1_764_327_884_123_000, { format: 'compact', zone: 'UTC' }, '2025-11-28T11:04:44.123Z'],
    ['1764327884123000000', { format: 'compact', zone: 'UTC' }, '2025-11-28T11:04:44.123Z'],
    [1_764_327_884_123, { format: 'compact', zone: 'UTC' }, '2025-11-28T11:04:44.123Z'],
    ['28/Nov/2026:12:04:44 +0100', { format: 'clf' }, '2026-11-28T11:04:44.000Z'],
    ['2026-11-28T11:04:44Z', { format: ['rfc1123', 'syslog'] }, '2026-11-28T11:04:44.000Z'],
  ])('%p with %j is %s', (value, rule, utc) => expect(read(value, rule)).toBe(utc));

  it.each<[value: unknown, rule: TimeRule, why: RegExp]>([
    ['20261128110444', {}, /near ours.*`format`/],
    [20261128110444, {}, /near ours.*`format`/],
    ['20261128110444123', {}, /near ours.*`format`/],
    [0, {}, /near ours/],
    [-1, {}, /near ours/],
    [1e300, { unit: 's' }, /no time/],
    ['2026-11-28T11:04:44', {}, /names no zone.*`zone`/],
    ['Nov 28 11:04:44', { format: 'syslog' }, /names no zone/],
    ['20261128110444', { format: 'compact' }, /names no zone/],
    ['Nov 28 11:04:44', {}, /not known|no time that is known/],
    ['Sat, 28 Nov 2026 11:04:44 GMT', {}, /`format`/],
    ['2026-02-30T11:04:44Z', {}, /calendar/],
    ['2026-13-01T11:04:44Z', {}, /calendar/],
    ['2026-11-28T24:04:44Z', {}, /calendar/],
    ['28 Foo 2026 11:04:44 GMT', { format: 'rfc1123' }, /calendar/],
    ['2026-11-28T11:04:44+27', {}, /calendar/],
    ['yesterday', { zone: 'UTC', format: ['rfc1123', 'syslog', 'compact', 'clf'] }, /no time that is known/],
    ['', {}, /no time that is known/],
    [{}, {}, /no time that is known/],
    [Infinity, {}, /near ours/],
  ])('%p with %j is none, and says why', (value, rule, why) => expect(read(value, rule)).toMatch(why));
});

describe('a zone', () => {
  it.each(['Z', 'utc', '+02:00', '-0530', '+14', 'Europe/Berlin', 'America/Argentina/Buenos_Aires'])('is %s', (zone) =>
    expect(isZone(zone)).toBe(true),
  );
  it.each(['', '+24:00', '+01:60', 'Nowhere/Land', '2', 'Europe/../Berlin', ' UTC'])('is not %p', (zone) =>
    expect(isZone(zone)).toBe(false),
  );
});
