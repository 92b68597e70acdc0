import { readFileSync, statSync, writeFileSync } from 'fs';
import { resolve } from 'path';
import type { BundleFiles } from '../../../../common/policy/bundle';
import type { BundleFault } from '../../../../common/policy/bundle_fault';
import type { Result } from '../../../../common/result';
import { bundleTarball } from '../../../adapters/opa/bundle_tarball';
import { signingKey, verificationKey, type SigningKey, type VerificationKey } from '../../../engine/policy/signature';
import { UsageError, type PolicyIo } from './command';

/* Bundles and keys as files. What they hold is judged by the commands; here it is only read and written. */

const MOST_BYTES = 64 * 1024 * 1024;

/** Where a private key may stand instead of a file; `\n` may stand for the ends of lines. */
export const KEY_VARIABLE = 'REFLEX_SIGNING_KEY';

/** @throws UsageError if it cannot be read */
export const readBytes = (path: string, { cwd }: PolicyIo): Buffer => {
  try {
    const whole = resolve(cwd, path);
    if (statSync(whole).size > MOST_BYTES) throw new UsageError(`\`${path}\` is larger than ${MOST_BYTES} bytes`);
    return readFileSync(whole);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`\`${path}\` cannot be read: ${(cause as Error).message}`);
  }
};

/** @throws UsageError if it cannot be written */
export const writeBytes = (path: string, bytes: Uint8Array | string, { cwd }: PolicyIo): void => {
  try {
    writeFileSync(resolve(cwd, path), bytes);
  } catch (cause) {
    throw new UsageError(`\`${path}\` cannot be written: ${(cause as Error).message}`);
  }
};

export const readBundle = (path: string, io: PolicyIo): Result<BundleFiles, BundleFault> =>
  bundleTarball.unpack(readBytes(path, io));

export const packBundle = (files: BundleFiles): Uint8Array => bundleTarball.pack(files);

const named = <Key>(what: string, read: () => Key): Key => {
  try {
    return read();
  } catch (cause) {
    throw new UsageError(`${what} is no key that can be used: ${(cause as Error).message}`);
  }
};

/**
 * The key to sign with: of the file, else of the environment.
 *
 * @throws UsageError if there is none
 */
export const keyToSignWith = (file: string | undefined, io: PolicyIo, env: NodeJS.ProcessEnv): SigningKey => {
  if (file !== undefined) return named(`\`${file}\``, () => signingKey(readBytes(file, io).toString('utf8')));
  const variable = env[KEY_VARIABLE];
  if (variable === undefined || variable === '')
    throw new UsageError(`name the private key with --key FILE, or put it into ${KEY_VARIABLE}`);
  return named(`the content of ${KEY_VARIABLE}`, () => signingKey(variable.replace(/\\n/g, '\n')));
};

/** @param list files of public keys (SPKI, PEM), separated by commas */
export const publicKeysIn = (list: string, io: PolicyIo, revoked = false): readonly VerificationKey[] =>
  pemsIn(list, io).map(({ file, pem }) => named(`\`${file}\``, () => verificationKey(pem, revoked)));

/** The files of a list, separated by commas, with their text. */
export const pemsIn = (list: string, io: PolicyIo): ReadonlyArray<{ readonly file: string; readonly pem: string }> =>
  list
    .split(',')
    .map((file) => file.trim())
    .filter((file) => file !== '')
    .map((file) => ({ file, pem: readBytes(file, io).toString('utf8') }));

/** @throws UsageError unless there is exactly one */
export const onePath = (paths: readonly string[], command: string, what: string): string => {
  const [path, ...more] = paths;
  if (path === undefined || more.length > 0) throw new UsageError(`\`reflex policies ${command}\` takes ${what}`);
  return path;
};

/** A whole number of an option, or its default. */
export const wholeNumber = (text: string | undefined, name: string, usual: number): number => {
  if (text === undefined) return usual;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`\`--${name} ${text}\` is no whole number above 0`);
  return Number(text);
};
