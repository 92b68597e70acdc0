import { present } from '../../../common/present';
import { buildConnector } from 'undici';
import { err, type Result } from '../../../common/result';
import type { BaseUrl } from './base_url';
import type { Egress } from '../../../common/entity/egress';
import { cleanBody } from './clean_body';
import { exchange, type Exchange, type HttpRequest, type Unanswered } from './exchange';
import { oneLine, Redactor } from './redact';
import { resolveHost, type Lookup, type NotResolved } from './resolve_host';
import { isSameTls, type TlsMaterial } from './tls_material';

/** Gets the access tokens that requests carry. */
export interface Bearer {
  /**
   * A token to use now, or why there is none; then nothing was sent to the target.
   *
   * @param refused the token that the target just refused: it is not given out again
   */
  readonly token: (signal: AbortSignal, refused?: string) => Promise<Result<string, Unanswered>>;
}

export interface HttpTargetOptions {
  readonly base: BaseUrl;
  readonly allowAddresses: readonly string[];
  /** Asked for at each connection. */
  readonly tls: TlsMaterial;
  /** Longest wait for a connection to one address, ms. */
  readonly connectMs: number;
  /** Longest time for all requests of one call together, ms. */
  readonly totalMs: number;
  /** Values that must not appear in any text. */
  readonly secrets: readonly string[];
  readonly lookup: Lookup;
  /** Default: everywhere. */
  readonly egress?: Egress;
  /** Missing: requests say by themselves who asks. */
  readonly bearer?: Bearer | undefined;
}

/** Sends one request of a call. Without `mayStart` it needs no permit: it only looks. */
export type Send = (request: HttpRequest, mayStart?: () => boolean) => Promise<Exchange>;

/** The one host that a connector talks to, with what it needs to do so. */
export interface HttpTarget {
  /** Runs one call: its requests share one time limit, and end with the caller's signal. */
  readonly within: <Value>(signal: AbortSignal, call: (send: Send) => Promise<Value>) => Promise<Value>;
  /** A text of the target as it may be shown: one line, cut, without secrets. */
  readonly shown: (text: string) => string;
  /** Keeps a secret that was learnt at run time, such as a token, out of shown texts too. */
  readonly hide: (secret: string) => void;
}

const LONGEST_TEXT = 240;

const tlsOptions = ({ ca, cert, key, serverName }: TlsMaterial): object => ({
  // Said outright, because an environment variable could turn the default off.
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
  ...present({ ca, cert, key, servername: serverName }),
});

/** The resolver cannot be told to stop, so its answer is not waited for once the time is over. */
const unlessAborted = <Value>(
  signal: AbortSignal,
  answer: Promise<Result<Value, NotResolved>>,
): Promise<Result<Value, NotResolved>> => {
  const tooLate = (): Result<Value, NotResolved> =>
    err({ code: 'connection', message: `not resolved: ${(signal.reason as Error).message}` });
  if (signal.aborted) return Promise.resolve(tooLate());
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(tooLate());
    signal.addEventListener('abort', stop, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
};

/** Connects to the resolved addresses, in order, while Host, SNI and certificate check keep the name of the URL. */
const pinnedTo = (addresses: readonly string[], connect: buildConnector.connector): buildConnector.connector => {
  const tryFrom = (
    index: number,
    options: Parameters<buildConnector.connector>[0],
    callback: Parameters<buildConnector.connector>[1],
  ): void =>
    void connect({ ...options, hostname: addresses[index] ?? '' }, (...[error, socket]) => {
      if (error === null) callback(null, socket);
      else if (index + 1 < addresses.length) tryFrom(index + 1, options, callback);
      else callback(error, null);
    });
  return (options, callback) => tryFrom(0, options, callback);
};

const portOf = ({ origin }: BaseUrl): number => {
  const { port, protocol } = new URL(origin);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
};

export const httpTarget = (options: HttpTargetOptions): HttpTarget => {
  const { base, allowAddresses, lookup, connectMs, totalMs } = options;
  const to = { host: base.hostname, port: portOf(base) };
  const allowed = { allowed: allowAddresses, egress: options.egress };
  const redactor = new Redactor(options.secrets);
  let made: { readonly tls: TlsMaterial; readonly connect: buildConnector.connector } | undefined;
  /** The same one as long as its certificates are: it keeps TLS sessions. */
  const connector = (): buildConnector.connector => {
    const { tls } = options;
    if (made !== undefined && isSameTls(made.tls, tls)) return made.connect;
    if (tls.key !== undefined) redactor.hide(tls.key);
    const connect = buildConnector({
      ...tlsOptions(tls),
      timeout: connectMs,
      allowH2: false,
      autoSelectFamily: false,
    });
    made = { tls, connect };
    return connect;
  };

  const sendOnce =
    (signal: AbortSignal): Send =>
    async (request, mayStart = () => true) => {
      const resolved = await unlessAborted(signal, resolveHost(to, allowed, lookup));
      if (!resolved.ok) return { kind: 'not_sent', ...resolved.error, retryable: resolved.error.code === 'connection' };
      const answer = await exchange(
        { ...request, path: `${base.path}${request.path}` },
        { origin: base.origin, connect: pinnedTo(resolved.value, connector()), mayStart, signal },
      );
      if (answer.kind !== 'answered' || request.bringsSecret === true) return answer;
      return { ...answer, body: cleanBody(answer.body, redactor) };
    };

  const withToken = (request: HttpRequest, token: string): HttpRequest => {
    redactor.hideToken(token);
    return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
  };

  const sendUntil = (signal: AbortSignal): Send => {
    const send = sendOnce(signal);
    const { bearer } = options;
    if (bearer === undefined) return send;
    return async (request, mayStart) => {
      const first = await bearer.token(signal);
      if (!first.ok) return first.error;
      const answer = await send(withToken(request, first.value), mayStart);
      if (answer.kind !== 'answered' || answer.status !== 401) return answer;
      // 401 says that nothing was done: the request may go once more, and its permit is asked for again.
      const next = await bearer.token(signal, first.value);
      if (!next.ok) return next.error;
      return next.value === first.value ? answer : send(withToken(request, next.value), mayStart);
    };
  };

  return {
    within: async (signal, call) => {
      const limit = new AbortController();
      const stop = (): void => limit.abort(new Error('the caller gave up'));
      const timer = setTimeout(() => limit.abort(new Error(`no answer within ${totalMs} ms`)), totalMs);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await call(sendUntil(limit.signal));
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      }
    },
    shown: (text) => redactor.redact(oneLine(redactor.redact(text), LONGEST_TEXT)),
    hide: (secret) => redactor.hide(secret),
  };
};
