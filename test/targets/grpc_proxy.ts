import { createServer, connect as http2Connect, type IncomingHttpHeaders, type ServerHttp2Stream } from 'http2';
import { connect, type Socket } from 'net';
import type { Fault, FaultProxy, SeenRequest } from './fault_proxy';
import { listenOnLoopback } from './loopback_server';

/** What is answered instead of the agent. */
export interface SaidAnswer {
  /** HTTP status, default 200. */
  readonly http?: number;
  /** gRPC status as its trailer says it; missing: there is no trailer. */
  readonly status?: number | string;
  readonly message?: string;
  readonly trailers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** Bytes of the body, framing included. */
  readonly body?: Buffer;
}

/** Stands between a connector and an agent over gRPC, and does what networks and agents do on bad days. */
export interface GrpcProxy extends FaultProxy {
  /** Answers this instead of asking the agent; with `apply` the agent does it all the same. */
  readonly say: (answer: SaidAnswer, on?: (request: SeenRequest) => boolean, how?: 'apply') => void;
  /** Headers of the requests that reached it, in order. */
  readonly headers: () => readonly IncomingHttpHeaders[];
}

interface AgentAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

type Rule = {
  readonly fault: Fault | { readonly kind: 'say'; readonly answer: SaidAnswer; readonly apply: boolean };
  readonly on: (request: SeenRequest) => boolean;
};

const bodyOf = (stream: NodeJS.ReadableStream): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.on('error', reject);
  });

/** Names of the agent: a port of the loopback, or the path of its socket. */
type Where = number | string;

const dial = (where: Where): Socket =>
  typeof where === 'number' ? connect({ host: '127.0.0.1', port: where }) : connect({ path: where });

const forward = async (where: Where, headers: IncomingHttpHeaders, body: Buffer): Promise<AgentAnswer> => {
  const session = http2Connect('http://127.0.0.1', { createConnection: () => dial(where) });
  try {
    return await new Promise<AgentAnswer>((resolve, reject) => {
      session.on('error', reject);
      const { ':authority': _authority, ':scheme': _scheme, ...kept } = headers;
      const stream = session.request(kept);
      let first: IncomingHttpHeaders = {};
      let last: IncomingHttpHeaders = {};
      stream.on('response', (answered) => (first = answered));
      stream.on('trailers', (answered) => (last = answered));
      stream.on('error', reject);
      bodyOf(stream).then((read) => resolve({ headers: first, trailers: last, body: read }), reject);
      stream.end(body);
    });
  } finally {
    session.destroy();
  }
};

const pass = (stream: ServerHttp2Stream, { headers, trailers, body }: AgentAnswer): void => {
  const hasTrailers = Object.keys(trailers).length > 0;
  stream.respond(headers, { waitForTrailers: hasTrailers });
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
};

const speak = (stream: ServerHttp2Stream, answer: SaidAnswer): void => {
  const { http = 200, status, message, trailers = {}, contentType = 'application/grpc+proto', body } = answer;
  const last = {
    ...(status !== undefined && { 'grpc-status': `${status}` }),
    ...(message !== undefined && { 'grpc-message': encodeURIComponent(message) }),
    ...trailers,
  };
  pass(stream, {
    headers: { ':status': http as never, 'content-type': contentType },
    trailers: last,
    body: body ?? Buffer.alloc(0),
  });
};

/** @param where where the agent listens */
export const grpcProxy = async (where: Where): Promise<GrpcProxy> => {
  const seen: SeenRequest[] = [];
  const headersSeen: IncomingHttpHeaders[] = [];
  const sockets = new Set<Socket>();
  let rule: Rule | undefined;

  const serve = async (stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> => {
    const path = headers[':path'] ?? '';
    const request = { method: path.split('/').at(-1) ?? '', path };
    seen.push(request);
    headersSeen.push(headers);
    const body = await bodyOf(stream);
    const fault = rule?.on(request) === true ? rule.fault : undefined;
    switch (fault?.kind) {
      case undefined:
        return pass(stream, await forward(where, headers, body));
      case 'stall':
        return undefined;
      case 'apply_and_stall':
        return void (await forward(where, headers, body));
      case 'apply_and_reset':
        await forward(where, headers, body);
        return stream.session?.destroy();
      case 'say':
        if (fault.apply) await forward(where, headers, body);
        return speak(stream, fault.answer);
      case 'answer':
        return speak(stream, { http: fault.status });
      case 'apply_and_answer':
        await forward(where, headers, body);
        return speak(stream, { http: fault.status });
    }
  };

  const server = createServer();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    serve(stream, headers).catch(() => stream.close());
  });
  const port = await listenOnLoopback(server);
  const goAway = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests: () => seen,
    headers: () => headersSeen,
    fail: (fault, on = () => true) => {
      rule = fault === undefined ? undefined : { fault, on };
    },
    say: (answer, on = () => true, how) => {
      rule = { fault: { kind: 'say', answer, apply: how === 'apply' }, on };
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
