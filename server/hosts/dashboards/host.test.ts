import { EventEmitter } from 'events';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import type { Wired } from '../host_parts';
import { configSchema } from './config_schema';
import { Health } from './health';
import { DashboardsHost } from './host';
import type { CoreStart, DashboardsRouter } from './host_services';

const quiet = (): void => undefined;
const ROUTER: DashboardsRouter = { get: quiet, post: quiet, put: quiet, delete: quiet };
const CORE = {
  http: { auth: { get: () => ({ status: 'unknown' }) } },
  opensearch: { client: { asInternalUser: {} } },
} as unknown as CoreStart;

let temporary: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());

/** A host that runs, in a Dashboards that ends by these signals. */
const running = async (...heard: readonly string[]) => {
  const signals = new EventEmitter();
  for (const name of heard) signals.on(name, quiet);
  const endStreams = jest.fn();
  const wired: Wired = {
    health: () => ({ loading: true, mode: 'observing', stops: [], troubles: [] }),
    start: () => Promise.resolve(),
    endStreams,
    stop: () => Promise.resolve({ containments: 0 }),
  };
  const host = new DashboardsHost({
    settings: configSchema.validate({}),
    dataFolder: temporary.folder,
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    router: ROUTER,
    health: new Health(),
    signals,
  });
  await host.start(CORE, () => wired);
  return { host, signals, endStreams };
};

describe('the host in Dashboards', () => {
  it.each(['SIGTERM', 'SIGINT'])('lets its pages go at %s, before Dashboards waits for them', async (name) => {
    const { host, signals, endStreams } = await running('SIGTERM', 'SIGINT');
    expect(endStreams).not.toHaveBeenCalled();
    signals.emit(name);
    expect(endStreams).toHaveBeenCalledTimes(1);
    await host.stop();
  });

  it('hears signals no more once it is stopped', async () => {
    const { host, signals } = await running('SIGTERM', 'SIGINT');
    await host.stop();
    expect([signals.listenerCount('SIGTERM'), signals.listenerCount('SIGINT')]).toEqual([1, 1]);
  });

  it('keeps no process from ending by a signal that Dashboards does not hear', async () => {
    const { host, signals } = await running('SIGTERM');
    expect([signals.listenerCount('SIGTERM'), signals.listenerCount('SIGINT')]).toEqual([2, 0]);
    await host.stop();
  });
});
