import { mostAllowed } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import type { Ledger, LedgerTerms } from './ledger';

/*
 * How many there are of what a limit counts in. A figure that falls counts at once. One that rises counts after a
 * delay, or when a person reviewed it: a flood of made-up hosts must not raise a limit (`protocol.md` section 3). The
 * delay runs from when the higher figure was first seen. The ledger keeps that, so that no restart begins it anew and
 * none ends it.
 */

/** How long a population that grew does not count yet, ms. */
export const RISE_DELAY_MS = 10 * 60_000;

/** How many there are of what a limit counts in, as one agent knows it. */
export interface PopulationFact {
  /** So many count for this agent. */
  readonly count: number;
  readonly version: string;
  /** For so long it has known so many or more, ms; missing: a person reviewed the figure. */
  readonly for_ms?: number;
  /** What the inventory names beyond `count`, and for how long this agent has known so many or more, ms. */
  readonly rising?: { readonly count: number; readonly for_ms: number };
}

const falls = (ledger: Ledger, { count, version }: PopulationFact): Ledger => {
  const { rise: _rise, ...rest } = ledger;
  return { ...rest, population: count, population_version: version };
};

/** The higher figure with the longest time that anybody has known it for. */
const riseTo = (ledger: Ledger, fact: PopulationFact, at: string): NonNullable<Ledger['rise']> => {
  const { rise } = ledger;
  const newest = fact.rising?.count ?? fact.count;
  const forMs = fact.rising ? fact.rising.for_ms : (fact.for_ms ?? Infinity);
  if (rise === undefined) return { population: newest, age_ms: forMs, noted_at: at };
  // It has been at least the lower of both since the earlier moment.
  const population = Math.min(rise.population, newest);
  return forMs > rise.age_ms ? { population, age_ms: forMs, noted_at: at } : { ...rise, population };
};

/**
 * The ledger with the population that counts in it now.
 *
 * @param at UTC, by which a rise is told from others
 */
export const withPopulation = (ledger: Ledger, fact: PopulationFact, at: string): Ledger => {
  const newest = fact.rising?.count ?? fact.count;
  if (newest <= ledger.population) return falls(ledger, { ...fact, count: newest });
  const lower = Math.min(ledger.population, fact.count);
  // What this agent has counted for longer than the delay counts in the ledger as well.
  const known = (fact.for_ms ?? Infinity) >= RISE_DELAY_MS ? Math.max(lower, fact.count) : lower;
  if (newest <= known) return falls(ledger, { ...fact, count: known });
  const rise = riseTo(ledger, fact, at);
  if (rise.population <= known) return withPopulation(falls(ledger, { ...fact, count: known }), fact, at);
  if (rise.age_ms < RISE_DELAY_MS) return { ...ledger, population: known, population_version: fact.version, rise };
  const counted = falls(ledger, { ...fact, count: rise.population });
  return newest <= rise.population ? counted : { ...counted, rise: { population: newest, age_ms: 0, noted_at: at } };
};

const factOf = ({ population, population_version, population_for_ms, rising }: LedgerTerms): PopulationFact => ({
  count: population,
  version: population_version,
  ...present({ for_ms: population_for_ms, rising }),
});

/** How many of a population may be away while so many are kept. */
export const mostAway = (population: number, keeps: number): number => Math.max(0, population - keeps);

const mostOf = ({ most, percent, keeps, at_least }: LedgerTerms, population: number): number =>
  keeps === undefined
    ? mostAllowed({ max_count: most, ...present({ max_percent: percent, at_least }) }, population)
    : mostAway(population, keeps);

/** The ledger as a limit meets it: with the population that counts now, and what the limit allows of that. */
export const meet = (
  ledger: Ledger,
  terms: LedgerTerms,
  at: string,
): { readonly ledger: Ledger; readonly terms: LedgerTerms } => {
  if (terms.rate) return { ledger, terms };
  const met = withPopulation(ledger, factOf(terms), at);
  const { population } = met;
  return { ledger: met, terms: { ...terms, population, most: mostOf(terms, population) } };
};
