import { readFileSync } from 'fs';
import { present } from '../../common/present';
import { err, ok, type Result } from '../../common/result';
import { renewed } from '../connectors/http/renewed';
import { isSameTls, isUsable, type TlsMaterial } from '../connectors/http/tls_material';
import type { SaslSettings, TlsSettings } from '../hosts/settings/reach';

/*
 * What brokers and receivers are reached with, from the settings. A missing secret or file is named, never guessed.
 * What changes while it is in use counts for the next connection.
 */

export type Secret = (name: string) => string;

/** @throws Error that names the secret, if it is not there */
export const needed =
  (secret: (name: string) => string | undefined): Secret =>
  (name) => {
    const value = secret(name);
    if (value === undefined || value === '') throw new Error(`the secret \`${name}\` is not there`);
    return value;
  };

const attempt = <Value>(read: () => Value): Result<Value, unknown> => {
  try {
    return ok(read());
  } catch (cause) {
    return err(cause);
  }
};

/**
 * What is read now and whenever it is asked for.
 *
 * @throws Error if it cannot be read now
 */
export const live = <Value>(read: () => Value): (() => Value) => renewed(read(), () => attempt(read));

const fileOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new Error(`the file \`${path}\` cannot be read`);
  }
};

const tlsTexts = (tls: TlsSettings, secret: Secret): TlsMaterial =>
  present({
    ca: tls.ca === undefined ? undefined : fileOf(tls.ca),
    cert: tls.cert === undefined ? undefined : fileOf(tls.cert),
    key: tls.key_secret === undefined ? undefined : secret(tls.key_secret),
    serverName: tls.server_name,
  });

/**
 * Certificates and key as they are at each connection. What does not fit together, as while one of two files is
 * replaced, does not take the place of what did.
 *
 * @throws Error if a file or a secret is not there now
 */
export const liveTls = (tls: TlsSettings, secret: Secret): (() => TlsMaterial) => {
  let last = tlsTexts(tls, secret);
  return live(() => {
    const now = tlsTexts(tls, secret);
    if (!isSameTls(now, last) && !isUsable(now)) throw new Error('certificate and key cannot be used');
    last = now;
    return now;
  });
};

interface Reach {
  readonly tls?: TlsSettings | undefined;
  readonly sasl?: SaslSettings | undefined;
}

/** How a Kafka cluster is reached, to be asked at each client. Throws like `liveTls`. */
export const kafkaReach = ({ tls, sasl }: Reach, secret: Secret) => {
  const material = tls && liveTls(tls, secret);
  const password = sasl && live(() => secret(sasl.password_secret));
  return {
    tls: () => material?.(),
    sasl: () => sasl && password && { mechanism: sasl.mechanism, username: sasl.username, password: password() },
  };
};
