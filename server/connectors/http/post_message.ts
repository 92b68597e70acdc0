import { createHmac } from 'crypto';
import { present } from '../../../common/present';
import type { Answered, Method } from './exchange';
import { httpTarget, type HttpTargetOptions } from './http_target';
import { retryAfterMs } from './retry_after';
import { standardSignature } from './standard_webhooks';
import { whyUnanswered } from './unanswered';

/* Posts messages to whoever is told. They are reached like a connector's target: same addresses, same TLS. */

/** Certificates and secrets are asked for at each post. */
export interface PosterOptions extends Pick<
  HttpTargetOptions,
  'base' | 'allowAddresses' | 'tls' | 'lookup' | 'egress'
> {
  /** A header that proves who posts; its value is a secret. */
  readonly auth?: { readonly header: string; readonly prefix: string; readonly secret: string } | undefined;
  /** Secret of an HMAC-SHA256 over timestamp, dot and body, as Reflex' own webhooks take it. */
  readonly signing?: string | undefined;
  /** Secret of a signature as Standard Webhooks has it; needs the `id` of each message. */
  readonly standardSigning?: string | undefined;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
}

/** `refused`: it will never take this document; `failed`: it may take it later. */
export type Posted =
  | { readonly kind: 'told'; readonly answer: Answered }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs?: number };

export interface Message {
  /** The same each time that it is sent. */
  readonly id?: string;
  readonly method?: Method;
  /** Behind the path of the base, encoded; default none. */
  readonly path?: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const CONNECT_MS = 3_000;
const TOTAL_MS = 10_000;

/**
 * Answers about this one document (RFC 9110). Everything else may pass: a wrong token or path is mended by somebody,
 * 408, 409, 425, 429 and 5xx are about the moment.
 */
const ABOUT_THE_DOCUMENT: ReadonlySet<number> = new Set([400, 406, 411, 413, 415, 422, 431, 451]);

/** Makes what posts one message after the other; nothing is connected yet. */
export const messagePoster = (options: PosterOptions) => {
  const { auth, base, allowAddresses, lookup, egress, utc } = options;
  const target = httpTarget({
    base,
    allowAddresses,
    lookup,
    ...present({ egress }),
    get tls() {
      return options.tls;
    },
    connectMs: CONNECT_MS,
    totalMs: TOTAL_MS,
    secrets: [],
  });
  const hidden = (secret: string): string => {
    target.hide(secret);
    return secret;
  };
  const reflexSignature = (secret: string, body: string): Record<string, string> => {
    const timestamp = String(utc());
    const signature = createHmac('sha256', hidden(secret)).update(`${timestamp}.${body}`).digest('hex');
    return { 'x-reflex-timestamp': timestamp, 'x-reflex-signature': signature };
  };
  const headersOf = ({ body, headers, id = '' }: Message): Record<string, string> => {
    const { signing, standardSigning } = options;
    return {
      'content-type': 'application/json',
      ...headers,
      ...(auth === undefined ? {} : { [auth.header]: `${auth.prefix}${hidden(auth.secret)}` }),
      ...(signing === undefined ? {} : reflexSignature(signing, body)),
      ...(standardSigning === undefined ? {} : standardSignature(hidden(standardSigning), { id, utc: utc(), body })),
    };
  };

  return async (message: Message): Promise<Posted> => {
    const { method = 'POST', body } = message;
    const path = message.path ?? (options.base.path === '' ? '/' : '');
    const request = { method, path, headers: headersOf(message), body } as const;
    const answer = await target.within(new AbortController().signal, (send) => send(request));
    if (answer.kind !== 'answered') return { kind: 'failed', why: target.shown(whyUnanswered(answer)) };
    const { status, headers } = answer;
    if (status >= 200 && status < 300) return { kind: 'told', answer };
    const said = answer.body.text === '' ? '' : `: ${answer.body.text}`;
    const why = target.shown(`HTTP ${status}${said}`);
    if (ABOUT_THE_DOCUMENT.has(status)) return { kind: 'refused', why };
    const wait = retryAfterMs(headers.get('retry-after'), utc());
    return { kind: 'failed', why, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  };
};
