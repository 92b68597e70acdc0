import { Relay } from './relay';
import { sharedSource, type StreamWorker } from './shared_source';
import type { FromPage, LiveSource, Port, ToPage } from './words';

/** What the worker asks of the host. */
class HostStream implements LiveSource {
  onerror: ((event: Event) => void) | null = null;
  closed = false;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  constructor(readonly address: string) {}

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

/** Two ends of a channel; what is said at one is heard at the other a little later. */
const channel = () => {
  const ends: Array<Port<unknown, unknown>> = [];
  const end = (other: number): Port<unknown, unknown> => ({
    onmessage: null,
    postMessage: (data) => {
      setTimeout(() => ends[other]?.onmessage?.(new MessageEvent('message', { data })), 0);
    },
    close: () => undefined,
  });
  ends.push(end(1), end(0));
  return ends as unknown as readonly [Port<FromPage, ToPage>, Port<ToPage, FromPage>];
};

/** Lets everything arrive that was said. */
const settle = (): void => jest.advanceTimersByTime(1);

const setUp = () => {
  const streams: HostStream[] = [];
  const relay = new Relay({
    openSource: (address) => {
      const stream = new HostStream(address);
      streams.push(stream);
      return stream;
    },
    now: () => Date.now(),
  });
  const workers: StreamWorker[] = [];
  /** A window, and everything that it heard. */
  const openWindow = (fresh = false) => {
    const heard: string[] = [];
    const source = sharedSource(
      () => {
        const [port, workerEnd] = channel();
        relay.join(workerEnd);
        const worker: StreamWorker = { port, onerror: null };
        workers.push(worker);
        return worker;
      },
      { address: '/api/reflex/live', fresh },
    );
    source.addEventListener('status', ({ data }) => heard.push(data));
    source.addEventListener('changed', ({ data }) => heard.push(data));
    source.onerror = () => heard.push('broken');
    return { source, heard: () => (settle(), heard) };
  };
  const streamsNow = (): readonly HostStream[] => (settle(), streams);
  const current = (): readonly HostStream[] => streamsNow().filter(({ closed }) => !closed);
  return { streams: streamsNow, current, openWindow, workers };
};

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('the one stream of a browser', () => {
  it('is one, however many windows are open, and all of them hear it', () => {
    const { streams, openWindow } = setUp();
    const windows = Array.from({ length: 7 }, () => openWindow());
    expect(streams().map(({ address }) => address)).toEqual(['/api/reflex/live']);
    streams()[0]?.tell('status', 'one');
    streams()[0]?.tell('changed', 'two');
    expect(windows.map(({ heard }) => heard())).toEqual(Array(7).fill(['one', 'two']));
  });

  it('goes on when the window that opened it is closed, and ends with the last one', () => {
    const { streams, openWindow, current } = setUp();
    const [first, second] = [openWindow(), openWindow()];
    first.source.close();
    streams()[0]?.tell('status', 'one');
    expect([first.heard(), second.heard(), current().length]).toEqual([[], ['one'], 1]);
    second.source.close();
    expect(current()).toEqual([]);
  });

  it('ends for a window that leaves its page without a word to the source', () => {
    const { openWindow, current } = setUp();
    openWindow();
    expect(current().length).toBe(1);
    window.dispatchEvent(new Event('pagehide'));
    expect(current()).toEqual([]);
  });

  it('waits for no window that crashed or is frozen', () => {
    const { streams, openWindow, current } = setUp();
    const frozen = openWindow();
    settle();
    jest.clearAllTimers();
    const other = openWindow();
    // Frozen: it says nothing more; the other one goes on saying that it is here.
    for (let second = 0; second < 30; second += 1) {
      jest.advanceTimersByTime(1_000);
      streams()[0]?.tell('status', String(second));
    }
    expect([frozen.heard().length, other.heard().length]).toEqual([19, 30]);
    other.source.close();
    expect(current()).toEqual([]);
  });

  it('tells a window that comes later how the host is, unless that is old', () => {
    const { streams, openWindow } = setUp();
    openWindow();
    streams()[0]?.tell('status', 'one');
    jest.advanceTimersByTime(1_000);
    expect(openWindow().heard()).toEqual(['one']);
    jest.advanceTimersByTime(1_500);
    expect(openWindow().heard()).toEqual([]);
  });

  it.each([
    ['breaks', (stream: HostStream) => stream.onerror?.(new Event('error'))],
    ['falls silent', () => jest.advanceTimersByTime(6_000)],
  ])('tells every window when it %s, and is opened again by the first that asks', (_, interrupt) => {
    const { streams, openWindow, current } = setUp();
    const windows = [openWindow(), openWindow()];
    interrupt(streams()[0] as HostStream);
    expect(windows.map(({ heard }) => heard())).toEqual([['broken'], ['broken']]);
    expect(current()).toEqual([]);
    openWindow();
    openWindow();
    expect([streams().length, current().length]).toEqual([2, 1]);
    streams()[0]?.tell('status', 'of the old one');
    expect(windows[0]?.heard()).toEqual(['broken']);
  });

  it('is opened anew for all after the user changed', () => {
    const { streams, openWindow, current } = setUp();
    const other = openWindow();
    const mine = openWindow(true);
    expect([streams().length, current().length]).toEqual([2, 1]);
    expect(other.heard()).toEqual(['{"topics":[]}']);
    streams()[1]?.tell('status', 'of the new user');
    expect([other.heard().at(-1), mine.heard().at(-1)]).toEqual(['of the new user', 'of the new user']);
  });

  it('breaks where the worker cannot be loaded', () => {
    const { openWindow, workers } = setUp();
    const { heard } = openWindow();
    workers[0]?.onerror?.(new ErrorEvent('error'));
    expect(heard()).toEqual(['broken']);
  });

  it('breaks at once where the browser has no worker for it, so that the page polls', () => {
    const told: string[] = [];
    const source = sharedSource(
      () => {
        throw new ReferenceError('SharedWorker is not defined');
      },
      { address: '/api/reflex/live', fresh: false },
    );
    source.onerror = () => told.push('broken');
    expect(told).toEqual([]);
    jest.runAllTimers();
    expect(told).toEqual(['broken']);
  });
});
