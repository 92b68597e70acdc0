import {
  server as makeServer,
  type Lifecycle,
  type Request,
  type ResponseObject,
  type ResponseToolkit,
  type Server,
} from '@hapi/hapi';
import type { Server as TlsServer } from 'https';
import { present } from '../../../../common/present';
import { PROBLEM_STATUS, type ProblemCode } from '../../../../common/api/contract';
import type { HostRequest, HostResponse, HostRoute, HostRouter } from '../../../routes/http';
import type { Log } from '../../../runner/ports';
import { refusal } from '../../problem';
import { peerCertificate, type PeerSocket } from '../../peer_certificate';
import { LOOPBACK } from '../../settings/listen';
import { isOwnHost, isOwnName, ONLY_TLS, SECURITY_HEADERS, WRITE_HEADER } from './headers';
import type { ServerMaterial } from './tls_files';

/** Listening with TLS. */
export interface HttpHostTls {
  readonly material: ServerMaterial;
  /** Another one, if the files were changed. */
  readonly changed: () => ServerMaterial | undefined;
  /** How often that is asked, ms; default 5000. */
  readonly everyMs?: number;
  /** True: callers are asked for certificates. They come in without one, and routes decide what for. */
  readonly asksCallers: boolean;
  /** True: the certificate is one that callers trust by an authority, so that browsers may be told to want TLS only. */
  readonly onlyTls: boolean;
}

interface HttpHostOptions {
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Names under which it is called, besides those of the loopback. */
  readonly names?: readonly string[];
  /** Without it it speaks plain HTTP. */
  readonly tls?: HttpHostTls;
  readonly log: Log;
  readonly isLoggedIn: (request: Pick<HostRequest, 'headers'>) => boolean;
  /** Routes that anybody may ask, by path. */
  readonly open: ReadonlySet<string>;
  /**
   * Answers a request as long as Reflex is still loading; undefined lets it pass. Asked before everything else but the
   * check for whom the request is.
   */
  readonly whileLoading: (request: { readonly method: string; readonly path: string }) => HostResponse | undefined;
  /** What a page without route gets. */
  readonly notFound: (path: string) => HostResponse;
}

/** The standalone host's server; on the loopback, unless it has TLS. */
export interface HttpHost {
  readonly router: HostRouter;
  /** Takes no requests any more and ends the open ones. */
  readonly stop: () => Promise<void>;
}

const GRACE_MS = 500;
/** How often the files of the certificate are looked at, ms. */
const FILES_EVERY_MS = 5_000;

const whenGone =
  ({ raw }: Request) =>
  (told: () => void): void => {
    raw.res.once('close', () => {
      if (!raw.res.writableFinished) told();
    });
  };

type Headers = HostRequest['headers'];
const headersOf = (request: Request): Headers => request.headers as Headers;

const requestOf = (request: Request): HostRequest => ({
  params: Object.fromEntries(Object.entries(request.params).map(([key, value]) => [key, String(value)])),
  query: request.query,
  body: request.payload ?? undefined,
  headers: headersOf(request),
  address: request.info.remoteAddress,
  certificate: peerCertificate(request.raw.req.socket as PeerSocket),
  native: request,
  whenGone: whenGone(request),
});

const respond = (toolkit: ResponseToolkit, { status, headers = {}, body }: HostResponse): ResponseObject => {
  const isBytes = body instanceof Uint8Array && !Buffer.isBuffer(body);
  const response = toolkit.response(isBytes ? Buffer.from(body) : (body ?? '')).code(status);
  for (const [name, value] of Object.entries(headers)) response.header(name, value);
  if (headers['cache-control'] === undefined) response.header('cache-control', 'no-store');
  return response;
};

const CODE_OF: Readonly<Record<number, ProblemCode>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'too_large',
  429: 'overloaded',
  503: 'unavailable',
};

/** Words for what hapi refuses by itself, before a route hears of it. */
const problemOf = (status: number, message: string): HostResponse => {
  const code = CODE_OF[status] ?? (status < 500 ? 'invalid' : 'internal');
  const words = code === 'internal' ? 'something went wrong on this host; its log says what' : message;
  return {
    ...refusal(code, words),
    status: PROBLEM_STATUS[code] === status || status >= 500 ? PROBLEM_STATUS[code] : status,
  };
};

const isApi = (path: string): boolean => path.startsWith('/api/');

