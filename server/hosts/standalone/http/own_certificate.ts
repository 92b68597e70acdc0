import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'fs';
import { isIP } from 'net';
import { join } from 'path';
import { signCertificate } from '../../../adapters/system/x509';

/* A certificate that the host makes for itself. Whoever calls it is given that file as the authority to trust. */

const OWNER_ONLY = 0o600;
const READABLE = 0o644;
/** It is trusted by itself, so that a new one has to be carried to every caller: long, ms. */
const LASTS_MS = 10 * 365 * 86_400_000;
/** Clocks of callers may be behind, ms. */
const BEFORE_MS = 86_400_000;
/** A new one is made so long before the end of the old one, ms. */
const RENEWED_BEFORE_MS = 30 * 86_400_000;

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Where a host keeps it, within its data folder. */
export const ownCertificateFiles = (dataFolder: string): CertificateFiles => ({
  cert: join(dataFolder, 'tls', 'own.crt'),
  key: join(dataFolder, 'tls', 'own.key'),
});

const isGoodFor = ({ cert, key }: CertificateFiles, names: readonly string[], now: number): boolean => {
  try {
    const made = new X509Certificate(readFileSync(cert));
    const isFor = (name: string): boolean =>
      (isIP(name) === 0 ? made.checkHost(name) : made.checkIP(name)) !== undefined;
    return (
      made.checkPrivateKey(createPrivateKey(readFileSync(key))) &&
      Date.parse(made.validTo) - RENEWED_BEFORE_MS > now &&
      names.every(isFor)
    );
  } catch {
    return false;
  }
};

const write = (file: string, text: string, mode: number): void => {
  writeFileSync(`${file}.new`, text, { mode });
  renameSync(`${file}.new`, file);
};

/**
 * The host's own certificate, made at the first start and whenever it is not good for a name any more.
 *
 * @param now ms since 1970
 * @returns its files, and whether they are new
 */
export const ownCertificate = (
  dataFolder: string,
  names: readonly string[],
  now: number,
): CertificateFiles & { readonly isNew: boolean } => {
  const files = ownCertificateFiles(dataFolder);
  if (existsSync(files.cert) && isGoodFor(files, names, now)) return { ...files, isNew: false };
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = signCertificate({
    subject: { name: 'Reflex', key: pair.publicKey },
    signer: { name: 'Reflex', key: pair.privateKey },
    authority: false,
    names,
    period: [now - BEFORE_MS, now + LASTS_MS],
  });
  mkdirSync(join(dataFolder, 'tls'), { recursive: true, mode: 0o700 });
  write(files.key, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), OWNER_ONLY);
  write(files.cert, cert, READABLE);
  return { ...files, isNew: true };
};
