import { foldWord } from '../../../common/words';
import type { IncomingHttpHeaders } from 'http';
import { Client, type buildConnector, type Dispatcher } from 'undici';
import { LARGEST_BODY, responseBody, type ResponseBody } from './response_body';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One request, ready to be written. */
export interface HttpRequest {
  readonly method: Method;
  /** Path and query, encoded; starts with `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The answer is a login's: it is read as it is, for it may bring a token that is hidden already. */
  readonly bringsSecret?: true;
}

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: ResponseBody;
}

/** A request without an answer, told apart by whether the target can have seen it. */
export type Unanswered =
  /** The permit lapsed before the first byte. */
  | { readonly kind: 'not_started' }
  /** Nothing of the request was written. */
  | { readonly kind: 'not_sent'; readonly code: string; readonly message: string; readonly retryable: boolean }
  /** Written, at least in part: it may have been applied. */
  | { readonly kind: 'no_answer'; readonly message: string };

export type Exchange = Answered | Unanswered;

interface ExchangeOptions {
  readonly origin: string;
  readonly connect: buildConnector.connector;
  /** Asked synchronously right before the first byte of the request is written. */
  readonly mayStart: () => boolean;
  /** When aborted, its reason is an `Error` that says why. */
  readonly signal: AbortSignal;
}

/** Errors of OpenSSL and Node that say that the other side is not who it should be. Trying again does not help. */
const NOT_TRUSTED =
  /^(CERT_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/;

/** True for the code of an error that says that nobody can be trusted there. */
export const isTrustFault = (code: string): boolean => NOT_TRUSTED.test(code);

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? error.name;

const notSent = (error: Error): Unanswered => {
  const code = codeOf(error);
  return isTrustFault(code)
    ? { kind: 'not_sent', code: 'tls', message: `no trusted connection: ${code}`, retryable: false }
    : { kind: 'not_sent', code: 'connection', message: `no connection: ${code}`, retryable: true };
};

const flat = (headers: IncomingHttpHeaders): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(headers).map(([name, value]) => [
      foldWord(name),
      Array.isArray(value) ? value.join(', ') : `${value ?? ''}`,
    ]),
  );

/**
 * Follows one request from its connection to its end. The stage it reached tells what a failure means: before
 * `onRequestStart` nothing was written, afterwards everything may have been.
 */
class Follower implements Dispatcher.DispatchHandler {
  readonly end: Promise<Exchange>;
  private readonly options: ExchangeOptions;
  private readonly finish: (exchange: Exchange) => void;
  private stage: 'connecting' | 'written' | 'answering' | 'done' = 'connecting';
  private status = 0;
  private headers: ReadonlyMap<string, string> = new Map();
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(options: ExchangeOptions) {
    this.options = options;
    let finish: (exchange: Exchange) => void = () => undefined;
    this.end = new Promise((resolve) => {
      finish = resolve;
    });
    this.finish = finish;
  }

  // INVARIANT (INV-6): undici calls this once the connection stands and writes the request in the same turn if it
  // returns without abort, so the permit is asked for when the first byte is due and not before connecting.
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { mayStart, signal } = this.options;
    if (this.stage !== 'connecting' || signal.aborted) {
      controller.abort(new Error('too late to start'));
    } else if (mayStart()) {
      this.stage = 'written';
    } else {
      this.settle({ kind: 'not_started' });
      controller.abort(new Error('not permitted'));
    }
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.stage !== 'written') return;
    this.stage = 'answering';
    this.status = status;
    this.headers = flat(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size <= LARGEST_BODY) this.chunks.push(chunk);
    else this.answered('its body is larger than 1 MiB');
  }

  onResponseEnd(): void {
    this.answered(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  /** Ends it with what is known now. */
  fail(error: Error): void {
    switch (this.stage) {
      case 'connecting':
        return this.settle(
          this.options.signal.aborted
            ? { kind: 'not_sent', code: 'timeout', message: `not sent: ${error.message}`, retryable: true }
            : notSent(error),
        );
      case 'written':
        return this.settle({
          kind: 'no_answer',
          message: this.options.signal.aborted ? error.message : `the connection broke off: ${codeOf(error)}`,
        });
      case 'answering':
        return this.answered(`its body broke off: ${this.options.signal.aborted ? error.message : codeOf(error)}`);
      case 'done':
    }
  }

  private answered(cut: string | undefined): void {
    const { status, headers } = this;
    this.settle({ kind: 'answered', status, headers, body: responseBody(this.chunks, headers, cut) });
  }

  private settle(exchange: Exchange): void {
    this.stage = 'done';
    this.finish(exchange);
  }
}

/**
 * Sends one request over a connection of its own: no connection is used twice, so no request is ever written into one
 * that the target is just closing, and an answer cannot belong to another request. Redirects are answers like others.
 * Proxies of the environment are not used.
 */
export const exchange = async (request: HttpRequest, options: ExchangeOptions): Promise<Exchange> => {
  const { origin, connect, signal } = options;
  const client = new Client(origin, {
    connect,
    pipelining: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 32_768,
  });
  const follower = new Follower(options);
  const tooLate = (): void => follower.fail(signal.reason as Error);
  signal.addEventListener('abort', tooLate, { once: true });
  try {
    if (signal.aborted) tooLate();
    else client.dispatch({ ...request, body: request.body ?? null }, follower);
    return await follower.end;
  } finally {
    signal.removeEventListener('abort', tooLate);
    client.destroy(new Error('closed')).catch(() => undefined);
  }
};
