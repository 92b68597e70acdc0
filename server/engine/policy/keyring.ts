import { present } from '../../../common/present';
import * as t from 'io-ts';
import { instant, list, number, record, text } from '../../../common/codec/codecs';
import { decode, sentence } from '../../../common/codec/decode';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import type { KeyringStatement, SignedKeyring, TrustedKey } from '../../../common/policy/trust';
import { err, ok, type Result } from '../../../common/result';
import { digestOf } from '../digest/digest';
import {
  checkSignatures,
  claimedKeyId,
  fault,
  signValue,
  verificationKey,
  type SigningKey,
  type TrustRules,
  type VerificationKey,
} from './signature';

const Key = record(
  { public_key: text({ min: 1, max: 8_192 }) },
  { not_before: instant, not_after: instant, revoked: t.boolean },
);
const Statement = record(
  {
    version: number({ min: 1, max: 1_000_000, integer: true }),
    issued_at: instant,
    threshold: number({ min: 1, max: 8, integer: true }),
    keys: list(Key, 64),
  },
  { freshness_keys: list(text({ min: 16, max: 16 }), 64) },
);
const Signed = record({ statement: Statement, signatures: list(text({ min: 1, max: 4_096 }), 16) });
const Payload = t.type({ keyring: t.number, digest: t.string });

/** A trusted key as the settings or a keyring write it. Throws if it is no EC key on P-256. */
export const keyOf = ({ public_key, not_before, not_after, revoked = false }: TrustedKey): VerificationKey =>
  verificationKey(public_key, revoked, {
    ...present({
      notBefore: not_before === undefined ? undefined : Date.parse(not_before),
      notAfter: not_after === undefined ? undefined : Date.parse(not_after),
    }),
  });

/**
 * What a keyring makes of the rules.
 *
 * @param revoked ids of keys that were ever revoked: no later keyring brings one back
 */
export const rulesOf = (
  { threshold, keys, freshness_keys }: KeyringStatement,
  revoked: ReadonlySet<string>,
): TrustRules => ({
  threshold,
  keys: keys.map(keyOf).map((key) => (revoked.has(key.keyId) ? { ...key, revoked: true } : key)),
  ...present({ freshnessKeys: freshness_keys }),
});

const payloadOf = (statement: KeyringStatement): t.TypeOf<typeof Payload> => ({
  keyring: statement.version,
  digest: digestOf(statement),
});

/** Adds the signature of one more key; replaces an earlier one of the same key. */
export const signKeyring = ({ statement, signatures }: SignedKeyring, key: SigningKey): SignedKeyring => ({
  statement,
  signatures: [
    ...signatures.filter((token) => claimedKeyId(token) !== key.keyId),
    signValue('reflex-keyring', payloadOf(statement), key),
  ],
});

/** Reads a keyring, signed or still without signatures. Proves nothing. */
export const readKeyring = (value: unknown): Result<SignedKeyring, BundleFault> => {
  const read = decode(Signed, value);
  if (!read.ok) return fault('statement_invalid', `the keyring: ${sentence(read.error)}`);
  try {
    const ids = read.value.statement.keys.map((key) => keyOf(key).keyId);
    if (new Set(ids).size < ids.length) return fault('statement_invalid', 'the keyring names a key twice');
  } catch (cause) {
    return fault('statement_invalid', `the keyring holds something that is no key: ${(cause as Error).message}`);
  }
  return ok(read.value);
};

/**
 * Checks a keyring against the one before: version + 1, and signed up to the threshold of the keys that were trusted
 * and of those that will be (as a root of The Update Framework, section 5.3 of its specification).
 *
 * @param rules trusted until now; `version` 0 are the keys of the settings
 */
export const verifyKeyring = (
  keyring: SignedKeyring,
  version: number,
  rules: TrustRules,
): Result<KeyringStatement, BundleFault> => {
  const { statement, signatures } = keyring;
  if (statement.version <= version)
    return fault('version_rollback', `keyring ${statement.version} is not newer than keyring ${version}`);
  if (statement.version !== version + 1)
    return fault('version_gap', `keyring ${version + 1} is missing before ${statement.version}`);
  const expected = payloadOf(statement);
  const accepts = (value: unknown): BundleFault | undefined =>
    Payload.is(value) && value.keyring === expected.keyring && value.digest === expected.digest
      ? undefined
      : { code: 'digest_mismatch', message: 'a signature is over another keyring' };
  const revoked = new Set(rules.keys.filter((key) => key.revoked).map((key) => key.keyId));
  const next = rulesOf(statement, revoked);
  const { now } = rules;
  const before = checkSignatures('reflex-keyring', signatures, rules, accepts);
  if (!before.ok) return err({ ...before.error, message: `by the keys before: ${before.error.message}` });
  const after = checkSignatures('reflex-keyring', signatures, now === undefined ? next : { ...next, now }, accepts);
  if (!after.ok) return err({ ...after.error, message: `by its own keys: ${after.error.message}` });
  return ok(statement);
};
