import * as t from 'io-ts';
import { list, record } from '../../../common/codec/codecs';
import { decode, sentence } from '../../../common/codec/decode';
import type { BundleFiles } from '../../../common/policy/bundle';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import { ok, type Result } from '../../../common/result';
import { SIGNATURES, signedList } from './bundle_files';
import { claimedKeyId, fault, parseJson, signValue, type SigningKey } from './signature';

const SignatureDocument = record(
  { signatures: list(t.string, 1) },
  { cosignatures: list(t.string, 8), plugin: t.string },
);

/** The signatures that a bundle carries, OPA's first. Proves nothing. */
export const signaturesOf = (files: BundleFiles): Result<readonly string[], BundleFault> => {
  if (!files.has(SIGNATURES)) return fault('unsigned', 'the bundle has no signature');
  const document = decode(SignatureDocument, parseJson(files.get(SIGNATURES)));
  if (!document.ok) return fault('signature_malformed', `\`${SIGNATURES}\` is malformed: ${sentence(document.error)}`);
  const tokens = [...document.value.signatures, ...(document.value.cosignatures ?? [])];
  return tokens.length === 0 ? fault('unsigned', 'the bundle has no signature') : ok(tokens);
};

/**
 * Puts signatures into a bundle. OPA reads exactly one signature; those of further keys stand beside it under
 * `cosignatures`, which only Reflex reads.
 *
 * @param tokens the first is OPA's
 */
export const withSignatures = (files: BundleFiles, tokens: readonly string[]): BundleFiles => {
  const document = { signatures: tokens.slice(0, 1), cosignatures: tokens.slice(1) };
  return new Map([...files, [SIGNATURES, new TextEncoder().encode(JSON.stringify(document))]]);
};

/** The signature of one key over a bundle's files. */
export const bundleSignature = (files: BundleFiles, key: SigningKey): string =>
  signValue('JWT', { files: signedList(files), keyid: key.keyId }, key);

/**
 * Signs a bundle's files; what was signed before is gone.
 *
 * @param keys the first signs for OPA, all count for the threshold; must not be empty
 */
export const signBundle = (files: BundleFiles, keys: readonly SigningKey[]): BundleFiles => {
  if (keys.length === 0) throw new Error('a bundle is signed with at least one key');
  return withSignatures(
    files,
    keys.map((key) => bundleSignature(files, key)),
  );
};

/** Adds the signature of one more key; replaces an earlier one of the same key. */
export const addSignature = (files: BundleFiles, key: SigningKey): Result<BundleFiles, BundleFault> => {
  const before = files.has(SIGNATURES) ? signaturesOf(files) : ok([]);
  if (!before.ok) return before;
  const others = before.value.filter((token) => claimedKeyId(token) !== key.keyId);
  return ok(withSignatures(files, [...others, bundleSignature(files, key)]));
};
