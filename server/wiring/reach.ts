import { readFileSync } from 'fs';
import { present } from '../../common/present';
import type { TlsSettings } from '../hosts/settings/reach';

/* What brokers and receivers are reached with, from the settings. A missing secret or file is named, never guessed. */

export type Secret = (name: string) => string;

/** @throws Error that names the secret, if it is not there */
export const needed =
  (secret: (name: string) => string | undefined): Secret =>
  (name) => {
    const value = secret(name);
    if (value === undefined || value === '') throw new Error(`the secret \`${name}\` is not there`);
    return value;
  };

const fileOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`the file \`${path}\` cannot be read`);
  }
};

/** PEM texts. */
interface TlsTexts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** @throws Error if a file or a secret is not there */
export const tlsTexts = (tls: TlsSettings, secret: Secret): TlsTexts =>
  present({
    ca: tls.ca === undefined ? undefined : fileOf(tls.ca),
    cert: tls.cert === undefined ? undefined : fileOf(tls.cert),
    key: tls.key_secret === undefined ? undefined : secret(tls.key_secret),
    serverName: tls.server_name,
  });

export const tlsOf = (tls: TlsSettings | undefined, secret: Secret): { tls?: TlsTexts } =>
  tls === undefined ? {} : { tls: tlsTexts(tls, secret) };
