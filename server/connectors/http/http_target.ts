import type { Egress } from '../../../common/entity/egress';
import type { Result } from '../../../common/result';
import type { BaseUrl } from './base_url';
import { cleanBody } from './clean_body';
import { connections } from './connections';
import { exchange, type Exchange, type HttpRequest, type Unanswered } from './exchange';
import { oneLine, Redactor } from './redact';
import type { Lookup } from './resolve_host';
import type { TlsMaterial } from './tls_material';
import { withinLimit } from './within_limit';

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

export const httpTarget = (options: HttpTargetOptions): HttpTarget => {
  const { base, totalMs } = options;
  const redactor = new Redactor(options.secrets);
  const way = connections(options, (key) => redactor.hide(key));

  const sendOnce =
    (signal: AbortSignal): Send =>
    async (request, mayStart = () => true) => {
      const connect = await way.checked(signal);
      if (!connect.ok) return { kind: 'not_sent', ...connect.error, retryable: connect.error.code === 'connection' };
      const answer = await exchange(
        { ...request, path: `${base.path}${request.path}` },
        { origin: base.origin, connect: connect.value, mayStart, signal },
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
    within: (signal, call) => withinLimit(signal, totalMs, (limit) => call(sendUntil(limit))),
    shown: (text) => redactor.redact(oneLine(redactor.redact(text), LONGEST_TEXT)),
    hide: (secret) => redactor.hide(secret),
  };
};
