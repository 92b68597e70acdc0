import { createServer, request as sendOn, type IncomingMessage, type ServerResponse } from 'http';
import { present } from '../../common/present';
import { bodyOf, listenOnLoopback } from './loopback_server';

/** What happens to a request that a rule is about. */
export type Fault =
  /** It never reaches the target, and nothing is answered. */
  | { readonly kind: 'stall' }
  /** The target does it, and nothing is answered. */
  | { readonly kind: 'apply_and_stall' }
  /** The target does it, and the connection breaks. */
  | { readonly kind: 'apply_and_reset' }
  /** The target does it, and something else is answered. */
  | { readonly kind: 'apply_and_answer'; readonly status: number }
  /** It never reaches the target; this is answered. */
  | { readonly kind: 'answer'; readonly status: number; readonly headers?: Readonly<Record<string, string>> };

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The operation, where all of them go to one path: as AWS names it. */
  readonly operation?: string;
}

/** Stands between a connector and a real target and does what networks and targets do on bad days. */
export interface FaultProxy {
  readonly port: number;
  readonly url: string;
  /** Requests that reached it, in order. */
  readonly requests: () => readonly SeenRequest[];
  /** From now on, for the requests that match; without arguments: nothing any more. */
  readonly fail: (fault?: Fault, on?: (request: SeenRequest) => boolean) => void;
  /** Nobody listens any more at its port. */
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

interface TargetAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const forward = (port: number, incoming: IncomingMessage, body: string): Promise<TargetAnswer> =>
  new Promise((resolve, reject) => {
    const { method, url, headers } = incoming;
    const outgoing = sendOn({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      bodyOf(answer).then(
        (text) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: text }),
        reject,
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });

const pass = (response: ServerResponse, { status, headers, body }: TargetAnswer): void => {
  const { 'transfer-encoding': _coding, connection: _connection, ...kept } = headers;
  response.writeHead(status, kept);
  response.end(body);
};

const operationOf = ({ headers }: IncomingMessage, body: string): string | undefined =>
  String(headers['x-amz-target'] ?? '').split('.')[1] ?? /^Action=(\w+)&/.exec(body)?.[1];

/** @param targetPort where the real target listens on the loopback */
export const faultProxy = async (targetPort: number): Promise<FaultProxy> => {
  const seen: SeenRequest[] = [];
  let rule: { readonly fault: Fault; readonly on: (request: SeenRequest) => boolean } | undefined;

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(incoming);
    const request = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      ...present({ operation: operationOf(incoming, body) }),
    };
    seen.push(request);
    const fault = rule?.on(request) === true ? rule.fault : undefined;
    if (fault === undefined) return pass(response, await forward(targetPort, incoming, body));
    if (fault.kind === 'stall') return;
    if (fault.kind === 'answer') return void response.writeHead(fault.status, { ...fault.headers }).end();
    await forward(targetPort, incoming, body);
    if (fault.kind === 'apply_and_reset') response.socket?.resetAndDestroy();
    if (fault.kind === 'apply_and_answer') response.writeHead(fault.status).end();
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  const port = await listenOnLoopback(server);
  const goAway = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests: () => seen,
    fail: (fault, on = () => true) => {
      rule = fault === undefined ? undefined : { fault, on };
    },
    goAway,
    comeBack: async () => {
      await listenOnLoopback(server, port);
    },
    dispose: async () => {
      if (server.listening) await goAway();
    },
  };
};
