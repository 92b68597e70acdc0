import { generateKeyPairSync } from 'crypto';
import { existsSync } from 'fs';
import { chmod, mkdir, readFile, writeFile } from 'fs/promises';
import { join } from 'path';
import { signingKey, type SigningKey } from '../engine/policy/sign_bundle';
import { verificationKey, type TrustRules, type VerificationKey } from '../engine/policy/verify_bundle';
import type { Settings } from '../hosts/settings';
import { createPublicKey } from 'crypto';

/** Keys of this host: who may sign, and whose signatures are believed. */
export interface Keys {
  readonly signing: readonly SigningKey[];
  readonly trust: TrustRules;
}

const PRIVATE = 0o600;

const verificationOf = ({ privateKey }: SigningKey): VerificationKey =>
  verificationKey(createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString());

/** The key that a host makes for itself at its first start, where nobody configured one. */
const ownKey = async (dataFolder: string): Promise<SigningKey> => {
  const folder = join(dataFolder, 'keys');
  const path = join(folder, 'signing.pem');
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: PRIVATE, flag: 'wx' });
  }
  await chmod(path, PRIVATE);
  return signingKey(await readFile(path, 'utf8'));
};

/**
 * The keys by the settings: a private key where bundles are released here, public keys of all others that may
 * release. Without any setting the host makes a key of its own and believes only that.
 *
 * @throws Error with a clear sentence if a configured key cannot be read
 */
export const loadKeys = async (
  { privateKeyFile, publicKeys }: Settings['signing'],
  dataFolder: string,
): Promise<Keys> => {
  const configured = privateKeyFile === undefined ? undefined : signingKey(await readFile(privateKeyFile, 'utf8'));
  const own = configured ?? (publicKeys.length === 0 ? await ownKey(dataFolder) : undefined);
  const keys = [...publicKeys.map((pem) => verificationKey(pem)), ...(own ? [verificationOf(own)] : [])];
  return { signing: own ? [own] : [], trust: { keys, threshold: 1 } };
};
