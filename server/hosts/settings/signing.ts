import * as t from 'io-ts';
import { instant, list, number, oneOf, record, text } from '../../../common/codec/codecs';

/** A key whose signatures are believed, besides those of `public_keys`. */
export interface TrustedKeySetting {
  /** SPKI, PEM; or the file that holds it. */
  readonly publicKey?: string;
  readonly publicKeyFile?: string;
  /** UTC. */
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly revoked: boolean;
}

/** A process of its own that signs (`reflex signer`). */
export interface SignerSetting {
  /** Path of its Unix socket. */
  readonly socket: string;
  /** SPKI, PEM: the key that it signs with. */
  readonly publicKeyFile: string;
}

/** Who signs bundles, and whose bundles are believed. */
export interface SigningSettings {
  /** PKCS #8, PEM; only where bundles are released. */
  readonly privateKeyFile?: string;
  /** The key itself, for settings that come from a keystore. */
  readonly privateKey?: string;
  /** Signs in place of a key in this process. */
  readonly signer?: SignerSetting;
  /** SPKI, PEM: whose bundles are accepted. */
  readonly publicKeys: readonly string[];
  readonly keys: readonly TrustedKeySetting[];
  /** How many different keys must have signed. */
  readonly threshold: number;
  /** Ids of the keys that sign freshness; missing: all. */
  readonly freshnessKeys?: readonly string[];
  /** File with a freshness statement that was signed elsewhere. */
  readonly freshnessFile?: string;
  /** Hours for which a bundle is believed to be the newest after it was signed to be. */
  readonly maxAgeHours: number;
  readonly stale: 'alarm' | 'escalate';
}

const path = text({ min: 1, max: 4096 });
const pem = text({ min: 1, max: 8192 });

export const SigningFile = record(
  {},
  {
    private_key_file: path,
    private_key: pem,
    signer: record({ socket: path, public_key_file: path }),
    public_keys: list(pem, 64),
    keys: list(
      record(
        {},
        { public_key: pem, public_key_file: path, not_before: instant, not_after: instant, revoked: t.boolean },
      ),
      64,
    ),
    threshold: number({ min: 1, max: 8, integer: true }),
    freshness_keys: list(text({ min: 16, max: 16 }), 64),
    freshness_file: path,
    max_age_hours: number({ min: 1 / 60, max: 24 * 365 }),
    stale: oneOf(['alarm', 'escalate']),
  },
);

const DEFAULT_MAX_AGE_HOURS = 24;

const given = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [_ in Key]?: Value } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [_ in Key]?: Value };

/** The signing settings with their defaults. */
export const signingSettings = (file: t.TypeOf<typeof SigningFile> = {}): SigningSettings => ({
  ...given('privateKeyFile', file.private_key_file),
  ...given('privateKey', file.private_key),
  ...given('signer', file.signer && { socket: file.signer.socket, publicKeyFile: file.signer.public_key_file }),
  publicKeys: file.public_keys ?? [],
  keys: (file.keys ?? []).map((key) => ({
    ...given('publicKey', key.public_key),
    ...given('publicKeyFile', key.public_key_file),
    ...given('notBefore', key.not_before),
    ...given('notAfter', key.not_after),
    revoked: key.revoked ?? false,
  })),
  threshold: file.threshold ?? 1,
  ...given('freshnessKeys', file.freshness_keys),
  ...given('freshnessFile', file.freshness_file),
  maxAgeHours: file.max_age_hours ?? DEFAULT_MAX_AGE_HOURS,
  stale: file.stale ?? 'alarm',
});
