import { randomBytes } from 'crypto';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';

const OWNER_ONLY = 0o600;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
};

/** The secret in the page's address; made at the first start and kept. */
export const keyIn = (folder: string): string => {
  const file = join(folder, 'key');
  const known = read(file);
  if (known.length >= 32) return known;
  const key = randomBytes(32).toString('base64url');
  writeFileSync(file, `${key}\n`, { mode: OWNER_ONLY });
  return key;
};
