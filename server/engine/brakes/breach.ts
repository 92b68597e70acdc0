import type { Stopped } from '../../../common/flow/clearance';
import type { Limit } from '../../../common/policy/policy';
import type { LedgerTerms } from './ledger';
import { ONE_INTAKE } from './one_intake';
import { stop } from './stop';

const codeOf = ({ rate, keeps }: LedgerTerms): Stopped['reason'] => {
  if (keeps !== undefined) return 'role_kept';
  return rate ? 'rate_limit' : 'blast_radius';
};

/** Nobody has counted yet what is contained of a role: until then nothing of it is taken away. */
export const notCounted = ({ limit, scope }: LedgerTerms): Stopped =>
  stop('role_kept', 'hold', `how many of \`${scope}\` are contained is still being counted`, limit);

const keptText = ({ limit, scope, population, most, unseen = [] }: LedgerTerms, keeps: number): string => {
  const may = most === 0 ? 'none' : `no more than ${most}`;
  const away = unseen.length === 0 ? '' : `, and ${unseen.length} of them cannot be reached now`;
  return `\`${limit}\` keeps ${keeps} of \`${scope}\` untouched, and there are ${population}: ${may} may be contained at once${away}`;
};

/** What a refusing ledger means for the act. */
export const breachOf = (
  terms: LedgerTerms,
  onBreach: Limit['on_breach'],
  why: 'exceeded' | 'bundle_outdated' | 'forgotten',
): Stopped => {
  if (why === 'forgotten')
    return stop(
      codeOf(terms),
      'escalate',
      `limit \`${terms.limit}\` forgot what it had counted when the state was adopted; it counts again once its time has passed`,
      terms.limit,
    );
  if (why === 'bundle_outdated')
    return stop('policy_not_active', 'hold', 'another agent already works under a newer bundle', terms.limit);
  if (terms.keeps !== undefined) return stop('role_kept', onBreach, keptText(terms, terms.keeps), terms.limit);
  if (terms.limit === ONE_INTAKE)
    return stop(
      'rate_limit',
      onBreach,
      `the events of \`${terms.scope}\` may start ${terms.most} acts in ${Math.round(terms.within_ms / 60_000)} min without a person, and have`,
      terms.limit,
    );
  const what = terms.rate
    ? `${terms.most} in ${Math.round(terms.within_ms / 60_000)} min`
    : `${terms.most} of ${terms.population} in ${terms.scope}`;
  return stop(codeOf(terms), onBreach, `limit \`${terms.limit}\` allows ${what}`, terms.limit);
};
