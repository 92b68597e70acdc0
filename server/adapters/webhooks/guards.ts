import { createHash, createHmac, timingSafeEqual } from 'crypto';
import { err, ok } from '../../../common/result';
import type { GuardedRequest, WebhookGuard } from '../../runner/ports';
import { SeenSignatures } from './seen_signatures';

/*
 * Who a webhook's request comes from: a token, or a signature over its time and its body. Everything secret is compared
 * as digests of one length in constant time.
 */

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** @param digest sha256 of the token, hex */
export const tokenGuard = (digest: string): WebhookGuard => {
  const wanted = Buffer.from(digest, 'hex');
  return {
    check: ({ header }) => {
      const [, token] = /^bearer (.+)$/i.exec(header('authorization') ?? '') ?? [];
      if (token === undefined) return err('missing');
      return timingSafeEqual(sha256(token.trim()), wanted) ? ok({ letGo: () => undefined }) : err('wrong');
    },
  };
};

/** HMAC-SHA256 over the timestamp, a dot, and the body as it came. */
export interface SignatureRules {
  readonly secret: string;
  /** Headers, in lower case. */
  readonly header: string;
  readonly timestampHeader: string;
  /** In front of the signature, such as `sha256=`. */
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64';
  /** How far the timestamp may be from now, either way, ms. */
  readonly windowMs: number;
}

const FIRST_IN_MS = 1e11;

/** Seconds or milliseconds since 1970, or RFC 3339. */
const timeOf = (text: string): number => {
  if (/^\d{1,16}(\.\d{1,9})?$/.test(text)) return Number(text) < FIRST_IN_MS ? Number(text) * 1_000 : Number(text);
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : NaN;
};

const given = ({ header }: GuardedRequest, { header: name, prefix }: SignatureRules): string | undefined => {
  const value = header(name)?.trim();
  return value?.startsWith(prefix) === true && value.length > prefix.length ? value.slice(prefix.length) : undefined;
};

export const signatureGuard = (rules: SignatureRules): WebhookGuard => {
  // A timestamp may lie a window ahead and is good for a window after that.
  const seen = new SeenSignatures(2 * rules.windowMs);
  return {
    check: (request) => {
      const signature = given(request, rules);
      const timestamp = request.header(rules.timestampHeader)?.trim();
      if (signature === undefined || timestamp === undefined || timestamp === '') return err('missing');
      const expected = createHmac('sha256', rules.secret).update(`${timestamp}.`).update(request.body).digest();
      const claimed = Buffer.from(signature, rules.encoding);
      if (!timingSafeEqual(sha256(claimed), sha256(expected))) return err('wrong');
      // INVARIANT: from here on the request is the source's own; what is told of it, is told to the source.
      const at = timeOf(timestamp);
      if (!(Math.abs(request.now - at) <= rules.windowMs)) return err('old');
      const key = expected.toString('base64');
      switch (seen.remember(key, request.now)) {
        case 'seen':
          return err('replayed');
        case 'full':
          return err('busy');
        case 'new':
          return ok({ letGo: () => seen.forget(key) });
      }
    },
  };
};
