import { createHash, createPublicKey, type KeyObject } from 'crypto';
import { err, ok, type Result } from '../../../common/result';

/* Keys of C2SP signed notes: `<name>+<key id>+<base64 of type and key>`. Only Ed25519 (type 1) is spoken here. */

const ED25519 = 1;
const KEY_BYTES = 32;
/** What stands before the raw key in its SPKI form (RFC 8410). */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Whose signatures are believed under a name. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of sha256 over name, newline, type and key; 8 hex digits. */
  readonly keyId: string;
  readonly publicKey: Uint8Array;
}

/** What a key may be called: no white space and no plus. */
export const isKeyName = (name: string): boolean => name !== '' && !/[\s+\p{Cc}\p{Z}]/u.test(name);

const keyIdOf = (name: string, publicKey: Uint8Array): string =>
  createHash('sha256').update(`${name}\n`).update(Uint8Array.of(ED25519)).update(publicKey).digest('hex').slice(0, 8);

/** The verifier of an Ed25519 key by its 32 bytes. */
export const verifierOf = (name: string, publicKey: Uint8Array): VerifierKey => ({
  name,
  keyId: keyIdOf(name, publicKey),
  publicKey,
});

/** The key as the standard writes it in one line. */
export const vkeyOf = ({ name, keyId, publicKey }: VerifierKey): string =>
  `${name}+${keyId}+${Buffer.concat([Uint8Array.of(ED25519), publicKey]).toString('base64')}`;

/** Base64 in its one spelling; undefined for anything else. */
export const fromBase64 = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
};

/** Reads a key as the standard writes it. The error is a sentence. */
export const parseVkey = (text: string): Result<VerifierKey, string> => {
  const [, name = '', keyId = '', key = ''] = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/.exec(text.trim()) ?? [];
  const bytes = fromBase64(key);
  if (!isKeyName(name) || bytes === undefined) return err('this is no verifier key: use `<name>+<key id>+<key>`');
  if (bytes[0] !== ED25519 || bytes.length !== KEY_BYTES + 1) return err(`\`${name}\` is no Ed25519 key`);
  const found = verifierOf(name, bytes.subarray(1));
  return found.keyId === keyId ? ok(found) : err(`the id \`${keyId}\` of \`${name}\` does not belong to its key`);
};

/** The key for Node's own verification. */
export const keyObjectOf = ({ publicKey }: VerifierKey): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' });

/** The 32 bytes of an Ed25519 key. */
export const rawPublicKeyOf = (key: KeyObject): Uint8Array => {
  const { x = '' } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  return Buffer.from(x, 'base64url');
};
