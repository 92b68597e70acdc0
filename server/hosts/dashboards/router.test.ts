import { PassThrough } from 'stream';
import type { HostRequest, HostResponse, HostRoute } from '../../routes/http';
import type { DashboardsRequest, DashboardsRouter, ResponseFactory, RouteConfig } from './host_services';
import { dashboardsRouter } from './router';

type Handler = Parameters<DashboardsRouter['get']>[1];
type Sent = Parameters<ResponseFactory['custom']>[0];

const fakeRouter = (): { router: DashboardsRouter; added: Array<{ config: RouteConfig; handler: Handler }> } => {
  const added: Array<{ config: RouteConfig; handler: Handler }> = [];
  const add = (config: RouteConfig, handler: Handler): void => void added.push({ config, handler });
  return { router: { get: add, post: add, put: add, delete: add }, added };
};

const aRoute = (change: Partial<HostRoute> = {}): HostRoute => ({
  method: 'post',
  path: '/api/reflex/thing/{id}',
  raw: false,
  maxBytes: 10,
  ownAuthentication: false,
  handle: () => Promise.resolve({ status: 200 }),
  ...change,
});

const aRequest = (change: Partial<DashboardsRequest> = {}): DashboardsRequest => ({
  params: { id: 'a' },
  query: {},
  body: null,
  headers: {},
  events: { aborted$: { subscribe: () => ({ unsubscribe: () => undefined }) } },
  ...change,
});

const configOf = (route: HostRoute): RouteConfig['options'] | undefined => {
  const { router, added } = fakeRouter();
  dashboardsRouter(router).add(route);
  return added[0]?.config.options;
};

const answerTo = async (answer: HostResponse, request = aRequest()): Promise<{ sent: Sent; got: HostRequest }> => {
  const { router, added } = fakeRouter();
  let got: HostRequest | undefined;
  dashboardsRouter(router).add(
    aRoute({
      handle: (asked) => {
        got = asked;
        return Promise.resolve(answer);
      },
    }),
  );
  let sent: Sent | undefined;
  const factory: ResponseFactory = {
    custom: (options) => {
      sent = options;
      return { status: options.statusCode };
    },
  };
  await added[0]?.handler({}, request, factory);
  if (sent === undefined || got === undefined) throw new Error('nothing was answered');
  return { sent, got };
};

describe('a route in Dashboards', () => {
  it('needs a login and the header against other pages, unless it checks its caller by itself', () => {
    expect(configOf(aRoute())).toEqual({
      authRequired: true,
      body: { output: 'data', maxBytes: 10, parse: true, accepts: ['application/json'] },
    });
    expect(configOf(aRoute({ raw: true, ownAuthentication: true }))).toEqual({
      authRequired: false,
      xsrfRequired: false,
      body: { output: 'data', maxBytes: 10, parse: false },
    });
  });

  it('answers errors as bytes, so that Dashboards does not wrap them', async () => {
    const { sent } = await answerTo({ status: 404, body: { code: 'not_found', message: 'nothing' } });
    expect(Buffer.isBuffer(sent.body)).toBe(true);
    expect(String(sent.body)).toBe('{"code":"not_found","message":"nothing"}');
    expect(sent.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
  });

  it('passes streams on as they are, with the headers of the route', async () => {
    const body = new PassThrough();
    const { sent } = await answerTo({ status: 200, headers: { 'content-type': 'text/event-stream' }, body });
    expect(sent.body).toBe(body);
    expect(sent.headers?.['content-type']).toBe('text/event-stream');
  });

  it('hears when the client is gone', async () => {
    let leave: () => void = () => undefined;
    const aborted$ = {
      subscribe: (told: () => void) => {
        leave = told;
        return { unsubscribe: () => undefined };
      },
    };
    const { got } = await answerTo({ status: 200 }, aRequest({ events: { aborted$ } }));
    let gone = false;
    got.whenGone(() => {
      gone = true;
    });
    leave();
    expect([gone, got.body, got.params]).toEqual([true, undefined, { id: 'a' }]);
  });
});
