import { SourceHealth } from './source_health';

const MINUTE = 60_000;
const START = Date.parse('2026-11-22T10:00:00.000Z');
const kafka = { type: 'kafka', id: 'detections' } as const;
const siem = { type: 'webhook', id: 'siem' } as const;

const scene = () => {
  const time = { monotonic: 0 };
  const health = new SourceHealth({ monotonic: () => time.monotonic, utc: () => START + time.monotonic });
  return { time, health };
};

describe('the health of sources', () => {
  it('counts what came of the events, each source for itself', () => {
    const { health } = scene();
    health.note(kafka, 'received');
    health.note(kafka, 'received');
    health.note(kafka, 'duplicate');
    health.note(siem, 'received');
    health.note(siem, 'quarantined');
    health.note(siem, 'parse_failure');
    for (let n = 0; n < 3; n += 1) health.note(siem, 'not_ours');
    expect(health.list()).toMatchObject([
      { source: kafka, received: 2, duplicates: 1, updates: 0, quarantined: 0, parseFailures: 0, notOurs: 0 },
      { source: siem, received: 1, duplicates: 0, quarantined: 1, parseFailures: 1, notOurs: 3 },
    ]);
  });

  it('tells the rate of the last whole minute and of five', () => {
    const { health, time } = scene();
    for (let n = 0; n < 10; n += 1) health.note(kafka, 'received');
    expect(health.list()[0]).toMatchObject({ perMinute: 0, perMinuteOfFive: 0 });
    time.monotonic = MINUTE;
    expect(health.list()[0]).toMatchObject({ perMinute: 10, perMinuteOfFive: 2 });
    time.monotonic = 2 * MINUTE;
    health.note(kafka, 'received');
    expect(health.list()[0]).toMatchObject({ perMinute: 0, perMinuteOfFive: 2 });
    time.monotonic = 20 * MINUTE;
    expect(health.list()[0]).toMatchObject({ perMinute: 0, perMinuteOfFive: 0, received: 11 });
  });

  it('remembers the last event, also if an older one is noted later', () => {
    const { health } = scene();
    expect(health.list()).toEqual([]);
    health.note(kafka, 'received', START + 5);
    health.note(kafka, 'received', START + 2);
    expect(health.list()[0]?.lastEventAt).toBe(START + 5);
  });

  it('keeps a gauge until it is told otherwise, and takes an error back', () => {
    const { health } = scene();
    health.gauge(kafka, { connected: false, error: 'no broker answers', lag: 7 });
    health.gauge(kafka, { connected: true, error: undefined });
    const [facts] = health.list();
    expect(facts).toMatchObject({ connected: true, lag: 7, received: 0 });
    expect(facts?.error).toBeUndefined();
    expect(facts).not.toHaveProperty('lastEventAt');
  });

  it('names a source that has not worked for a while, with why, until it works again', () => {
    const { health, time } = scene();
    health.gauge(siem, { connected: true, error: undefined });
    health.gauge(kafka, { connected: false });
    time.monotonic = MINUTE / 2;
    // That it fails again, and why, is no new beginning.
    health.gauge(kafka, { connected: false, error: 'the broker is away' });
    expect(health.standing(MINUTE)).toEqual([]);
    time.monotonic = MINUTE;
    expect(health.standing(MINUTE)).toEqual([{ source: kafka, error: 'the broker is away' }]);
    health.gauge(kafka, { connected: true });
    expect(health.standing(MINUTE)).toHaveLength(1);
    health.gauge(kafka, { error: undefined });
    expect(health.standing(0)).toEqual([]);
    health.gauge(kafka, { connected: false });
    time.monotonic += MINUTE - 1;
    expect(health.standing(MINUTE)).toEqual([]);
  });

  it('does not grow with the names that come in: the longest silent source is forgotten', () => {
    const { health } = scene();
    health.note(kafka, 'received');
    for (let n = 0; n < 999; n += 1) health.note({ type: 'webhook', id: `w${n}` }, 'received');
    health.note(kafka, 'received');
    health.note({ type: 'webhook', id: 'one more' }, 'received');
    const ids = health.list().map(({ source }) => source.id);
    expect([ids.length, ids.includes('detections'), ids.includes('w0')]).toEqual([1_000, true, false]);
  });
});
