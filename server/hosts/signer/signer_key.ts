import { execFile } from 'child_process';
import { createHash, sign } from 'crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { promisify } from 'util';
import { pemOfKey, publicPemOf, signingKey, verificationKey } from '../../engine/policy/signature';

/** Where a signer has its key: it signs bytes with ECDSA over P-256 and SHA-256. */
export interface SignerKey {
  readonly keyId: string;
  /** SPKI, PEM. */
  readonly publicPem: string;
  /** @returns R and S, 32 bytes each */
  readonly sign: (input: string) => Promise<Uint8Array>;
}

/** A key in a file (PKCS #8, PEM) that only the signer's user can read. */
export const keyInFile = (path: string): SignerKey => {
  const key = signingKey(readFileSync(path, 'utf8'));
  return {
    keyId: key.keyId,
    publicPem: publicPemOf(key),
    sign: (input) =>
      Promise.resolve(sign('sha256', Buffer.from(input), { key: key.privateKey, dsaEncoding: 'ieee-p1363' })),
  };
};

/** A key that a PKCS #11 module keeps. */
export interface ModuleKey {
  /** Path of the module, a shared library. */
  readonly module: string;
  readonly token: string;
  readonly label: string;
  /** File with the PIN of the token. */
  readonly pinFile: string;
}

const run = promisify(execFile);
const TOOL = 'pkcs11-tool';
const ANSWER_MS = 10_000;
const PIN_VARIABLE = 'REFLEX_SIGNER_PIN';

const asked = async ({ module, token, label, pinFile }: ModuleKey, args: readonly string[]): Promise<void> => {
  const login = [
    '--module',
    module,
    '--token-label',
    token,
    '--label',
    label,
    '--login',
    '--pin',
    `env:${PIN_VARIABLE}`,
  ];
  const pin = readFileSync(pinFile, 'utf8').trim();
  try {
    await run(TOOL, [...login, ...args], { timeout: ANSWER_MS, env: { ...process.env, [PIN_VARIABLE]: pin } });
  } catch (cause) {
    const { code, stderr = '' } = cause as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT') throw new Error(`\`${TOOL}\` was not found; it is part of OpenSC`, { cause });
    const lines = stderr.trim().split('\n');
    const said = lines.find((line) => line.startsWith('error:')) ?? lines.slice(-1).join('');
    throw new Error(`${TOOL}: ${said === '' ? 'it gave no reason' : said}`, { cause });
  }
};

/** What a tool writes into a file, in a folder that is gone afterwards. */
const inFolder = async <Value>(work: (folder: string) => Promise<Value>): Promise<Value> => {
  const folder = mkdtempSync(join(tmpdir(), 'reflex-signer-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const publicKeyIn = (key: ModuleKey): Promise<string> =>
  inFolder(async (folder) => {
    const out = join(folder, 'public.der');
    await asked(key, ['--read-object', '--type', 'pubkey', '--output-file', out]);
    const der = readFileSync(out).toString('base64').replace(/.{64}/g, '$&\n');
    return `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`;
  });

/**
 * A key that never leaves a PKCS #11 module, such as an HSM, a YubiKey or SoftHSM, by OpenSC's `pkcs11-tool`.
 *
 * @throws Error if the module does not show the key
 */
export const keyInModule = async (key: ModuleKey): Promise<SignerKey> => {
  const { keyId, publicKey } = verificationKey(await publicKeyIn(key));
  let refused: string | undefined;
  return {
    keyId,
    publicPem: pemOfKey(publicKey),
    // `CKM_ECDSA` signs a digest: modules without a mechanism that hashes by itself have it too.
    sign: (input) =>
      inFolder(async (folder) => {
        if (refused !== undefined) throw new Error(`${refused}; mend the PIN, and start the signer again`);
        const [digest, out] = [join(folder, 'digest'), join(folder, 'signature')];
        writeFileSync(digest, createHash('sha256').update(input).digest());
        await asked(key, ['--sign', '--mechanism', 'ECDSA', '--input-file', digest, '--output-file', out]).catch(
          (cause: Error) => {
            // A module locks its token after a few wrong ones.
            if (cause.message.includes('CKR_PIN')) refused = cause.message;
            throw cause;
          },
        );
        return readFileSync(out);
      }),
  };
};
