import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'crypto';
import { existsSync } from 'fs';
import { chmod, mkdir, readFile } from 'fs/promises';
import { dirname } from 'path';
import { PRIVATE_FILE, replaceFile } from './durable_file';

/**
 * The key that signs checkpoints, which a host makes for itself at its first start. It signs nothing else.
 *
 * @throws Error with a clear sentence if the file holds no Ed25519 key
 */
export const auditKey = async (path: string): Promise<KeyObject> => {
  if (!existsSync(path)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ed25519');
    await replaceFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  }
  await chmod(path, PRIVATE_FILE);
  const key = createPrivateKey(await readFile(path, 'utf8'));
  if (key.asymmetricKeyType !== 'ed25519') throw new Error(`\`${path}\` holds no Ed25519 key; remove it for a new one`);
  return key;
};