/** Checks of the whole host, in the order in which they are made. */
const guard = (server: Server, options: HttpHostOptions): void => {
  const { port, names, tls, log, whileLoading, notFound } = options;
  const place = { port, tls: tls !== undefined, ...present({ names }) };
  const headersFor = (request: Request): Readonly<Record<string, string>> =>
    tls?.onlyTls === true && isOwnName(request.raw.req.headers.host)
      ? { ...SECURITY_HEADERS, ...ONLY_TLS }
      : SECURITY_HEADERS;
  const takeOver = (toolkit: ResponseToolkit, response: HostResponse): ResponseObject =>
    respond(toolkit, response).takeover();
  server.ext('onRequest', (request, toolkit) => {
    if (!isOwnHost(request.raw.req.headers.host, place)) {
      const scheme = tls === undefined ? 'http' : 'https';
      const answers = [LOOPBACK, ...(names ?? [])].map((name) => `${scheme}://${name}:${port}`).join(', ');
      return takeOver(toolkit, refusal('forbidden', `this host answers only at ${answers}`));
    }
    const early = whileLoading({ method: request.method, path: request.path });
    return early === undefined ? toolkit.continue : takeOver(toolkit, early);
  });
  server.ext('onPreResponse', (request, toolkit) => {
    const { response } = request;
    if (!('isBoom' in response) || !response.isBoom) {
      for (const [name, value] of Object.entries(headersFor(request))) (response as ResponseObject).header(name, value);
      return toolkit.continue;
    }
    const { statusCode } = response.output;
    if (statusCode >= 500)
      // The route, not the address: some addresses end in a token.
      log.error('a request failed', { path: request.route.path, why: response.stack ?? response.message });
    const answer =
      isApi(request.path) || statusCode !== 404 ? problemOf(statusCode, response.message) : notFound(request.path);
    const made = respond(toolkit, answer);
    for (const [name, value] of Object.entries(headersFor(request))) made.header(name, value);
    return made;
  });
};

const refuse = (route: HostRoute, request: Request, options: HttpHostOptions): HostResponse | undefined => {
  if (route.ownAuthentication) return undefined;
  if (route.method !== 'get' && request.headers[WRITE_HEADER] === undefined)
    return refusal('invalid', `the header \`${WRITE_HEADER}\` is missing`);
  if (!options.open.has(route.path) && !options.isLoggedIn({ headers: headersOf(request) }))
    return refusal('unauthenticated', 'nobody is logged in; open the address that Reflex printed when it started');
  return undefined;
};

const payloadOf = ({ method, raw, maxBytes }: HostRoute): object =>
  method === 'get'
    ? {}
    : {
        payload: raw
          ? { parse: false, output: 'data', maxBytes }
          : {
              parse: true,
              output: 'data',
              maxBytes,
              allow: 'application/json',
              defaultContentType: 'application/json',
            },
      };

const addRoute = (server: Server, route: HostRoute, options: HttpHostOptions): void => {
  const check = (request: Request, toolkit: ResponseToolkit): ResponseObject | symbol => {
    const refused = refuse(route, request, options);
    return refused === undefined ? toolkit.continue : respond(toolkit, refused).takeover();
  };
  const handler: Lifecycle.Method = async (request, toolkit) =>
    respond(toolkit, await route.handle(requestOf(request)));
  server.route({
    method: route.method.toUpperCase() as 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: route.path,
    // Before the body is read: nobody unknown makes this host read megabytes.
    options: { ...payloadOf(route), ext: { onPreAuth: { method: check as Lifecycle.Method } } },
    handler,
  });
};

/** A handshake and headers take no longer, ms: what is open and says nothing would hold a place. */
const SLOWEST_MS = 15_000;

/** Whoever has no certificate comes in too, and what takes one is refused by its route. */
const tlsOptionsOf = ({ material, asksCallers }: HttpHostTls, now = material) => ({
  ...now,
  minVersion: 'TLSv1.2' as const,
  ALPNProtocols: ['http/1.1'],
  handshakeTimeout: SLOWEST_MS,
  requestCert: asksCallers,
  rejectUnauthorized: false,
});

/** Shows another certificate as soon as its files have one, to connections that are made then. */
const followFiles = (listener: Server['listener'], tls: HttpHostTls, log: Log): NodeJS.Timeout =>
  setInterval(() => {
    const now = tls.changed();
    if (now === undefined) return;
    (listener as TlsServer).setSecureContext(tlsOptionsOf(tls, now));
    log.info('the certificate of this host was changed: new connections get the new one');
  }, tls.everyMs ?? FILES_EVERY_MS).unref();

/**
 * Opens the port. Routes may be added later; until then `whileLoading` answers.
 *
 * @throws Error with code EADDRINUSE if the port is taken
 */
export const openHttpHost = async (options: HttpHostOptions): Promise<HttpHost> => {
  const server = makeServer({
    host: options.address ?? LOOPBACK,
    port: options.port,
    ...present({ tls: options.tls && tlsOptionsOf(options.tls) }),
    // Streams must reach the page at once, and on the loopback nothing is gained.
    compression: false,
    debug: false,
    // Cookies of other programs on this machine are none of this host's business, and may be malformed.
    routes: { payload: { timeout: 30_000 }, state: { parse: false } },
  });
  guard(server, options);
  await server.start();
  const following = options.tls && followFiles(server.listener, options.tls, options.log);
  return {
    router: { add: (route) => addRoute(server, route, options) },
    stop: () => {
      clearInterval(following);
      return server.stop({ timeout: GRACE_MS });
    },
  };
};
