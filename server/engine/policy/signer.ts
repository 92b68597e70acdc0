import type { BundleFiles } from '../../../common/policy/bundle';
import type { FreshnessStatement } from '../../../common/policy/trust';
import { ok, type Result } from '../../../common/result';
import { MANIFEST, signedList, type SignedFile } from './bundle_files';
import { publicPemOf, signValue, type SignedType, type SigningKey } from './signature';

/*
 * Who signs releases: a key that this process holds, or a signer of its own. A signer gets what it can read, not a
 * digest, so that it judges by itself what it puts its name to.
 */

/** What is to be signed. */
export type SignRequest =
  | {
      readonly kind: 'bundle';
      /** The file that holds the statement, as bytes of JSON. */
      readonly manifest: Uint8Array;
      /** Every file of the bundle with its hash, the manifest among them. */
      readonly files: readonly SignedFile[];
    }
  | { readonly kind: 'freshness'; readonly statement: FreshnessStatement };

/** Why nothing was signed. */
export interface SignerFault {
  /** `signer_away` may be tried again; `signer_refused` is the signer's answer. */
  readonly code: 'signer_away' | 'signer_refused';
  readonly message: string;
}

/** A key that signs releases, wherever it is kept. */
export interface Signer {
  readonly keyId: string;
  /** SPKI, PEM. */
  readonly publicPem: string;
  /** The key itself, where this process holds it. */
  readonly held?: SigningKey;
  /** Of a signer elsewhere: why it does not answer now, or undefined if it does. */
  readonly whyAway?: () => Promise<string | undefined>;
  /** @returns a compact JWS */
  readonly sign: (request: SignRequest) => Promise<Result<string, SignerFault>>;
}

/** What a signature over a request says, and under which type. */
export const signedValue = (
  request: SignRequest,
  keyId: string,
): { readonly type: SignedType; readonly value: unknown } =>
  request.kind === 'bundle'
    ? { type: 'JWT', value: { files: request.files, keyid: keyId } }
    : { type: 'reflex-freshness', value: request.statement };

/** The request that a bundle's files be signed. */
export const bundleRequest = (files: BundleFiles): SignRequest => ({
  kind: 'bundle',
  manifest: files.get(MANIFEST) ?? new Uint8Array(),
  files: signedList(files),
});

/** A key of this process as a signer. */
export const heldSigner = (key: SigningKey): Signer => ({
  keyId: key.keyId,
  publicPem: publicPemOf(key),
  held: key,
  sign: (request) => {
    const { type, value } = signedValue(request, key.keyId);
    return Promise.resolve(ok(signValue(type, value, key)));
  },
});

/** Signatures of each of these, or why one gave none. */
export const signaturesBy = async (
  signers: readonly Signer[],
  request: SignRequest,
): Promise<Result<readonly string[], SignerFault>> => {
  const tokens: string[] = [];
  for (const signer of signers) {
    const token = await signer.sign(request);
    if (!token.ok) return token;
    tokens.push(token.value);
  }
  return ok(tokens);
};
