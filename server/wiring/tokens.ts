import { createHash, randomBytes, timingSafeEqual } from 'crypto';
import { existsSync } from 'fs';
import { readFile, writeFile } from 'fs/promises';
import { join } from 'path';
import type { Caller } from '../routes/bind';
import type { IntakeToken } from '../hosts/settings';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

export type TokenOwner = (token: string) => Promise<Caller | undefined>;

/**
 * Finds whose token it is: one of the settings, else one that is stored. Compares digests in constant time, so that
 * guessing learns nothing from the time taken.
 */
export const tokenOwners = (tokens: readonly IntakeToken[], stored: TokenOwner): TokenOwner => {
  const known = tokens.map(({ name, sha256: hex }) => ({ name, digest: Buffer.from(hex, 'hex') }));
  return async (token) => {
    const digest = sha256(token);
    const owner = known.filter(
      (each) => each.digest.length === digest.length && timingSafeEqual(each.digest, digest),
    )[0];
    return owner ? { name: owner.name, may: ['intake', 'ask'], singleUser: false } : stored(token);
  };
};

/** The token that a standalone host makes for itself, for trying out and for the command line. */
export const ownToken = async (
  dataFolder: string,
): Promise<{ readonly token: string; readonly entry: IntakeToken; readonly path: string }> => {
  const path = join(dataFolder, 'intake-token');
  if (!existsSync(path)) await writeFile(path, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  const token = (await readFile(path, 'utf8')).trim();
  return { token, path, entry: { name: 'local', sha256: sha256(token).toString('hex') } };
};
