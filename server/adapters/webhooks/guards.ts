import { createHash, createHmac, timingSafeEqual } from 'crypto';
import { err, ok } from '../../../common/result';
import type { GuardedRequest, SignatureAlgorithm, WebhookGuard } from '../../runner/ports';
import { isPinned, type CertificatePin } from '../../runner/ports/client_certificate';
import { SeenSignatures } from './seen_signatures';

/*
 * Who a webhook's request comes from: a token, or a signature over its time and its body. Everything secret is compared
 * as digests of one length in constant time.
 */

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

const PASSED = { letGo: (): void => undefined };

/** The token in `Authorization`: as a bearer, or as the password of Basic, whoever the user is. */
const tokenInHeader = (authorization: string): string | undefined => {
  const [, scheme = '', given = ''] = /^(bearer|basic) +(.+)$/i.exec(authorization.trim()) ?? [];
  if (scheme === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return given.trim();
  const pair = Buffer.from(given, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon < 0 ? undefined : pair.slice(colon + 1);
};

/**
 * @param digest sha256 of the token, hex
 * @param inPath the token may also stand at the end of the address, for senders that cannot set a header
 */
export const tokenGuard = (digest: string, { inPath = false } = {}): WebhookGuard => {
  const wanted = Buffer.from(digest, 'hex');
  return {
    check: ({ header, pathToken }) => {
      // INVARIANT: where the settings do not allow it, a token in the address is worth nothing, though it be right.
      if (pathToken !== undefined && !inPath) return err('wrong');
      const token = pathToken ?? tokenInHeader(header('authorization') ?? '');
      if (token === undefined) return err('missing');
      return timingSafeEqual(sha256(token), wanted) ? ok(PASSED) : err('wrong');
    },
  };
};

/**
 * A guard whose requests must also come with one certificate. Only whoever passes the guard itself is told that it is
 * missing, and such a request may come again.
 */
export const certificateGuard = (pin: CertificatePin, guard: WebhookGuard): WebhookGuard => ({
  check: (request) => {
    const passed = guard.check(request);
    if (!passed.ok || isPinned(pin, request.certificate, request.now)) return passed;
    passed.value.letGo();
    return err('certificate');
  },
});

/** An HMAC of the body as it came. */
export interface SignedBody {
  readonly secret: string;
  readonly algorithm: SignatureAlgorithm;
  /** Header of the signature, in lower case. */
  readonly header: string;
  /** In front of the signature, such as `sha256=`. */
  readonly prefix: string;
  readonly encoding: 'hex' | 'base64';
}

/** An HMAC over the timestamp, a dot, and the body as it came. */
export interface SignatureRules extends SignedBody {
  /** In lower case. */
  readonly timestampHeader: string;
  /** How far the timestamp may be from now, either way, ms. */
  readonly windowMs: number;
}

const FIRST_IN_MS = 1e11;

/** Seconds or milliseconds since 1970, or RFC 3339. */
const timeOf = (text: string): number => {
  if (/^\d{1,16}(\.\d{1,9})?$/.test(text)) return Number(text) < FIRST_IN_MS ? Number(text) * 1_000 : Number(text);
  return /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : NaN;
};

const given = ({ header }: GuardedRequest, { header: name, prefix }: SignedBody): string | undefined => {
  const value = header(name)?.trim();
  return value?.startsWith(prefix) === true && value.length > prefix.length ? value.slice(prefix.length) : undefined;
};

const isSignature = (signature: string, expected: Buffer, { encoding }: SignedBody): boolean =>
  timingSafeEqual(sha256(Buffer.from(signature, encoding)), sha256(expected));

/**
 * For senders that sign no time (GitHub, Splunk Observability). The same body again passes: it names the same events,
 * so that it is a duplicate.
 */
export const bodySignatureGuard = (rules: SignedBody): WebhookGuard => ({
  check: (request) => {
    const signature = given(request, rules);
    if (signature === undefined || request.pathToken !== undefined) return err('missing');
    const expected = createHmac(rules.algorithm, rules.secret).update(request.body).digest();
    return isSignature(signature, expected, rules) ? ok(PASSED) : err('wrong');
  },
});

/** For senders that sign the time of the request as well: none passes twice. */
export const signatureGuard = (rules: SignatureRules): WebhookGuard => {
  // A timestamp may lie a window ahead and is good for a window after that.
  const seen = new SeenSignatures(2 * rules.windowMs);
  return {
    check: (request) => {
      const signature = given(request, rules);
      const timestamp = request.header(rules.timestampHeader)?.trim();
      if (signature === undefined || timestamp === undefined || timestamp === '' || request.pathToken !== undefined)
        return err('missing');
      const expected = createHmac(rules.algorithm, rules.secret).update(`${timestamp}.`).update(request.body).digest();
      if (!isSignature(signature, expected, rules)) return err('wrong');
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
