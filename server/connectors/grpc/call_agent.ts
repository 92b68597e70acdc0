import { connect as http2Connect, constants, type ClientHttp2Session } from 'http2';
import type { JsonValue } from '@bufbuild/protobuf';
import type { ConnectError } from '@connectrpc/connect';
import type { GrpcTransportOptions } from '@connectrpc/connect-node';
import type { buildConnector } from 'undici';
import { agentMethod } from './agent_descriptor';
import type { Method } from './agent_schema';
import { libraries } from './library';

type SessionManager = NonNullable<GrpcTransportOptions['sessionManager']>;
type Socket = NonNullable<Parameters<buildConnector.Callback>[1]>;

/** One request, as the JSON form of its message. */
export interface AgentRequest {
  readonly method: Method;
  readonly message: JsonValue;
}

/** A request that the agent did not answer, told apart by whether it can have seen it. */
type Unanswered =
  /** The permit lapsed before the first byte. */
  | { readonly kind: 'not_started' }
  /** Nothing of the request was written. */
  | { readonly kind: 'not_sent'; readonly code: string; readonly message: string; readonly retryable: boolean }
  /** Written, at least in part: it may have been carried out. */
  | { readonly kind: 'no_answer'; readonly message: string };

export type Exchange =
  | { readonly kind: 'answered'; readonly body: Readonly<Record<string, unknown>> }
  /** The agent itself answered with a status that is not OK. */
  | { readonly kind: 'status'; readonly code: number; readonly text: string; readonly retryAfterMs?: number }
  | Unanswered;

export interface CallOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Goes to addresses that were checked. */
  readonly connect: buildConnector.connector;
  /** Metadata that says who calls. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Until when the agent may begin, in ms of `performance.now()`; it is told as `grpc-timeout`. */
  readonly endsAt: number;
  /** Asked synchronously right before the first byte of the request is written. */
  readonly mayStart: () => boolean;
  /** When aborted, its reason is an `Error` that says why. */
  readonly signal: AbortSignal;
}

/** Longest message in either direction, bytes: a list of ten thousand effects is about 2 MB. */
export const LARGEST_MESSAGE = 8 * 1024 * 1024;

