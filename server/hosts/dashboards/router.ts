import { present } from '../../../common/present';
import { Readable } from 'stream';
import { peerCertificate } from '../peer_certificate';
import type { HostRequest, HostResponse, HostRoute, HostRouter } from '../../routes/http';
import type {
  DashboardsRequest,
  DashboardsResponse,
  DashboardsRouter,
  ResponseFactory,
  RouteConfig,
} from './host_services';

/** Routes check what comes in by themselves, and name every bad field. */
const asItIs: RouteConfig['validate']['params'] = (value, { ok }) => ok(value);

const configOf = ({ method, path, raw, maxBytes, ownAuthentication }: HostRoute): RouteConfig => {
  const access = ownAuthentication ? { authRequired: false, xsrfRequired: false } : { authRequired: true };
  if (method === 'get') return { path, validate: { params: asItIs, query: asItIs }, options: access };
  const body = { output: 'data' as const, maxBytes, parse: !raw };
  return {
    path,
    validate: { params: asItIs, query: asItIs, body: asItIs },
    options: { ...access, body: raw ? body : { ...body, accepts: ['application/json'] } },
  };
};

const requestOf = (request: DashboardsRequest): HostRequest => ({
  params: Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)])),
  query: request.query,
  body: request.body ?? undefined,
  headers: request.headers,
  address: request.socket?.socket?.remoteAddress,
  certificate: peerCertificate(request.socket?.socket),
  native: request,
  whenGone: (told) => {
    request.events.aborted$.subscribe(() => told());
  },
});

/**
 * As bytes: Dashboards would wrap the body of an error in a form of its own, and its page and programs would not find
 * the problem's code where the contract says it is.
 */
const bytesOf = (body: HostResponse['body']): Buffer | Readable | undefined => {
  if (body === undefined || body instanceof Readable) return body;
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(JSON.stringify(body));
};

const typeOf = (body: HostResponse['body']): string =>
  typeof body === 'object' && !(body instanceof Uint8Array) && !(body instanceof Readable)
    ? 'application/json; charset=utf-8'
    : 'application/octet-stream';

const respond = (factory: ResponseFactory, { status, headers = {}, body }: HostResponse): DashboardsResponse => {
  const bytes = bytesOf(body);
  return factory.custom({
    statusCode: status,
    headers: {
      ...present({ 'content-type': bytes && typeOf(body) }),
      'cache-control': 'no-store',
      ...headers,
    },
    ...present({ body: bytes }),
  });
};

/** Reflex' routes on Dashboards' router; all must be added before Dashboards listens. */
export const dashboardsRouter = (router: DashboardsRouter): HostRouter => ({
  add: (route) =>
    router[route.method](configOf(route), async (_context, request, response) =>
      respond(response, await route.handle(requestOf(request))),
    ),
});
