import { BareHost } from '../../../test/demo/bare_host';
import { wire } from '../../wiring';
import type { HostRequest, HostRoute } from '../../routes/http';
import { allPlaces, RouteTable } from './route_table';

const REQUEST: HostRequest = {
  params: {},
  query: {},
  body: undefined,
  headers: {},
  address: undefined,
  native: undefined,
  whenGone: () => undefined,
};

const registered = (): { table: RouteTable; routes: HostRoute[] } => {
  const routes: HostRoute[] = [];
  const table = new RouteTable({ add: (route) => void routes.push(route) }, () => ({ status: 503 }));
  return { table, routes };
};

describe('the routes in Dashboards', () => {
  it('are all registered at setup and answer "later" until they have a handler', async () => {
    const { table, routes } = registered();
    expect(routes).toHaveLength(allPlaces().length);
    const status = routes.find(({ path }) => path === '/api/reflex/status');
    if (status === undefined) throw new Error('there is no status');
    expect(await status.handle(REQUEST)).toEqual({ status: 503 });
    table.add({ ...status, handle: () => Promise.resolve({ status: 200 }) });
    expect(await status.handle(REQUEST)).toEqual({ status: 200 });
  });

  it('cannot change after setup', () => {
    const { table, routes } = registered();
    const events = routes.find(({ ownAuthentication }) => ownAuthentication);
    if (events === undefined) throw new Error('there is no intake');
    expect(() => table.add({ ...events, ownAuthentication: false })).toThrow('was not registered at setup');
    expect(() => table.add({ ...events, path: '/api/reflex/unheard-of' })).toThrow('was not registered at setup');
  });

  it('are those that the wiring serves, each as it was registered', async () => {
    const places = allPlaces().map(({ method, path }) => `${method} ${path}`);
    const served: string[] = [];
    const { table } = registered();
    const { parts } = new BareHost({
      transport: { request: () => Promise.reject(new Error('nobody is asked')) },
      dataFolder: '',
      demo: false,
    });
    wire({
      ...parts,
      router: {
        add: (route) => {
          table.add(route);
          served.push(`${route.method} ${route.path}`);
        },
      },
    });
    expect(served.sort()).toEqual(places.sort());
  });
});
