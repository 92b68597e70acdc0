import type { Observable } from 'rxjs';
import type { StatusView } from '../common/api/routes';
import { configSchema } from './hosts/dashboards/config_schema';
import type {
  DashboardsRequest,
  DashboardsRouter,
  InitializerContext,
  ResponseFactory,
  RouteConfig,
  ServiceStatus,
} from './hosts/dashboards/host_services';
import { ReflexPlugin } from './plugin';

/* The plugin as Dashboards sets it up, with settings of its YAML file. */

type Handler = Parameters<DashboardsRouter['get']>[1];

const emitting = <Value>(value: Value) => ({
  subscribe: (next: (value: Value) => void) => {
    next(value);
    return { unsubscribe: () => undefined };
  },
});

const setUp = (settings: unknown) => {
  const errors: string[] = [];
  const routes = new Map<string, Handler>();
  const statuses: ServiceStatus[] = [];
  const quiet = (): void => undefined;
  const context = {
    logger: { get: () => ({ debug: quiet, info: quiet, warn: quiet, error: (line: string) => errors.push(line) }) },
    config: {
      create: () => emitting(configSchema.validate(settings)),
      legacy: { globalConfig$: emitting({ path: { data: '/nowhere' } }) },
    },
  } as unknown as InitializerContext;
  const add =
    (method: string) =>
    ({ path }: RouteConfig, handler: Handler): void => {
      routes.set(`${method} ${path}`, handler);
    };
  const router: DashboardsRouter = { get: add('get'), post: add('post'), put: add('put'), delete: add('delete') };
  const plugin = new ReflexPlugin(context);
  plugin.setup({
    http: { createRouter: () => router },
    status: { set: (status$: Observable<ServiceStatus>) => void status$.subscribe((each) => statuses.push(each)) },
  });
  const ask = async (route: string) => {
    const factory: ResponseFactory = {
      custom: ({ statusCode, body }) => ({ status: statusCode, body: JSON.parse(String(body)) }) as never,
    };
    const request = { params: {}, query: {}, body: undefined, headers: {}, events: { aborted$: { subscribe: quiet } } };
    const answer = await routes.get(route)?.({}, request as unknown as DashboardsRequest, factory);
    return answer as unknown as { status: number; body: StatusView & { message: string } };
  };
  return { plugin, errors, ask, last: () => statuses.at(-1) };
};

describe('the plugin in Dashboards', () => {
  it('stays off with settings that it cannot use, says why everywhere, and stops nobody', async () => {
    const { plugin, errors, ask, last } = setUp({ agent: { roles: ['boss'] } });
    const why = /Reflex is off, .*`agent\.roles\.0`/;
    expect(errors).toEqual([expect.stringMatching(why)]);
    expect([String(last()?.level), last()?.summary]).toEqual(['unavailable', expect.stringMatching(why)]);
    expect(await ask('get /api/reflex/status')).toMatchObject({
      status: 200,
      body: { mode: 'cannot_decide', troubles: [{ code: 'off', text: expect.stringMatching(why) }] },
    });
    expect(await ask('post /api/reflex/events')).toMatchObject({
      status: 503,
      body: { code: 'unavailable', message: expect.stringMatching(why) },
    });
    plugin.start({} as never);
    await plugin.stop();
    expect(errors).toHaveLength(1);
  });

  it('is starting until it was started', async () => {
    const { errors, ask, last } = setUp({});
    expect(errors).toEqual([]);
    expect([String(last()?.level), last()?.summary]).toEqual(['degraded', 'Reflex is starting']);
    expect(await ask('post /api/reflex/events')).toMatchObject({
      status: 503,
      body: { message: 'Reflex is still starting' },
    });
  });

  it('says on its page and in the status why it could not be started, and goes on', async () => {
    const { plugin, errors, ask, last } = setUp({});
    // A Dashboards without a client: whatever goes wrong at the start.
    plugin.start({} as never);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(errors).toEqual([expect.stringContaining('Reflex could not be started')]);
    expect(String(last()?.level)).toBe('unavailable');
    expect(await ask('get /api/reflex/status')).toMatchObject({
      body: { troubles: [{ code: 'not_started', text: expect.stringContaining('Reflex could not be started: ') }] },
    });
    await plugin.stop();
  });
});