/** Errors of OpenSSL and Node that say that the other side is not who it should be. Trying again does not help. */
const NOT_TRUSTED =
  /^(CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.name;

const notSent = (code: string, message: string, retryable: boolean): Unanswered => ({
  kind: 'not_sent',
  code,
  message,
  retryable,
});

const tooLate = (signal: AbortSignal): Unanswered =>
  notSent('timeout', `not sent: ${(signal.reason as Error).message}`, true);

const noConnection = (error: Error): Unanswered =>
  NOT_TRUSTED.test(codeOf(error))
    ? notSent('tls', `no trusted connection: ${codeOf(error)}`, false)
    : notSent('connection', `no connection: ${codeOf(error)}`, true);

const isUnanswered = (value: object): value is Unanswered => 'kind' in value;

/** Resolves with the first that happens; what comes later is let go of. */
const unlessAborted = <Value extends object>(
  signal: AbortSignal,
  begin: (settle: (value: Value | Unanswered) => void) => void,
  letGo: (value: Value) => void,
): Promise<Value | Unanswered> =>
  new Promise((resolve) => {
    let isOver = false;
    const settle = (value: Value | Unanswered): void => {
      if (isOver) return isUnanswered(value) ? undefined : letGo(value);
      isOver = true;
      signal.removeEventListener('abort', stop);
      resolve(value);
    };
    const stop = (): void => settle(tooLate(signal));
    signal.addEventListener('abort', stop, { once: true });
    begin(settle);
  });

const openSocket = ({ origin, connect, signal }: CallOptions): Promise<Socket | Unanswered> => {
  const { protocol, hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  return unlessAborted<Socket>(
    signal,
    (settle) =>
      connect({ protocol, hostname: host, host: hostname, port }, (...[error, socket]) =>
        settle(error === null ? socket : noConnection(error)),
      ),
    (socket) => void socket.destroy(),
  );
};

/**
 * A session over a socket of its own, once the other side has said that it speaks HTTP/2: no order is written to what
 * is something else.
 */
const openSession = (origin: string, socket: Socket, signal: AbortSignal): Promise<ClientHttp2Session | Unanswered> => {
  const isPlain = origin.startsWith('http:');
  if (!isPlain && (socket as { alpnProtocol?: unknown }).alpnProtocol !== 'h2') {
    socket.destroy();
    return Promise.resolve(notSent('no_grpc', 'it speaks no HTTP/2 there', false));
  }
  const session = http2Connect(origin, { createConnection: () => socket });
  return unlessAborted<ClientHttp2Session>(
    signal,
    (settle) => {
      session.once('remoteSettings', () => settle(session));
      session.once('close', () => settle(notSent('connection', 'the connection was closed', true)));
      session.on('error', (error: Error) => {
        const isOther = codeOf(error) === 'ERR_HTTP2_ERROR';
        settle(isOther ? notSent('no_grpc', 'it speaks no HTTP/2 there', false) : noConnection(error));
      });
    },
    () => undefined,
  ).then((opened) => {
    if (isUnanswered(opened)) session.destroy();
    return opened;
  });
};

/** What has come before the end is still read for so long, ms. */
const READ_ON_MS = 100;

/** Follows one request: how far it came tells what a failure means. */
class Follower implements SessionManager {
  readonly authority: string;
  stage: 'connecting' | 'not_started' | 'written' = 'connecting';
  /** Aborted when the request has ended, however it did: the library would wait on for an answer. */
  readonly ended = new AbortController();

  constructor(
    private readonly session: ClientHttp2Session,
    private readonly options: CallOptions,
  ) {
    this.authority = options.origin;
  }

  // INVARIANT (INV-6): the connection stands. The permit is asked for in the turn in which the request is handed to it.
  request(
    ...[method, path, headers, options]: Parameters<SessionManager['request']>
  ): ReturnType<SessionManager['request']> {
    const { mayStart, signal } = this.options;
    if (signal.aborted || this.session.closed || this.session.destroyed || this.stage !== 'connecting')
      return Promise.reject(new Error('the connection was closed'));
    if (!mayStart()) {
      this.stage = 'not_started';
      return Promise.reject(new Error('not permitted'));
    }
    this.stage = 'written';
    const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH } = constants;
    const whole = { ...headers, [HTTP2_HEADER_METHOD]: method, [HTTP2_HEADER_PATH]: path };
    const stream = this.session.request(whole, options);
    stream.once('close', () => {
      setTimeout(() => this.ended.abort(new Error('the connection broke off')), READ_ON_MS).unref();
    });
    return Promise.resolve(stream);
  }

  notifyResponseByteRead(): void {
    // Nothing keeps this connection alive: it serves one request.
  }
}

const PUSHBACK = /^\d{1,9}$/;

/**
 * The status that the agent itself sent, or undefined. The library also makes errors of its own, with the same codes,
 * for answers that it cannot read: they say nothing of what the agent did.
 */
const statusOf = (error: ConnectError): Extract<Exchange, { kind: 'status' }> | undefined => {
  if (error.metadata.get('grpc-status') !== `${error.code}`) return undefined;
  const pushback = error.metadata.get('grpc-retry-pushback-ms') ?? '';
  return {
    kind: 'status',
    code: error.code,
    text: error.rawMessage,
    ...(PUSHBACK.test(pushback) && { retryAfterMs: Number(pushback) }),
  };
};

const failed = (cause: unknown, { stage }: Follower, { signal }: CallOptions): Exchange => {
  if (stage === 'not_started') return { kind: 'not_started' };
  if (stage === 'connecting')
    return signal.aborted ? tooLate(signal) : notSent('connection', 'the connection was closed', true);
  if (signal.aborted) return { kind: 'no_answer', message: (signal.reason as Error).message };
  const error = libraries().connect.ConnectError.from(cause);
  return statusOf(error) ?? { kind: 'no_answer', message: `no usable answer: ${error.rawMessage}` };
};

const send = async (
  { described, request }: ReturnType<typeof messageOf>,
  session: ClientHttp2Session,
  options: CallOptions,
): Promise<Exchange> => {
  const { connectNode, protobuf } = libraries();
  const follower = new Follower(session, options);
  const transport = connectNode.createGrpcTransport({
    baseUrl: options.origin,
    sessionManager: follower,
    readMaxBytes: LARGEST_MESSAGE,
    writeMaxBytes: LARGEST_MESSAGE,
    // None is offered, so that a small answer cannot become a large one.
    acceptCompression: [],
  });
  const signal = AbortSignal.any([options.signal, follower.ended.signal]);
  const leftMs = Math.max(1, Math.round(options.endsAt - performance.now()));
  try {
    const answer = await transport.unary(described, signal, leftMs, options.metadata, request);
    const body = protobuf.toJson(described.output, answer.message, { useProtoFieldName: true });
    return { kind: 'answered', body: body as Readonly<Record<string, unknown>> };
  } catch (cause) {
    return failed(cause, follower, options);
  }
};

const messageOf = ({ method, message }: AgentRequest) => {
  const described = agentMethod(method);
  return { described, request: libraries().protobuf.fromJson(described.input, message) };
};

/**
 * Makes one call over a connection of its own: no order is written into one that the agent is just closing, and an
 * answer cannot belong to another one.
 */
export const callAgent = async (request: AgentRequest, options: CallOptions): Promise<Exchange> => {
  const { signal, origin } = options;
  if (signal.aborted) return tooLate(signal);
  const made = messageOf(request);
  const socket = await openSocket(options);
  if (isUnanswered(socket)) return socket;
  const session = await openSession(origin, socket, signal);
  if (isUnanswered(session)) return session;
  try {
    return await send(made, session, options);
  } finally {
    // Of what was not answered no byte may arrive later on.
    session.destroy();
  }
};
