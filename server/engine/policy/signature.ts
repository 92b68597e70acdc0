import { iso } from '../../../common/iso';
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'crypto';
import type { BundleFault, BundleFaultCode } from '../../../common/policy/bundle_fault';
import { err, ok, type Result } from '../../../common/result';

/*
 * Signatures are compact JWS (RFC 7515) with ES256: the one algorithm here, whatever a header says. The type in the
 * header says what was signed, so that a signature over one thing is none over another.
 */

/** `JWT` is a bundle, as Open Policy Agent writes it. */
export type SignedType = 'JWT' | 'reflex-freshness' | 'reflex-keyring';

/** A key that signs: ECDSA over P-256 (JWS ES256), the strongest that OPA verifies without extensions. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/** A key whose signatures are believed. Times in ms of UTC. */
export interface VerificationKey {
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly revoked: boolean;
  /** Default: always. */
  readonly notBefore?: number;
  readonly notAfter?: number;
}

export interface TrustRules {
  readonly keys: readonly VerificationKey[];
  /** How many different keys must have signed. */
  readonly threshold: number;
  /** UTC ms. Without it nothing that is bound to a time is believed. */
  readonly now?: number;
  /** Ids of the keys that sign freshness; default all. */
  readonly freshnessKeys?: readonly string[];
}

export const fault = (code: BundleFaultCode, message: string): Result<never, BundleFault> => err({ code, message });

/** Name of a key: the first 16 hex digits of the sha256 of its public part (SPKI, DER). */
const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

const mustBeP256 = (key: KeyObject, what: string): void => {
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error(`a ${what} key must be an EC key on P-256`);
};

/** Reads a private key (PKCS #8, PEM). Throws if it is none, or not on P-256. */
export const signingKey = (pem: string): SigningKey => {
  const privateKey = createPrivateKey(pem);
  mustBeP256(privateKey, 'signing');
  return { keyId: keyIdOf(createPublicKey(privateKey)), privateKey };
};

/** Reads a public key (SPKI, PEM). Throws if it is none, or not on P-256. */
export const verificationKey = (
  pem: string,
  revoked = false,
  window: Pick<VerificationKey, 'notBefore' | 'notAfter'> = {},
): VerificationKey => {
  const publicKey = createPublicKey(pem);
  mustBeP256(publicKey, 'public');
  return { keyId: keyIdOf(publicKey), publicKey, revoked, ...window };
};

/** A public key as SPKI, PEM. */
export const pemOfKey = (publicKey: KeyObject): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** The public part (SPKI, PEM) of a key. */
export const publicPemOf = ({ privateKey }: SigningKey): string => pemOfKey(createPublicKey(privateKey));

const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');

/** The text that a signature is over (RFC 7515, section 5.1). */
export const signingInput = (type: SignedType, value: unknown, keyId: string): string => {
  const header = base64url(JSON.stringify({ alg: 'ES256', typ: type, kid: keyId }));
  return `${header}.${base64url(JSON.stringify(value))}`;
};

/** @param signature R and S, 32 bytes each (RFC 7518, section 3.4) */
export const tokenOf = (input: string, signature: Uint8Array): string => `${input}.${base64url(signature)}`;

/** Signs a value. */
export const signValue = (type: SignedType, value: unknown, { keyId, privateKey }: SigningKey): string => {
  const input = signingInput(type, value, keyId);
  return tokenOf(input, sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }));
};

/** Reads JSON in UTF-8; undefined if it is none. */
export const parseJson = (content: Uint8Array | undefined): unknown => {
  try {
    return content === undefined
      ? undefined
      : (JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(content)) as unknown);
  } catch {
    return undefined;
  }
};

/** Id of the key that a signature says it is by; undefined if it cannot be read. Proves nothing. */
export const claimedKeyId = (token: string): string | undefined => {
  const head = parseJson(Buffer.from(token.split('.')[0] ?? '', 'base64url')) as { kid?: unknown } | null | undefined;
  return typeof head?.kid === 'string' ? head.kid : undefined;
};

