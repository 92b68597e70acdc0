import type { Stopped } from '../../../common/flow/clearance';
import type { Limit } from '../../../common/policy/policy';
import type { LedgerTerms } from './ledger';
import { stop } from './stop';

/** What a refusing ledger means for the act. */
export const breachOf = (
  terms: LedgerTerms,
  onBreach: Limit['on_breach'],
  why: 'exceeded' | 'bundle_outdated' | 'forgotten',
): Stopped => {
  if (why === 'forgotten')
    return stop(
      terms.rate ? 'rate_limit' : 'blast_radius',
      'escalate',
      `limit \`${terms.limit}\` forgot what it had counted when the state was adopted; it counts again once its time has passed`,
      terms.limit,
    );
  if (why === 'bundle_outdated')
    return stop('policy_not_active', 'hold', 'another agent already works under a newer bundle', terms.limit);
  const what = terms.rate
    ? `${terms.most} in ${Math.round(terms.within_ms / 60_000)} min`
    : `${terms.most} of ${terms.population} in ${terms.scope}`;
  const code = terms.rate ? 'rate_limit' : 'blast_radius';
  return stop(code, onBreach, `limit \`${terms.limit}\` allows ${what}`, terms.limit);
};
