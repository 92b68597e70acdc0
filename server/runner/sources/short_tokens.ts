import { TOKEN_RIGHTS, type TokenRight } from '../../../common/api/contract';
import { list, number, oneOf, record, text } from '../../../common/codec/codecs';
import { decode } from '../../../common/codec/decode';
import { err, ok, type Result } from '../../../common/result';
import type { Sealing } from '../ports';
import { CLOCK_SKEW_MS } from '../session/session_times';

/*
 * Tokens that end soon. Each says itself whose it is, what it may and when it ends, under a mark (HMAC-SHA256) that
 * only hosts with the key can make; so every host checks it without asking anybody. What it says narrows its parent,
 * which is a token of the settings, and never adds to it.
 */

/** Begins each of them; they are known by it in texts, too. */
const PREFIX = 'rfx1.';
const FORM = /^rfx1\.([A-Za-z0-9_-]{1,2048})\.([A-Za-z0-9_-]{43})$/;

export const SHORTEST_TTL_S = 10;
export const DEFAULT_TTL_S = 600;
export const LONGEST_TTL_S = 3_600;

const seconds = number({ min: 0, max: 1e11, integer: true });

/** In short names: it travels with every request. */
const ClaimsOnWire = record(
  {
    /** Id of the key that marks it. */
    k: text({ min: 1, max: 64 }),
    /** Name of its parent, and a digest that tells which one of that name. */
    p: text({ min: 1, max: 128 }),
    d: text({ min: 64, max: 64 }),
    m: list(oneOf(TOKEN_RIGHTS), TOKEN_RIGHTS.length),
    /** Issued and ends, s since 1970. */
    i: seconds,
    e: seconds,
    /** Its own id, as the audit names it. */
    j: text({ min: 8, max: 64 }),
  },
  /** sha256 of the client certificate without which it is not taken. */
  { c: text({ min: 64, max: 64 }) },
);

type Claims = (typeof ClaimsOnWire)['_A'];

/** What a short-lived token says of itself. */
export interface ShortToken {
  readonly parent: string;
  /** Tells the parent from others that have had its name. */
  readonly parentDigest: string;
  readonly may: readonly TokenRight[];
  /** s since 1970. */
  readonly issued: number;
  readonly ends: number;
  readonly id: string;
  readonly certificate?: string;
}

/** True for what has the form of one, whoever made it: nobody else's login looks so. */
export const isShortToken = (token: string): boolean => token.startsWith(PREFIX);

/** @returns the token, or undefined where no key of this host can mark it */
export const shortToken = (sealing: Pick<Sealing, 'newest' | 'sign'>, said: ShortToken): string | undefined => {
  const key = sealing.newest();
  if (key === undefined) return undefined;
  const { parent, parentDigest, may, issued, ends, id, certificate } = said;
  const claims: Claims = {
    ...{ k: key, p: parent, d: parentDigest, m: [...may], i: issued, e: ends, j: id },
    ...(certificate === undefined ? {} : { c: certificate }),
  };
  const body = Buffer.from(JSON.stringify(claims), 'utf8').toString('base64url');
  const signed = sealing.sign(`${PREFIX}${body}`);
  // Where another key came in between, what it says of its key is wrong.
  return signed?.key === key ? `${PREFIX}${body}.${signed.mark}` : undefined;
};

const claimsIn = (body: string): Claims | undefined => {
  try {
    const decoded = decode(ClaimsOnWire, JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return decoded.ok ? decoded.value : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Reads one, if this fleet made it and it is its time.
 *
 * @param now UTC of this host, ms; a host whose clock is behind takes what another one just made, within the stated
 *   skew
 * @returns why it is not taken, in words that repeat nothing of it
 */
export const readShortToken = (
  sealing: Pick<Sealing, 'isSigned'>,
  token: string,
  now: number,
): Result<ShortToken, string> => {
  const [, body = '', mark = ''] = FORM.exec(token) ?? [];
  const claims = body === '' ? undefined : claimsIn(body);
  if (claims === undefined || !sealing.isSigned(`${PREFIX}${body}`, { key: claims.k, mark }))
    return err('this short-lived token was not made by this fleet, or this host has not the key that it was made with');
  const { p: parent, d: parentDigest, m: may, i: issued, e: ends, j: id, c: certificate } = claims;
  if (ends - issued > LONGEST_TTL_S) return err('this short-lived token would last too long');
  if (issued * 1_000 > now + CLOCK_SKEW_MS) return err('this short-lived token was made later than it is now here');
  if (ends * 1_000 <= now) return err('this short-lived token is expired');
  return ok({
    ...{ parent, parentDigest, may, issued, ends, id },
    ...(certificate === undefined ? {} : { certificate }),
  });
};
