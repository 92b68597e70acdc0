import { spansOf } from './health_history';

const TO = Date.parse('2026-11-22T12:00:00.000Z');
const HOUR = 3_600_000;
const window = { from: TO - 24 * HOUR, to: TO };
const before = (hours: number, state: 'ok' | 'degraded' | 'down') => ({ at: TO - hours * HOUR, state, text: state });
const shown = (spans: ReturnType<typeof spansOf>) =>
  spans.map(({ from, to, state }) => [(TO - Date.parse(from)) / HOUR, (TO - Date.parse(to)) / HOUR, state]);

describe('the last day of a connector', () => {
  it('is without a gap, and begins as the last change before it says', () => {
    const changes = [before(30, 'down'), before(20, 'ok'), before(2, 'down')];
    expect(shown(spansOf(changes, before(2, 'down'), window))).toEqual([
      [24, 20, 'down'],
      [20, 2, 'ok'],
      [2, 0, 'down'],
    ]);
  });

  it('is not known before anybody asked', () => {
    expect(shown(spansOf([], before(3, 'ok'), window))).toEqual([
      [24, 3, 'unknown'],
      [3, 0, 'ok'],
    ]);
    expect(shown(spansOf([], undefined, window))).toEqual([[24, 0, 'unknown']]);
  });

  it('believes what is known of now before the record: that one works from a start is on no record', () => {
    expect(shown(spansOf([before(10, 'down')], before(4, 'ok'), window))).toEqual([
      [24, 10, 'unknown'],
      [10, 4, 'down'],
      [4, 0, 'ok'],
    ]);
  });

  it('is one span where nothing changed but words', () => {
    const changes = [before(30, 'ok'), before(12, 'ok')];
    expect(shown(spansOf(changes, before(6, 'ok'), window))).toEqual([[24, 0, 'ok']]);
  });
});
