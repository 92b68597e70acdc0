import { createHash, generateKeyPairSync } from 'crypto';
import { isFileOfKey } from './key_backup';
import { signingKey } from './signature';

const made = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const pemOf = (key: ReturnType<typeof made>, type: 'pkcs8' | 'sec1'): string =>
  key.export({ type, format: 'pem' }).toString();
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the backup of a key', () => {
  const mine = made();
  const key = signingKey(pemOf(mine, 'pkcs8'));

  it.each([
    ['as it was written', (pem: string) => pem],
    ['without the last end of line', (pem: string) => pem.trimEnd()],
    ['with the ends of lines of Windows', (pem: string) => pem.replace(/\n/g, '\r\n')],
  ])('is known %s, in both forms', (_, change) => {
    expect(isFileOfKey(key, digest(change(pemOf(mine, 'pkcs8'))))).toBe(true);
    expect(isFileOfKey(key, digest(change(pemOf(mine, 'sec1'))).toUpperCase())).toBe(true);
  });

  it('is not taken for that of another key, nor for anything shorter', () => {
    expect(isFileOfKey(key, digest(pemOf(made(), 'pkcs8')))).toBe(false);
    expect(isFileOfKey(key, digest(''))).toBe(false);
    expect(isFileOfKey(key, '')).toBe(false);
    expect(isFileOfKey(key, key.keyId)).toBe(false);
  });
});
