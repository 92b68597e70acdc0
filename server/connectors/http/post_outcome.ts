import { createHmac } from 'crypto';
import { present } from '../../../common/present';
import { httpTarget, type HttpTargetOptions } from './http_target';
import { retryAfterMs } from './retry_after';
import { whyUnanswered } from './unanswered';

/* Posts what became of a report. Whoever gets it is reached like a connector's target: same addresses, same TLS. */

/** Certificates and secrets are asked for at each post. */
interface PosterOptions extends Pick<HttpTargetOptions, 'base' | 'allowAddresses' | 'tls' | 'lookup' | 'egress'> {
  /** A header that proves who posts; its value is a secret. */
  readonly auth?: { readonly header: string; readonly prefix: string; readonly secret: string } | undefined;
  /** Secret of an HMAC-SHA256 over timestamp, dot and body, as Reflex' own webhooks take it. */
  readonly signing?: string | undefined;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
}

/** `refused`: it will never take this document; `failed`: it may take it later. */
export type Posted =
  | { readonly kind: 'told' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string; readonly retryAfterMs?: number };

const CONNECT_MS = 3_000;
const TOTAL_MS = 10_000;

/**
 * Answers about this one document (RFC 9110). Everything else may pass: a wrong token or path is mended by somebody,
 * 408, 409, 425, 429 and 5xx are about the moment.
 */
const ABOUT_THE_DOCUMENT: ReadonlySet<number> = new Set([400, 406, 411, 413, 415, 422, 431, 451]);

/** Makes what posts one body after the other; nothing is connected yet. */
export const outcomePoster = (options: PosterOptions) => {
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
  const headersOf = (body: string, more: Readonly<Record<string, string>>): Record<string, string> => {
    const timestamp = String(utc());
    const { signing } = options;
    return {
      'content-type': 'application/json',
      ...more,
      ...(auth === undefined ? {} : { [auth.header]: `${auth.prefix}${hidden(auth.secret)}` }),
      ...(signing === undefined
        ? {}
        : {
            'x-reflex-timestamp': timestamp,
            'x-reflex-signature': createHmac('sha256', hidden(signing)).update(`${timestamp}.${body}`).digest('hex'),
          }),
    };
  };

  return async (body: string, more: Readonly<Record<string, string>>): Promise<Posted> => {
    const path = options.base.path === '' ? '/' : '';
    const request = { method: 'POST', path, headers: headersOf(body, more), body } as const;
    const answer = await target.within(new AbortController().signal, (send) => send(request));
    if (answer.kind !== 'answered') return { kind: 'failed', why: target.shown(whyUnanswered(answer)) };
    const { status, headers } = answer;
    if (status >= 200 && status < 300) return { kind: 'told' };
    const said = answer.body.text === '' ? '' : `: ${answer.body.text}`;
    const why = target.shown(`HTTP ${status}${said}`);
    if (ABOUT_THE_DOCUMENT.has(status)) return { kind: 'refused', why };
    const wait = retryAfterMs(headers.get('retry-after'), utc());
    return { kind: 'failed', why, ...(wait === undefined ? {} : { retryAfterMs: wait }) };
  };
};
