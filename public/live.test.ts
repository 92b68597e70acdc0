import { aStatus } from '../test/builders/views';
import { err, ok } from '../common/result';
import { openLive, statusIn } from './live';
import type { LiveSource } from './stream/words';

class Source implements LiveSource {
  onerror: ((event: Event) => void) | null = null;
  closed = false;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.closed = true;
  }

  tell(type: string, data: string): void {
    this.listeners.get(type)?.(new MessageEvent(type, { data }));
  }
}

const setUp = (poll = () => Promise.resolve(ok(aStatus({ waiting: 9 })))) => {
  const sources: Source[] = [];
  const live = openLive({
    openSource: () => {
      const source = new Source();
      sources.push(source);
      return source;
    },
    poll,
    now: () => Date.parse('2026-11-22T03:12:00.000Z'),
  });
  const changes: Array<readonly string[]> = [];
  live.changed$.subscribe((topics) => changes.push(topics));
  return { live, sources, changes, latest: () => sources[sources.length - 1] as Source };
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('live', () => {
  it('goes by the clock of the host and tells which kinds changed', () => {
    const { live, latest, changes } = setUp();
    latest().tell('status', JSON.stringify(aStatus()));
    latest().tell('changed', JSON.stringify({ topics: ['case'] }));
    expect(live.current()).toMatchObject({ connection: 'live', offsetMs: 4_000 });
    expect(changes).toEqual([[], ['case']]);
    live.close();
  });

  it('asks for the status while the stream is interrupted, and opens it anew with growing pauses', async () => {
    const { live, sources, latest, changes } = setUp();
    latest().tell('status', JSON.stringify(aStatus()));
    latest().onerror?.(new Event('error'));
    expect(live.current().connection).toBe('lost');
    await jest.advanceTimersByTimeAsync(10);
    expect(live.current()).toMatchObject({ connection: 'polling', status: { waiting: 9 } });
    expect(changes.at(-1)).toEqual([]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sources).toHaveLength(2);
    latest().onerror?.(new Event('error'));
    await jest.advanceTimersByTimeAsync(1_500);
    expect(sources).toHaveLength(2);
    await jest.advanceTimersByTimeAsync(600);
    expect(sources).toHaveLength(3);
    live.close();
  });

  it('says so to somebody who is logged in no more, and keeps what was shown', async () => {
    const { live, latest } = setUp((() => Promise.resolve(statusIn(ok({ up: true, loading: false })))) as never);
    latest().tell('status', JSON.stringify(aStatus({ waiting: 3 })));
    latest().onerror?.(new Event('error'));
    await jest.advanceTimersByTimeAsync(10);
    expect(live.current()).toMatchObject({
      connection: 'lost',
      status: { waiting: 3 },
      problem: { code: 'unauthenticated', message: 'You are not logged in any more.' },
    });
    live.close();
  });

  it('takes silence for an interruption', async () => {
    const { live, latest } = setUp(() => Promise.resolve(err({ code: 'unavailable', message: 'away' })) as never);
    latest().tell('status', JSON.stringify(aStatus()));
    await jest.advanceTimersByTimeAsync(8_100);
    expect(live.current()).toMatchObject({ connection: 'lost', problem: { message: 'away' } });
    live.close();
  });

  it('does not trust a status that it cannot read', () => {
    const { live, latest } = setUp();
    latest().tell('status', '{"loading": 7}');
    expect(live.current().status).toBeUndefined();
    expect(latest().closed).toBe(true);
    live.close();
  });

  it('gives its connection back while hidden, and comes back', async () => {
    const { live, sources, latest } = setUp();
    latest().tell('status', JSON.stringify(aStatus()));
    live.setHidden(true);
    await jest.advanceTimersByTimeAsync(31_000);
    expect(latest().closed).toBe(true);
    live.setHidden(false);
    expect(sources.at(-1)?.closed).toBe(false);
    live.close();
  });

  it('opens the stream anew for another user', async () => {
    const { live, sources } = setUp();
    await live.reopen();
    expect(sources).toHaveLength(2);
    expect(sources[0]?.closed).toBe(true);
    expect(live.current().status?.waiting).toBe(9);
    live.close();
  });
});
