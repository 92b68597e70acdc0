import { aStatus } from '../../../test/builders/views';
import { Health, healthOf } from './health';

const told = (status: Parameters<typeof aStatus>[0]) => {
  const { level, summary } = healthOf(aStatus({ stops: [], troubles: [], loading: false, mode: 'live', ...status }));
  return [String(level), summary];
};
const stop = { scope: 'all', who: 'ann', why: 'it misbehaves', at: '2026-11-22T03:12:00.000Z' };
const troubles = [
  { code: 'store_away', text: 'OpenSearch does not answer' },
  { code: 'disk_full', text: 'the disk is full' },
];

describe('the health of Reflex in the status of Dashboards', () => {
  it('is the gravest that is true', () => {
    expect(told({})).toEqual(['available', 'Reflex is live']);
    expect(told({ troubles })).toEqual(['degraded', 'OpenSearch does not answer (and 1 more)']);
    const open = { code: 'single_user', text: 'nobody logs in' };
    expect(told({ troubles: [open, ...troubles] })).toEqual(['degraded', 'OpenSearch does not answer (and 2 more)']);
    expect(told({ loading: true, steps: [{ id: 'a', title: 'Journal', state: 'running', detail: 'away' }] })).toEqual([
      'degraded',
      'Reflex is starting: Journal (away)',
    ]);
    expect(told({ stops: [stop], troubles })).toEqual(['degraded', 'Reflex is stopped: all by ann: it misbehaves']);
    expect(told({ mode: 'cannot_decide', stops: [stop], troubles })).toEqual([
      'unavailable',
      'Reflex decides nothing: no policies are in force here; OpenSearch does not answer; the disk is full',
    ]);
  });

  it('reads as Dashboards reads levels: by value, and as JSON by name', () => {
    const [good, bad] = [healthOf(aStatus({ troubles: [] })).level, healthOf(aStatus({ troubles })).level];
    expect([Number(good), Number(bad)]).toEqual([0, 1]);
    expect(JSON.stringify({ good, bad })).toBe('{"good":"available","bad":"degraded"}');
  });

  it('is known from the start on, and to whoever asks later', () => {
    const health = new Health();
    const heard: string[] = [];
    health.status$.subscribe(({ level, summary }) => heard.push(`${String(level)}: ${summary}`));
    health.isOff('Reflex is off');
    health.status$.subscribe(({ summary }) => heard.push(summary));
    expect(heard).toEqual(['degraded: Reflex is starting', 'unavailable: Reflex is off', 'Reflex is off']);
  });
});
