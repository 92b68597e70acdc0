import { sign, verify, type KeyObject } from 'crypto';
import { err, ok, type Result } from '../../../common/result';
import { fromBase64, isKeyName, keyObjectOf, type VerifierKey } from './verifier_key';

/* Signed notes of C2SP (c2sp.org/signed-note): a text, an empty line, and a line for each signature. */

/** Who signs notes. The private key never leaves this object. */
export interface NoteSigner {
  readonly verifier: VerifierKey;
  readonly privateKey: KeyObject;
}

interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

/** A note as it was read: believed by nobody yet. */
export interface Note {
  /** With its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const MOST_SIGNATURES = 100;
const MOST_CHARACTERS = 1_000_000;

const hasControls = (text: string): boolean => /[\u0000-\u0009\u000b-\u001f\ufffd]/u.test(text);

const lineOf = ({ name, keyId }: VerifierKey, signature: Uint8Array): string =>
  `— ${name} ${Buffer.concat([Buffer.from(keyId, 'hex'), signature]).toString('base64')}\n`;

/**
 * Signs a text.
 *
 * @throws Error if the text cannot be one of a note
 */
export const signNote = (text: string, signers: readonly NoteSigner[]): string => {
  if (!text.endsWith('\n') || hasControls(text)) throw new Error('this is no text of a note');
  const lines = signers.map(({ verifier, privateKey }) => lineOf(verifier, sign(null, Buffer.from(text), privateKey)));
  return `${text}\n${lines.join('')}`;
};

const signatureIn = (line: string): NoteSignature | undefined => {
  const [, name = '', data = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const bytes = fromBase64(data);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) return undefined;
  return { name, keyId: bytes.subarray(0, 4).toString('hex'), signature: bytes.subarray(4) };
};

/** Reads a note without believing it. The error is a sentence. */
export const parseNote = (whole: string): Result<Note, string> => {
  const end = whole.lastIndexOf('\n\n');
  if (whole.length > MOST_CHARACTERS || hasControls(whole) || end < 0 || !whole.endsWith('\n'))
    return err('this is no signed note');
  const lines = whole.slice(end + 2, -1).split('\n');
  const signatures = lines.flatMap((line) => signatureIn(line) ?? []);
  if (signatures.length !== lines.length || lines.length > MOST_SIGNATURES)
    return err('a line of a signature is malformed');
  return ok({ text: whole.slice(0, end + 1), signatures });
};

/**
 * Opens a note that one of these keys signed.
 *
 * @returns its text and who signed it; a sentence if nobody known did, or a known key's signature is wrong
 */
export const openNote = (
  whole: string,
  keys: readonly VerifierKey[],
): Result<{ readonly text: string; readonly by: readonly VerifierKey[] }, string> => {
  const read = parseNote(whole);
  if (!read.ok) return read;
  const { text, signatures } = read.value;
  const by: VerifierKey[] = [];
  for (const { name, keyId, signature } of signatures) {
    const key = keys.find((each) => each.name === name && each.keyId === keyId);
    if (key === undefined || by.includes(key)) continue;
    if (!verify(null, Buffer.from(text), keyObjectOf(key), signature))
      return err(`the signature of \`${name}\` does not fit the note`);
    by.push(key);
  }
  return by.length === 0 ? err('no key that is trusted here signed the note') : ok({ text, by });
};
