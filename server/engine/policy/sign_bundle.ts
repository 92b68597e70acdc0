import { createHash, createPrivateKey, createPublicKey, sign, type KeyObject } from 'crypto';
import type { BundleFiles } from '../../../common/policy/bundle';
import { SIGNATURES, signedList } from './bundle_files';

/** A key that signs bundles: ECDSA over P-256 (JWS ES256), the strongest that OPA verifies without extensions. */
export interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');

/** Name of a key: the first 16 hex digits of the sha256 of its public part (SPKI, DER). */
export const keyIdOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

/** Reads a private key (PKCS #8, PEM). Throws if it is none, or not on P-256. */
export const signingKey = (pem: string): SigningKey => {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== 'ec' || privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error('a signing key must be an EC key on P-256');
  }
  return { keyId: keyIdOf(createPublicKey(privateKey)), privateKey };
};

const tokenFor = (files: BundleFiles, { keyId, privateKey }: SigningKey): string => {
  const header = base64url(JSON.stringify({ alg: 'ES256', typ: 'JWT', kid: keyId }));
  const payload = base64url(JSON.stringify({ files: signedList(files), keyid: keyId }));
  const signature = sign('sha256', Buffer.from(`${header}.${payload}`), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${header}.${payload}.${base64url(signature)}`;
};

/**
 * Adds `.signatures.json` to a bundle's files. OPA reads exactly one signature; those of further keys stand beside it
 * under `cosignatures`, which only Reflex reads.
 *
 * @param keys the first signs for OPA, all count for the threshold; must not be empty
 */
export const signBundle = (files: BundleFiles, keys: readonly SigningKey[]): BundleFiles => {
  const [first, ...others] = keys;
  if (!first) throw new Error('a bundle is signed with at least one key');
  const document = { signatures: [tokenFor(files, first)], cosignatures: others.map((key) => tokenFor(files, key)) };
  return new Map([...files, [SIGNATURES, new TextEncoder().encode(JSON.stringify(document))]]);
};
