import { present } from '../../common/present';
import { generateKeyPairSync } from 'crypto';
import { existsSync } from 'fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'fs/promises';
import { dirname, join } from 'path';
import {
  signingKey,
  verificationKey,
  type SigningKey,
  type TrustRules,
  type VerificationKey,
} from '../engine/policy/signature';
import { heldSigner, type Signer } from '../engine/policy/signer';
import { socketSigner } from '../hosts/signer/socket_signer';
import { ownKeyFile, trustedFolder } from '../hosts/key_files';
import type { SignerSetting, SigningSettings, TrustedKeySetting } from '../hosts/settings/signing';

/** Keys of this host: who may sign, and whose signatures are believed before a keyring says otherwise. */
export interface Keys {
  readonly signers: readonly Signer[];
  readonly trust: TrustRules;
}

/** Variable of the environment with a private key (PKCS #8, PEM); `\n` may stand for the ends of lines. */
export const KEY_VARIABLE = 'REFLEX_SIGNING_KEY';

const PRIVATE = 0o600;

/** The key that a host makes for itself at its first start, where nobody configured one. */
const ownKey = async (dataFolder: string): Promise<SigningKey> => {
  const path = ownKeyFile(dataFolder);
  if (!existsSync(path)) {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: PRIVATE, flag: 'wx' });
  }
  await chmod(path, PRIVATE);
  return signingKey(await readFile(path, 'utf8'));
};

/** A sentence about a key without anything of the key in it. */
const named = <Key>(what: string, read: () => Key): Key => {
  try {
    return read();
  } catch (cause) {
    throw new Error(`${what} cannot be used: ${(cause as Error).message}`, { cause });
  }
};

/** A keystore and the environment hold one line. */
const withLines = (pem: string): string => pem.replace(/\\n/g, '\n');

const configuredKey = async (
  { privateKeyFile, privateKey }: SigningSettings,
  env: NodeJS.ProcessEnv,
): Promise<SigningKey | undefined> => {
  if (privateKeyFile !== undefined) {
    const pem = await readFile(privateKeyFile, 'utf8').catch((cause: Error) => {
      throw new Error(`the signing key of \`signing.private_key_file\` cannot be read: ${cause.message}`, { cause });
    });
    return named('the key of `signing.private_key_file`', () => signingKey(pem));
  }
  if (privateKey !== undefined) return named('`signing.private_key`', () => signingKey(withLines(privateKey)));
  const variable = env[KEY_VARIABLE];
  return variable === undefined || variable === ''
    ? undefined
    : named(`the key in ${KEY_VARIABLE}`, () => signingKey(withLines(variable)));
};

/** The signer of its own that the settings name, with its key: what answers at the socket with another is not taken. */
const signerApart = async ({ socket, publicKeyFile }: SignerSetting): Promise<Signer> => {
  const pem = await readFile(publicKeyFile, 'utf8').catch((cause: Error) => {
    throw new Error(`\`signing.signer.public_key_file\` cannot be read: ${cause.message}`, { cause });
  });
  return named('the key of `signing.signer.public_key_file`', () => socketSigner(socket, verificationKey(pem)));
};

const trustedKey = async (key: TrustedKeySetting, index: number): Promise<VerificationKey> => {
  const what = `\`signing.keys.${index}\``;
  const { publicKey, publicKeyFile, notBefore, notAfter, revoked } = key;
  if ((publicKey === undefined) === (publicKeyFile === undefined))
    throw new Error(`${what} needs either \`public_key\` or \`public_key_file\``);
  const pem = publicKey ?? (await readFile(publicKeyFile ?? '', 'utf8'));
  return named(what, () =>
    verificationKey(withLines(pem), revoked, {
      ...present({
        notBefore: notBefore === undefined ? undefined : Date.parse(notBefore),
        notAfter: notAfter === undefined ? undefined : Date.parse(notAfter),
      }),
    }),
  );
};

/** Public keys that a person at this machine put into the data folder with `reflex keys trust`. */
const keysTrustedHere = async (dataFolder: string): Promise<readonly VerificationKey[]> => {
  const folder = trustedFolder(dataFolder);
  const names = existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.pem')).sort() : [];
  return Promise.all(
    names.map(async (name) => {
      const pem = await readFile(join(folder, name), 'utf8');
      return named(`the trusted key \`${name}\``, () => verificationKey(pem));
    }),
  );
};

/** Each key once; what is said of it in more than one place must all hold. */
const merged = (keys: readonly VerificationKey[]): readonly VerificationKey[] => {
  const byId = new Map<string, VerificationKey>();
  for (const key of keys) {
    const before = byId.get(key.keyId);
    byId.set(key.keyId, { ...before, ...key, revoked: key.revoked || (before?.revoked ?? false) });
  }
  return [...byId.values()];
};

/**
 * The keys by the settings: a private key where bundles are released here (from a file, from the settings, which a
 * keystore may fill, or from the environment), or the signer that keeps it; public keys of all others that may release,
 * and those that a person trusted at this machine. Where nobody named any key the host makes one of its own and
 * believes only that.
 *
 * @throws Error with a clear sentence if a configured key cannot be read
 */
export const loadKeys = async (
  settings: SigningSettings,
  dataFolder: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Keys> => {
  const { publicKeys, keys, threshold, freshnessKeys } = settings;
  const configured = await configuredKey(settings, env);
  const trustedHere = await keysTrustedHere(dataFolder);
  const alone = publicKeys.length === 0 && keys.length === 0 && trustedHere.length === 0;
  if (settings.signer && configured)
    throw new Error(
      '`signing.signer` keeps the key that signs: take the private key out of the settings and environment',
    );
  const apart = settings.signer && (await signerApart(settings.signer));
  const held = apart ? undefined : (configured ?? (alone ? await ownKey(dataFolder) : undefined));
  const own = apart ?? (held && heldSigner(held));
  const special = await Promise.all(keys.map(trustedKey));
  const others = publicKeys.map((pem, index) =>
    named(`\`signing.public_keys.${index}\``, () => verificationKey(withLines(pem))),
  );
  const trusted = merged([...(own ? [verificationKey(own.publicPem)] : []), ...others, ...special, ...trustedHere]);
  if (trusted.length < threshold)
    throw new Error(`\`signing.threshold\` is ${threshold}, but only ${trusted.length} keys are trusted`);
  return {
    signers: own ? [own] : [],
    trust: { keys: trusted, threshold, ...present({ freshnessKeys }) },
  };
};
