import { instant, number, record, text } from '../../../common/codec/codecs';
import { decode, sentence } from '../../../common/codec/decode';
import type { BundleFault } from '../../../common/policy/bundle_fault';
import type { FreshnessStatement } from '../../../common/policy/trust';
import { err, ok, type Result } from '../../../common/result';
import { checkSignature, fault, signValue, type SigningKey, type TrustRules } from './signature';

const Statement = record({
  version: number({ min: 1, max: 1_000_000_000, integer: true }),
  statement_digest: text({ min: 64, max: 64 }),
  issued_at: instant,
  not_after: instant,
});

/** Longest text of a signed freshness statement. */
const MOST_FRESHNESS = 4_096;

/** Whether a key may sign freshness here. */
export const signsFreshness = ({ freshnessKeys }: TrustRules, keyId: string): boolean =>
  freshnessKeys === undefined || freshnessKeys.includes(keyId);

export const signFreshness = (statement: FreshnessStatement, key: SigningKey): string =>
  signValue('reflex-freshness', statement, key);

/**
 * Checks a statement that a version is the newest. One designated key is enough: it can prolong what is in force, and
 * puts nothing else in force.
 */
export const verifyFreshness = (token: string, rules: TrustRules): Result<FreshnessStatement, BundleFault> => {
  if (token.length > MOST_FRESHNESS) return fault('too_large', 'a freshness statement is not that long');
  const checked = checkSignature('reflex-freshness', token, rules);
  if (checked.kind !== 'counts') return err(checked.fault);
  if (!signsFreshness(rules, checked.keyId))
    return fault('key_not_designated', `key \`${checked.keyId}\` does not sign freshness`);
  const statement = decode(Statement, checked.value);
  if (!statement.ok) return fault('statement_invalid', `the freshness statement: ${sentence(statement.error)}`);
  return (rules.now ?? Infinity) < Date.parse(statement.value.not_after)
    ? ok(statement.value)
    : fault('expired', `the freshness statement was valid until ${statement.value.not_after}`);
};
