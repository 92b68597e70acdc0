import type * as t from 'io-ts';
import { oneOf, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';

/* How a broker or a receiver is reached. Secrets are named, never written here. */

const path = text({ min: 1, max: 4096 });
export const secret = text({ min: 1, max: 128 });
export const hostAndPort = text({
  min: 3,
  max: 300,
  pattern: /^[^\s/@]+:\d{1,5}$/,
  patternName: 'such as `kafka.example:9092`',
});

export const Tls = record({}, { ca: path, cert: path, key_secret: secret, server_name: text({ min: 1, max: 253 }) });
export type TlsSettings = t.TypeOf<typeof Tls>;

export const Sasl = record({
  mechanism: oneOf(['plain', 'scram-sha-256', 'scram-sha-512']),
  username: text({ min: 1, max: 256 }),
  password_secret: secret,
});

export type SaslSettings = t.TypeOf<typeof Sasl>;

export const tlsFaults = (place: string, tls: TlsSettings | undefined): readonly BadField[] =>
  (tls?.cert === undefined) === (tls?.key_secret === undefined)
    ? []
    : [{ path: `${place}.tls`, message: 'a certificate needs `cert` and `key_secret`, both' }];
