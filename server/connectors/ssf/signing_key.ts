import { createPrivateKey, createPublicKey, type KeyObject } from 'crypto';
import { err, ok, type Result } from '../../../common/result';
import { readSecret, type SecretRef, type Secrets } from '../connector';
import { joseLibrary } from './jose_library';

/** The private key that events are signed with. */
export interface SigningKey {
  readonly key: KeyObject;
  /** Algorithm of JWS (RFC 7518, RFC 8037). */
  readonly alg: 'ES256' | 'RS256' | 'EdDSA';
  /** As the keystore has it, so that it can be kept out of texts. */
  readonly pem: string;
}

/** Our public key as receivers fetch it (RFC 7517). */
export type PublicKey = Readonly<Record<string, string>>;

const SHORTEST_RSA = 2_048;

const privateKeyIn = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    // What OpenSSL says of it could quote it.
    return undefined;
  }
};

const algorithmOf = ({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): SigningKey['alg'] | undefined => {
  if (type === 'ec') return details?.namedCurve === 'prime256v1' ? 'ES256' : undefined;
  if (type === 'rsa') return (details?.modulusLength ?? 0) >= SHORTEST_RSA ? 'RS256' : undefined;
  return type === 'ed25519' ? 'EdDSA' : undefined;
};

/** The signing key out of the keystore, or why it is none. The message names the secret, never its value. */
export const readSigningKey = (ref: SecretRef, secrets: Secrets): Result<SigningKey, string> => {
  const pem = readSecret(ref, secrets);
  if (!pem.ok) return pem;
  const isPkcs8 = /^\s*-----BEGIN PRIVATE KEY-----/.test(pem.value);
  const key = isPkcs8 ? privateKeyIn(pem.value) : undefined;
  if (key === undefined) return err(`secret \`${ref.secret}\` is no unencrypted private key in PEM (PKCS #8)`);
  const alg = algorithmOf(key);
  return alg === undefined
    ? err(`secret \`${ref.secret}\` must be an RSA key of at least ${SHORTEST_RSA} bits, a P-256 or an Ed25519 key`)
    : ok({ key, alg, pem: pem.value });
};

/** The public half alone, with its id: `keyId`, or else its thumbprint (RFC 7638). */
export const publicKeyOf = async ({ key, alg }: SigningKey, keyId: string | undefined): Promise<PublicKey> => {
  const { kty = '', ...numbers } = createPublicKey(key).export({ format: 'jwk' }) as Readonly<Record<string, string>>;
  const bare = { kty, ...numbers };
  const kid = keyId ?? (await joseLibrary().calculateJwkThumbprint(bare));
  return { ...bare, kid, alg, use: 'sig' };
};
