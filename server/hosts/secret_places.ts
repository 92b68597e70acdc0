import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { present } from '../../common/present';
import { readSecretFile } from '../adapters/system/secret_file';
import type { Settings } from './settings';

/* Where the secrets of one host lie. Each is read anew whenever it is asked for. */

export type Places = Pick<Settings, 'secrets' | 'secretsFolder' | 'keystore'>;

/** One secret as it is at this moment, in a place of this host. */
export interface Placed {
  readonly from: 'file' | 'folder' | 'keystore' | 'environment' | 'nowhere';
  /** File, or variable of the environment. */
  readonly place?: string;
  readonly value?: string;
  readonly changedMs?: number;
  /** Why there is no value. */
  readonly why?: string;
  /** Who else may read it. */
  readonly loose?: string;
}

/** `edge-firewall` is `REFLEX_SECRET_EDGE_FIREWALL` in the environment. */
const variableOf = (name: string): string => `REFLEX_SECRET_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`;

/** Names of files that can be secrets: nothing hidden, and nothing that leads out of the folder. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

const inFile = (from: 'file' | 'folder', path: string): Placed => {
  const file = readSecretFile(path, { strict: from === 'folder' });
  return file.state === 'there'
    ? { from, place: path, value: file.value, changedMs: file.changedMs, ...present({ loose: file.loose }) }
    : { from, place: path, why: file.why };
};

/** A secret of this host: in the file that the settings name, the keystore, the folder, else the environment. */
export const placedSecret = (
  { secrets, secretsFolder, keystore = {} }: Places,
  env: NodeJS.ProcessEnv,
  name: string,
): Placed => {
  const named = secrets.find((secret) => secret.name === name);
  if (named !== undefined) return inFile('file', named.file);
  if (Object.hasOwn(keystore, name)) return { from: 'keystore', ...present({ value: keystore[name] }) };
  if (secretsFolder !== undefined && FILE_NAME.test(name)) {
    const path = join(secretsFolder, name);
    if (existsSync(path)) return inFile('folder', path);
  }
  const place = variableOf(name);
  const value = env[place];
  return value === undefined ? { from: 'nowhere', why: 'nothing names it' } : { from: 'environment', place, value };
};

/** Names of the secrets in a folder. */
export const namesInFolder = (folder: string | undefined): readonly string[] => {
  try {
    return folder === undefined ? [] : readdirSync(folder).filter((name) => FILE_NAME.test(name));
  } catch {
    return [];
  }
};
