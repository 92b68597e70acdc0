import { createHash, timingSafeEqual } from 'crypto';
import type { SigningKey } from './signature';

const FORMS = ['pkcs8', 'sec1'] as const;

/** A key as its file may hold it: both forms of PEM, with the ends of lines that people's machines write. */
const filesOf = ({ privateKey }: SigningKey): readonly string[] =>
  FORMS.map((type) => privateKey.export({ type, format: 'pem' }).toString()).flatMap((pem) =>
    [pem, pem.trimEnd()].flatMap((text) => [text, text.replace(/\n/g, '\r\n')]),
  );

/**
 * Whether somebody has the file of a key, by the sha256 of that file. Nothing of the key is told: what is not known
 * cannot be guessed from the answer.
 *
 * @param digest in hexadecimal digits
 */
export const isFileOfKey = (key: SigningKey, digest: string): boolean => {
  const told = Buffer.from(digest.toLowerCase(), 'hex');
  return filesOf(key).some((text) => {
    const own = createHash('sha256').update(text).digest();
    return own.length === told.length && timingSafeEqual(own, told);
  });
};
