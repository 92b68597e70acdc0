import { createPrivateKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'crypto';
import { existsSync, mkdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { signCertificate } from '../../../../adapters/system/x509';
import { writeSecret } from './secret_file';

/*
 * The certificates of a secured node, made at its first start: an authority of its own, the node's, and the admin's,
 * with which its users and roles are kept. Keys are readable by who runs Reflex alone.
 */

const DAY_MS = 86_400_000;
const LASTS_MS = 10 * 365 * DAY_MS;
const RENEWED_BEFORE_MS = 30 * DAY_MS;

/** Subjects by which the node knows itself and who may do everything. */
export const NODE_NAME = 'reflex-node';
export const ADMIN_NAME = 'reflex-admin';
const AUTHORITY_NAME = 'reflex-authority';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Files of the certificates, in the data folder of the host. */
export interface Authority {
  readonly ca: string;
  readonly node: CertificateFiles;
  readonly admin: CertificateFiles;
}

const filesOf = (folder: string): Authority & { readonly caKey: string } => {
  const pair = (name: string): CertificateFiles => ({
    cert: join(folder, `${name}.pem`),
    key: join(folder, `${name}.key`),
  });
  return { ca: join(folder, 'ca.pem'), caKey: join(folder, 'ca.key'), node: pair('node'), admin: pair('admin') };
};

const isGood = ({ cert, key }: CertificateFiles, now: number): boolean => {
  try {
    const made = new X509Certificate(readFileSync(cert));
    const lasts = Date.parse(made.validTo) - RENEWED_BEFORE_MS > now;
    return lasts && made.checkPrivateKey(createPrivateKey(readFileSync(key)));
  } catch {
    return false;
  }
};

interface Signer {
  readonly name: string;
  readonly key: KeyObject;
}

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const certify = (files: CertificateFiles, name: string, signer: Signer, now: number): void => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = signCertificate({
    subject: { name, key: publicKey },
    signer,
    authority: false,
    names: name === NODE_NAME ? ['localhost', '127.0.0.1'] : [],
    period: [now - DAY_MS, now + LASTS_MS],
  });
  writeSecret(files.key, pemOf(privateKey));
  writeSecret(files.cert, cert);
};

const makeAll = (files: ReturnType<typeof filesOf>, now: number): void => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = { name: AUTHORITY_NAME, key: privateKey };
  const cert = signCertificate({
    subject: { name: AUTHORITY_NAME, key: publicKey },
    signer,
    authority: true,
    names: [],
    period: [now - DAY_MS, now + LASTS_MS],
  });
  writeSecret(files.caKey, pemOf(privateKey));
  certify(files.node, NODE_NAME, signer, now);
  certify(files.admin, ADMIN_NAME, signer, now);
  // Last: whoever finds it finds the others.
  writeSecret(files.ca, cert);
};

/**
 * The certificates; made anew, all of them, where one is missing or ends within 30 days.
 *
 * @param now ms since 1970
 */
export const authorityIn = (folder: string, now: number): Authority => {
  const { caKey, ...files } = filesOf(folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const isWhole = existsSync(files.ca) && isGood(files.node, now) && isGood(files.admin, now);
  if (!isWhole) makeAll({ ...files, caKey }, now);
  return files;
};
