import { iso } from '../../../../common/iso';
import { createServer, type IncomingMessage, type ServerResponse } from 'http';
import type { AddressInfo } from 'net';
import { drawFate, seeded, USUAL_FAULTS, type DemoFaults } from './demo_faults';
import { demoAnswer, isHostQuestion, type DemoRequest } from './demo_routes';
import { DemoStore, type DemoState } from './demo_state';

export { DEMO_EDR, demoConnectorConfig } from './demo_connectors';

export interface DemoTargetOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Pins the sequence of faults and delays. */
  readonly seed: number;
  /** JSON file that keeps the state over restarts. */
  readonly file?: string;
  readonly faults?: DemoFaults;
  /** Milliseconds since 1970, UTC. */
  readonly utc?: () => number;
}

export interface DemoTarget {
  readonly port: number;
  readonly url: string;
  readonly state: () => DemoState;
  readonly close: () => Promise<void>;
}

const LARGEST_BODY = 64 * 1024;

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (request: IncomingMessage, text: string): DemoRequest | undefined => {
  try {
    const [path = ''] = (request.url ?? '').split('?');
    const segments = path.split('/').slice(1).map(decodeURIComponent);
    return { method: request.method ?? '', segments, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  } catch {
    return undefined;
  }
};

const answer = (
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body === undefined ? '{}' : JSON.stringify(body));
};

const pause = (ms: number): Promise<void> =>
  ms === 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, ms));

/**
 * Starts the demo's enforcement systems: a firewall, a resolver, an endpoint agent and an identity provider behind
 * one HTTP server on the loopback. They are slow, fail and forget on purpose, so that the demo shows what Reflex does
 * about it. `GET /state` tells a panel everything, without delay and faults.
 */
export const startDemoTarget = async (options: DemoTargetOptions): Promise<DemoTarget> => {
  const { port, seed, file, faults = USUAL_FAULTS, utc = Date.now } = options;
  const store = new DemoStore(file, utc);
  const random = seeded(seed);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? '')) return answer(response, 421);
    const text = await readBody(request);
    if (text !== '' && request.headers['content-type'] !== 'application/json') return answer(response, 415);
    const parsed = text === undefined ? undefined : parse(request, text);
    if (parsed === undefined) return answer(response, 400);
    if (parsed.method === 'GET' && parsed.segments.join('/') === 'state') return answer(response, 200, store.current());
    const changes = parsed.method !== 'GET';
    const fate = drawFate(faults, random, changes);
    // An endpoint agent answers from its last report: whoever decides waits no longer than half a second.
    await pause(isHostQuestion(parsed) ? fate.delayMs / 4 : fate.delayMs);
    const at = iso(utc());
    if (changes) store.note({ at, what: `${parsed.method} ${parsed.segments.join('/')}`, fault: fate.fault });
    if (fate.fault === 'unavailable') return answer(response, 503, { message: 'try later' }, { 'retry-after': '1' });
    const { status, body, apply } = demoAnswer(store, parsed, utc());
    if (fate.fault !== 'forgotten') apply?.();
    if (fate.fault === 'failed_after_applying') return answer(response, 500, { message: 'internal error' });
    answer(response, status, body);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}`,
    state: () => store.current(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
