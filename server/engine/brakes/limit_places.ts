import type { Stopped } from '../../../common/flow/clearance';
import type { Act, Target } from '../../../common/flow/decision';
import type { EntityKey } from '../../../common/entity/entity';
import { mostAllowed, type Limit, type Protect } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import { digestOf } from '../digest/digest';
import type { Identities } from '../entity/identity';
import { countedAs } from '../entity/target_keys';
import type { LedgerTerms } from './ledger';
import type { PopulationFact } from './population';
import { stop } from './stop';

/** A limit of the bundle in force. `withinMs` in ms. */
export interface LimitRule {
  readonly name: string;
  readonly limit: Limit;
  readonly withinMs: number;
}

/** What is counted: what limits name, and what has one tag or group. */
export type Counted = NonNullable<Limit['of']> | 'in_role';

/** A host or a user with a task, and everything by which an act reaches it. */
export interface Member {
  readonly key: EntityKey;
  /** Its names and addresses, as a protection lists them. */
  readonly reachedBy: Protect;
}

/** Why an asset counts as critical. `unknown`: nobody listed it, and critical ones may be where it is. */
export type Critical = 'listed' | 'unknown';

/** What the inventory says of where a target counts. */
export interface Scopes {
  readonly scopesOf: (of: NonNullable<Limit['of']>, target: Target) => readonly string[] | undefined;
  /** Undefined if the inventory does not know. */
  readonly populationOf: (of: Counted, scope: string) => PopulationFact | undefined;
  /** Whether a target is critical, by all its names; what nobody listed is where critical ones may be. */
  readonly criticalOf: (target: Target) => Critical | undefined;
  /** Hosts and users with a tag or group, as a person listed them. */
  readonly membersOf: (role: string) => readonly Member[];
  /** Those of them whom none of these connectors reaches now. Missing: nobody looks, so nobody is seen. */
  readonly unseenOf?: (role: string, observers: readonly string[]) => readonly EntityKey[];
}

/** An act as limits meet it. */
export interface Limited extends Pick<Act, 'action' | 'target'> {
  /** The one that proposes it. */
  readonly policies: readonly string[];
  /** Where it may be carried out: one once it is chosen. */
  readonly connectors: readonly string[];
}

/** The id of a ledger has to fit into one of OpenSearch, 512 bytes. */
const LONGEST_SCOPE = 120;

/** What a text is counted under: itself, or what it begins with and a digest of all of it. */
const scopeName = (text: string): string =>
  text.length <= LONGEST_SCOPE ? text : `${text.slice(0, LONGEST_SCOPE / 2)} ${digestOf(text).slice(-32)}`;

/** By what a plain rate counts an act. */
const ratedBy = ({ per }: Limit, { target, policies, connectors }: Limited, who: Identities): readonly string[] => {
  switch (per) {
    case undefined:
      return ['all'];
    case 'target':
      return [scopeName(countedAs(target, who))];
    case 'connector':
      return connectors;
    case 'policy':
      return policies;
  }
};

interface Counting {
  readonly bundleVersion: number;
  readonly scopes: Scopes & Identities;
}

/** Scopes in which a limit counts an act; empty if the inventory does not know them. */
const scopesFor = (
  { limit }: LimitRule,
  act: Limited,
  scopes: Pick<Scopes, 'scopesOf'> & Identities,
): readonly string[] =>
  limit.of === undefined ? ratedBy(limit, act, scopes) : (scopes.scopesOf(limit.of, act.target) ?? []);

/** A place in which a command reserves before it may start. */
export interface Place {
  readonly limit: string;
  readonly scope: string;
}

/** Every place in which an act may have to reserve, as far as that is known before it is judged. */
export const placesFor = (
  act: Limited,
  limits: readonly LimitRule[],
  scopes: Pick<Scopes, 'scopesOf'> & Identities,
): readonly Place[] =>
  limits
    .filter(({ limit }) => limit.action === act.action)
    .flatMap((rule) => scopesFor(rule, act, scopes).map((scope) => ({ limit: rule.name, scope })));

/** What each place must hold for an act on a target, or why nobody can say it. */
const termsFor = (
  rule: LimitRule,
  act: Limited,
  { bundleVersion, scopes }: Counting,
): readonly LedgerTerms[] | Stopped => {
  const { limit, name, withinMs } = rule;
  const base = { limit: name, within_ms: withinMs, bundle_version: bundleVersion };
  if (limit.of === undefined) {
    const rate = { most: limit.max_count ?? 0, population: 0, population_version: '', rate: true };
    return scopesFor(rule, act, scopes).map((scope) => ({ ...base, scope, ...rate }));
  }
  const { of } = limit;
  const found = scopesFor(rule, act, scopes);
  if (found.length === 0) {
    return stop(
      'unknown_population',
      limit.on_breach,
      `the inventory does not say which ${of} \`${act.target.value}\` counts in`,
      name,
    );
  }
  const terms: LedgerTerms[] = [];
  for (const scope of found) {
    const population = scopes.populationOf(of, scope);
    if (population === undefined) {
      return stop(
        'unknown_population',
        limit.on_breach,
        `the inventory does not say how many ${of} there are in \`${scope}\``,
        name,
      );
    }
    const most = mostAllowed(limit, population.count);
    terms.push({
      ...base,
      scope,
      most,
      population: population.count,
      population_version: population.version,
      ...present({
        population_for_ms: population.for_ms,
        rising: population.rising,
        percent: limit.max_percent,
        at_least: limit.at_least,
      }),
      rate: false,
    });
  }
  return terms;
};

/** What a command must reserve in one place, and what happens where it is full. */
export interface Reservation {
  readonly terms: LedgerTerms;
  readonly onBreach: Limit['on_breach'];
  /** What counts there because of the command; missing: its target. */
  readonly member?: EntityKey;
}

/** Everything that an act must reserve before it may start; a stop where the inventory cannot say it. */
export const reservationsFor = (
  act: Limited,
  limits: readonly LimitRule[],
  counting: Counting,
): readonly Reservation[] | Stopped => {
  const all: Reservation[] = [];
  for (const rule of limits.filter((each) => each.limit.action === act.action)) {
    const terms = termsFor(rule, act, counting);
    if ('kind' in terms) return terms;
    all.push(...terms.map((each) => ({ terms: each, onBreach: rule.limit.on_breach })));
  }
  return all;
};
