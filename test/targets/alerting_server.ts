import { request as requestHttp } from 'http';
import { AlertingCore, type CoreOptions } from './alerting/alerting_core';
import { json, type Json } from './alerting/documents';
import { bodyOf, listenOnLoopback, type LoopbackServer } from './loopback_server';
import { createServer, type IncomingMessage, type ServerResponse } from 'http';

/*
 * An OpenSearch with Alerting, Security Analytics and Notifications, over HTTP: their routes are answered as recorded
 * from a running 3.4, everything else is passed on to a real node behind it. For tests, and for looking at the page.
 */

export interface AlertingServer extends LoopbackServer {
  readonly core: AlertingCore;
}

interface AlertingServerOptions extends CoreOptions {
  /** A real node for everything else, such as `http://127.0.0.1:9200`; without one that is 404. */
  readonly node?: string;
  readonly port?: number;
}

const passOn = (request: IncomingMessage, response: ServerResponse, node: string, body: string): void => {
  const { hostname, port } = new URL(node);
  const headers = {
    ...request.headers,
    host: `${hostname}:${port}`,
    'content-length': String(Buffer.byteLength(body)),
  };
  const passed = requestHttp({ hostname, port, path: request.url, method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  passed.on('error', () => response.destroy());
  passed.end(body);
};

const parsed = (text: string): Json => {
  try {
    return json(JSON.parse(text));
  } catch {
    return {};
  }
};

export const alertingServer = async ({
  node,
  port = 0,
  ...options
}: AlertingServerOptions = {}): Promise<AlertingServer> => {
  const core = new AlertingCore(options);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await bodyOf(request);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://node');
    const answer = await core.answer({
      method: request.method ?? 'GET',
      path: pathname,
      query: Object.fromEntries(searchParams),
      body: parsed(text),
      headers: { 'user-agent': request.headers['user-agent'] ?? '' },
    });
    if (answer === undefined && node !== undefined) return passOn(request, response, node, text);
    const { status, body } = answer ?? { status: 404, body: { error: 'not found', status: 404 } };
    response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  const listening = await listenOnLoopback(server, port);
  return {
    core,
    port: listening,
    url: `http://127.0.0.1:${listening}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
