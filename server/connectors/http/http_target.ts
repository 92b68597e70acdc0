import type { BaseUrl } from './base_url';
import type { Egress } from '../../../common/entity/egress';
import { cleanBody } from './clean_body';
import { connections } from './connections';
import { exchange, type Exchange, type HttpRequest } from './exchange';
import { oneLine, Redactor } from './redact';
import type { Lookup } from './resolve_host';
import type { TlsMaterial } from './tls_material';
import { withinLimit } from './within_limit';

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

  const sendUntil =
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

  return {
    within: (signal, call) => withinLimit(signal, totalMs, (limit) => call(sendUntil(limit))),
    shown: (text) => redactor.redact(oneLine(redactor.redact(text), LONGEST_TEXT)),
    hide: (secret) => redactor.hide(secret),
  };
};
