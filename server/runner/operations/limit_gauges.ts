import type { BrakeGauge } from '../../../common/api/routes';
import { mostAllowed } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import type { BrakeRules } from '../../engine/brakes/clear';
import { unseenMembers, type KeepRule } from '../../engine/brakes/keep_roles';
import { countOf, type Ledger } from '../../engine/brakes/ledger';
import { agedByThen } from '../../engine/brakes/ledger_age';
import type { LimitRule } from '../../engine/brakes/limit_places';
import { ONE_INTAKE, STARTS_OF_ONE_INTAKE } from '../../engine/brakes/one_intake';
import { mostAway } from '../../engine/brakes/population';
import type { AgentWith } from '../agent/views';
import { contentOf, findAll } from '../keeping/state_docs';
import { fullness } from './limits_filled';

/* How full each limit is now, in each of its scopes: one reckoning for every view of it. */

type Gauging = AgentWith<'bundles' | 'clock' | 'inventory' | 'ledgerSights' | 'store'>;

/**
 * After so long at the latest something falls out of the window, ms; undefined where nothing is only waiting for that.
 * Ages are lower bounds, so it may be sooner.
 */
const freesIn = ({ within_ms, buckets, entries }: Ledger): number | undefined => {
  const ages = [
    ...buckets.map(({ age_ms }) => age_ms),
    ...entries.filter(({ ended }) => ended === true).map(({ age_ms }) => age_ms),
  ];
  return ages.length === 0 ? undefined : agedByThen(Math.max(0, within_ms - Math.max(...ages)));
};

/** A figure that rose counts in the ledger only after its delay. */
const populationIn = (
  ledger: Ledger,
  of: Parameters<AgentWith<'inventory'>['parts']['inventory']['populationOf']>[0],
  { parts }: AgentWith<'inventory'>,
): number => Math.min(ledger.population, parts.inventory.populationOf(of, ledger.scope)?.count ?? 0);

const figures = (ledger: Ledger, counts: BrakeGauge['counts'], unseen?: readonly string[]) => ({
  limit: ledger.limit,
  scope: ledger.scope,
  used: countOf(ledger, counts === 'starts', unseen),
  counts,
  ...present({ frees_in_ms: freesIn(ledger) }),
});

/** How many of a role are away now, of those that may be. */
const keptGauge = (ledger: Ledger, { keep }: KeepRule, agent: Gauging): BrakeGauge => {
  const population = populationIn(ledger, 'in_role', agent);
  const most = mostAway(population, keep.at_least);
  const unseen = unseenMembers(keep, agent.parts.inventory);
  return {
    kind: 'role',
    ...figures(ledger, 'targets', unseen),
    most,
    within_ms: 0,
    population,
    keeps: keep.at_least,
    ...present({ unseen: unseen?.length }),
  };
};

/** How many acts the events of one intake started, of those that they may. */
const intakeGauge = (ledger: Ledger, { loosened }: BrakeRules): BrakeGauge => ({
  kind: 'source',
  ...figures(ledger, 'starts'),
  most: (loosened?.starts ?? STARTS_OF_ONE_INTAKE).most,
  within_ms: ledger.within_ms,
});

const limitGauge = (ledger: Ledger, { limit }: LimitRule, agent: Gauging): BrakeGauge => {
  const population = limit.of === undefined ? undefined : populationIn(ledger, limit.of, agent);
  return {
    kind: 'limit',
    ...figures(ledger, limit.of === undefined ? 'starts' : 'targets'),
    most: mostAllowed(limit, population ?? 0),
    within_ms: ledger.within_ms,
    ...present({ population }),
  };
};

const gaugeOf = (ledger: Ledger, rules: BrakeRules, agent: Gauging): BrakeGauge | undefined => {
  if (ledger.limit === ONE_INTAKE) return intakeGauge(ledger, rules);
  const kept = rules.keeps.find(({ name, keep }) => name === ledger.limit && keep.of === ledger.scope);
  if (kept) return keptGauge(ledger, kept, agent);
  const rule = rules.limits.find(({ name }) => name === ledger.limit);
  return rule && limitGauge(ledger, rule, agent);
};

interface Gauges {
  /** Fullest first, then by name. */
  readonly gauges: readonly BrakeGauge[];
  /** Limits in force that have no ledger yet, and roles of which the inventory names nobody. */
  readonly untouched: readonly string[];
}

/** A role of which the inventory names nobody: none of it can be taken away, so it is neither full nor empty. */
const isNobodys = ({ kind, population, used }: BrakeGauge): boolean =>
  kind === 'role' && population === 0 && used === 0;

const byFullness = (one: BrakeGauge, other: BrakeGauge): number =>
  fullness(other) - fullness(one) || `${one.limit} ${one.scope}`.localeCompare(`${other.limit} ${other.scope}`);

/** @throws StoreUnavailable */
export const limitGauges = async (agent: Gauging): Promise<Gauges> => {
  const { bundles, clock, ledgerSights, store } = agent.parts;
  const rules = bundles.brakeRules(clock.utc());
  const gauges: BrakeGauge[] = [];
  // Every one is read: the fullest must not be among those that were left out.
  for await (const doc of findAll(store, { kinds: ['ledger'] })) {
    const stored = contentOf('ledger', doc);
    const ledger = stored && ledgerSights.asKnown(doc.id, stored, clock.monotonic());
    const gauge = ledger && gaugeOf(ledger, rules, agent);
    if (gauge && !isNobodys(gauge)) gauges.push(gauge);
  }
  const counted = new Set(gauges.map(({ limit }) => limit));
  const names = [...rules.limits, ...rules.keeps].map(({ name }) => name);
  return { gauges: gauges.sort(byFullness), untouched: names.filter((name) => !counted.has(name)).sort() };
};