const keyFault = (key: VerificationKey, now: number | undefined): BundleFault | undefined => {
  const { keyId, revoked, notBefore, notAfter } = key;
  if (revoked) return { code: 'revoked_key', message: `key \`${keyId}\` is revoked` };
  if (notBefore !== undefined && !((now ?? -Infinity) >= notBefore))
    return {
      code: 'key_not_yet_valid',
      message: `key \`${keyId}\` is valid only from ${iso(notBefore)}`,
    };
  if (notAfter !== undefined && !((now ?? Infinity) < notAfter))
    return {
      code: 'key_expired',
      message: `key \`${keyId}\` was valid only until ${iso(notAfter)}`,
    };
  return undefined;
};

/** What one signature comes to: it counts, its key does not count here, or it is wrong whoever made it. */
export type Checked =
  | { readonly kind: 'counts'; readonly keyId: string; readonly value: unknown }
  | { readonly kind: 'does_not_count'; readonly keyId: string; readonly fault: BundleFault }
  | { readonly kind: 'wrong'; readonly fault: BundleFault };

const wrong = (code: BundleFaultCode, message: string): Checked => ({ kind: 'wrong', fault: { code, message } });

/** Checks one signature. The algorithm is not asked of the header: it is ES256, or the signature is refused. */
export const checkSignature = (
  type: SignedType,
  token: string,
  { keys, now }: Pick<TrustRules, 'keys' | 'now'>,
): Checked => {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  const head = parseJson(Buffer.from(header, 'base64url')) as { alg?: unknown; kid?: unknown; typ?: unknown } | null;
  if (!head || rest.length > 0 || typeof head.kid !== 'string' || payload === '')
    return wrong('signature_malformed', 'a signature is not a JWS with a key id');
  if (head.alg !== 'ES256')
    return wrong('wrong_algorithm', `a signature names the algorithm \`${String(head.alg).slice(0, 32)}\`, not ES256`);
  // OPA leaves the type away or writes `JWT`.
  if ((head.typ ?? 'JWT') !== type)
    return wrong('signature_malformed', `a signature is over something else: \`${String(head.typ).slice(0, 32)}\``);
  const key = keys.find((each) => each.keyId === head.kid);
  if (!key) {
    const message = `key \`${head.kid.slice(0, 64)}\` is not trusted here`;
    return { kind: 'does_not_count', keyId: head.kid, fault: { code: 'unknown_key', message } };
  }
  const valid = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    { key: key.publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!valid) return wrong('bad_signature', `the signature by key \`${head.kid}\` does not fit`);
  const problem = keyFault(key, now);
  return problem
    ? { kind: 'does_not_count', keyId: key.keyId, fault: problem }
    : { kind: 'counts', keyId: key.keyId, value: parseJson(Buffer.from(payload, 'base64url')) };
};

/**
 * Checks signatures up to a threshold of different keys. A key that is not trusted (any more, or yet) does not count,
 * so that a set signed by an old and by a new key serves both sides of a rotation; a signature that does not fit, and
 * one key twice, are never an accident and refuse the whole.
 *
 * @param accepts judges what each signature that counts was over
 * @returns ids of the keys that count
 */
export const checkSignatures = (
  type: SignedType,
  tokens: readonly string[],
  rules: TrustRules,
  accepts: (value: unknown) => BundleFault | undefined,
): Result<readonly string[], BundleFault> => {
  const seen = new Set<string>();
  const counted: string[] = [];
  let first: BundleFault | undefined;
  for (const token of tokens) {
    const checked = checkSignature(type, token, rules);
    if (checked.kind === 'wrong') return err(checked.fault);
    if (seen.has(checked.keyId))
      return fault('duplicate_signature', `key \`${checked.keyId.slice(0, 64)}\` signed twice; one key is one voice`);
    seen.add(checked.keyId);
    if (checked.kind === 'does_not_count') {
      first ??= checked.fault;
      continue;
    }
    const problem = accepts(checked.value);
    if (problem) return err(problem);
    counted.push(checked.keyId);
  }
  if (counted.length >= rules.threshold && counted.length > 0) return ok(counted);
  if (counted.length === 0 && first) return err(first);
  const why = first ? `; ${first.message}` : '';
  return fault('threshold_not_met', `${counted.length} of ${rules.threshold} required signatures are there${why}`);
};
