import type { EntityKey } from '../../../common/entity/entity';
import type { Act, Target } from '../../../common/flow/decision';
import type { Keep } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import type { Identities } from '../entity/identity';
import { knownTarget } from './judge_target';
import type { LedgerTerms } from './ledger';
import type { Member, Place, Reservation, Scopes } from './limit_places';
import { mostAway } from './population';
import { protectedBy } from './protection';

/*
 * Set-level brakes (INV-15): of everything with one task, such as all domain controllers, so many stay untouched.
 * Single acts that are each permitted share one ledger per task, so that together they cannot take the last one, with
 * any number of agents. It has no window: what is undone is there again.
 */

/** What a policy in force keeps untouched. */
export interface KeepRule {
  readonly name: string;
  readonly keep: Keep;
  /** Actions that take something away. */
  readonly actions: ReadonlySet<string>;
}

/**
 * Members that an act on a target takes away: by any of its names and addresses, by a network around it, by its
 * machine account. What may be a member counts as one.
 */
export const membersReached = (members: readonly Member[], target: Target, who: Identities): readonly EntityKey[] => {
  if (members.length === 0) return [];
  const { names, maybe } = knownTarget(target, who);
  const all = [...names, ...maybe];
  return members.filter(({ reachedBy }) => protectedBy(reachedBy, all) !== undefined).map(({ key }) => key);
};

type Limited = Pick<Act, 'action' | 'target'>;
type Facts = Pick<Scopes, 'membersOf' | 'populationOf' | 'unseenOf'> & Identities;
type RoleFacts = Omit<Facts, keyof Identities>;

/** Members who are away without an act: those whom nobody reaches, where the policy wants that to be looked at. */
export const unseenMembers = (
  { of, also }: Keep,
  facts: Pick<Scopes, 'membersOf' | 'unseenOf'>,
): readonly EntityKey[] | undefined =>
  also === undefined ? undefined : (facts.unseenOf?.(of, also) ?? facts.membersOf(of).map(({ key }) => key));

/** How many of a role may be away at once, as a ledger is met with it. */
export const keepTerms = ({ name, keep }: KeepRule, facts: RoleFacts, bundleVersion: number): LedgerTerms => {
  const population = facts.populationOf('in_role', keep.of);
  const count = population?.count ?? 0;
  return {
    limit: name,
    scope: keep.of,
    within_ms: 0,
    most: mostAway(count, keep.at_least),
    population: count,
    population_version: population?.version ?? '',
    ...present({
      population_for_ms: population?.for_ms,
      rising: population?.rising,
      unseen: unseenMembers(keep, facts),
    }),
    keeps: keep.at_least,
    bundle_version: bundleVersion,
    rate: false,
  };
};

/** Every place in which an act may have to reserve because of whom it reaches. */
export const keptPlaces = (act: Limited, keeps: readonly KeepRule[], facts: Facts): readonly Place[] =>
  keeps
    .filter(({ actions, keep }) => actions.has(act.action) && reaches(act, keep, facts))
    .map(({ name, keep }) => ({ limit: name, scope: keep.of }));

const reaches = ({ target }: Limited, { of }: Keep, facts: Facts): boolean =>
  membersReached(facts.membersOf(of), target, facts).length > 0;

/** What an act must reserve for each member that it takes away. */
export const keptReservations = (
  act: Limited,
  keeps: readonly KeepRule[],
  { bundleVersion, facts }: { readonly bundleVersion: number; readonly facts: Facts },
): readonly Reservation[] =>
  keeps
    .filter(({ actions }) => actions.has(act.action))
    .flatMap((rule) =>
      membersReached(facts.membersOf(rule.keep.of), act.target, facts).map((member) => ({
        terms: keepTerms(rule, facts, bundleVersion),
        onBreach: rule.keep.on_breach ?? ('escalate' as const),
        member,
      })),
    );
