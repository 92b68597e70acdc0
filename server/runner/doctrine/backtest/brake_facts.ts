import type { BrakeFacts, Reported } from '../../../engine/learning/backtest/brake_trial';
import type { ScopeFacts } from '../../../engine/brakes/clear';
import { breachOf } from '../../../engine/brakes/breach';
import { keepTerms, membersReached } from '../../../engine/brakes/keep_roles';
import { ONE_INTAKE, oneSourceOnly, sourcesOf, startOfIntake } from '../../../engine/brakes/one_intake';
import type { CompiledPolicies } from '../../../engine/policy/compiled';
import { speakerOf } from '../../../../common/flow/intake';
import { loosenedBy } from '../../trust/loosened';
import { protectedByPolicies } from './protected_by';

const scopesAlone = (scopes: ScopeFacts): Pick<ScopeFacts, 'populationOf' | 'membersOf'> => ({
  populationOf: (of, scope) => scopes.populationOf(of, scope),
  membersOf: (role) => scopes.membersOf(role),
});

/**
 * What the brakes of a set of policies say of acts of history. What loosens the bound of one intake counts as approved.
 *
 * @param scopes who is who, and what has which task, as the inventory is today
 */
export const brakeFactsOf = (policies: CompiledPolicies, scopes: ScopeFacts): BrakeFacts => ({
  protectedBy: protectedByPolicies(policies, scopes),
  rolesReached: ({ action }, target, at) =>
    policies.keeps
      .filter(({ actions, expiresMs }) => actions.has(action) && expiresMs > at)
      .flatMap((rule) => {
        const members = membersReached(scopes.membersOf(rule.keep.of), target, scopes);
        if (members.length === 0) return [];
        // Nobody knows who could be reached then: everybody counts as seen.
        const terms = keepTerms(rule, { ...scopesAlone(scopes), unseenOf: () => [] }, policies.origin.version);
        const { text } = breachOf(terms, rule.keep.on_breach ?? 'escalate', 'exceeded');
        return [{ brake: rule.name, text, members, most: terms.most }];
      }),
  oneSource: ({ at, witnesses }, target) => {
    const sources = sourcesOf(witnesses, target);
    const stopped = oneSourceOnly(target, { critical: scopes.criticalOf(target), sources }, loosenedBy(policies, at));
    return stopped && { brake: ONE_INTAKE, text: stopped.text };
  },
  startsOf: ({ at, intake }: Reported) => {
    const speaker = speakerOf(intake);
    const { terms, onBreach } = startOfIntake(speaker, loosenedBy(policies, at), policies.origin.version);
    const { text } = breachOf(terms, onBreach, 'exceeded');
    return { brake: ONE_INTAKE, text, speaker, most: terms.most, withinMs: terms.within_ms };
  },
});
