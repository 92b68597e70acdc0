/*
 * A ledger counts what one limit allows in one scope. It is one document in `reflex-state`, replaced by
 * compare-and-set, so that any number of agents share one count (INV-5, `protocol.md` section 3).
 *
 * Ages are lower bounds made without comparing clocks: whoever replaces a version adds the monotonic time since it
 * read that version. A ledger therefore never forgets too early, whatever the clocks of the machines say.
 */

/** One target that counts against a limit because of one command. */
export interface LedgerEntry {
  readonly target: string;
  readonly command_id: string;
  readonly session: string;
  readonly effect_id: string;
  /** At least so old, ms. */
  readonly age_ms: number;
  /** Set once the effect is known to be gone; the entry then only waits for the window to pass. */
  readonly ended?: boolean;
}

/** Commands started at about the same time, for limits too wide to list them one by one. */
interface LedgerBucket {
  /** Of its youngest start: the bucket counts until that one is out of the window. */
  readonly age_ms: number;
  /** Of its oldest start: the bucket takes no more starts once this is too long ago. */
  readonly oldest_ms: number;
  readonly count: number;
}

export interface Ledger {
  readonly limit: string;
  readonly scope: string;
  readonly within_ms: number;
  readonly population: number;
  readonly population_version: string;
  readonly bundle_version: number;
  readonly entries: readonly LedgerEntry[];
  readonly buckets: readonly LedgerBucket[];
}

/** What the limit's policy and the inventory say now. */
export interface LedgerTerms {
  readonly limit: string;
  readonly scope: string;
  readonly within_ms: number;
  /** Most targets (or starts) that may count, from share or number. */
  readonly most: number;
  readonly population: number;
  readonly population_version: string;
  readonly bundle_version: number;
  /** True for a plain rate of starts; false counts targets that are active, in flight or unknown, too. */
  readonly rate: boolean;
}

export type Reservation = Omit<LedgerEntry, 'age_ms' | 'ended'>;

export const emptyLedger = (terms: LedgerTerms): Ledger => ({
  limit: terms.limit,
  scope: terms.scope,
  within_ms: terms.within_ms,
  population: terms.population,
  population_version: terms.population_version,
  bundle_version: terms.bundle_version,
  entries: [],
  buckets: [],
});

/** A drift of durations of 1 % between machines is assumed: time that passed is counted a little short. */
const CERTAIN_SHARE = 0.99;
const BUCKETS_PER_WINDOW = 20;

/** The ledger after `elapsedMs` of the monotonic clock of whoever read it. Buckets out of the window fall off. */
export const aged = (ledger: Ledger, elapsedMs: number): Ledger => {
  const certain = Math.max(0, Math.floor(elapsedMs * CERTAIN_SHARE));
  return {
    ...ledger,
    entries: ledger.entries
      .map((entry) => ({ ...entry, age_ms: entry.age_ms + certain }))
      .filter((entry) => entry.ended !== true || entry.age_ms < ledger.within_ms),
    buckets: ledger.buckets
      .map((bucket) => ({ ...bucket, age_ms: bucket.age_ms + certain, oldest_ms: bucket.oldest_ms + certain }))
      .filter((bucket) => bucket.age_ms < ledger.within_ms),
  };
};

/** How much counts now: distinct targets, or starts within the window. */
export const countOf = (ledger: Ledger, rate: boolean): number =>
  rate
    ? ledger.buckets.reduce((sum, bucket) => sum + bucket.count, 0)
    : new Set(ledger.entries.map((entry) => entry.target)).size;

/** Why a limit refuses, or undefined. A ledger made under a newer bundle refuses agents that are behind. */
export const refusalOf = (
  ledger: Ledger,
  terms: LedgerTerms,
  target: string,
): 'exceeded' | 'bundle_outdated' | undefined => {
  if (ledger.bundle_version > terms.bundle_version) return 'bundle_outdated';
  const alreadyCounted = !terms.rate && ledger.entries.some((entry) => entry.target === target);
  // A target that counts already adds nothing, but nothing is granted either while the limit is exceeded (INV-5).
  return countOf(ledger, terms.rate) + (alreadyCounted ? 0 : 1) <= terms.most ? undefined : 'exceeded';
};

const addToBuckets = (ledger: Ledger): readonly LedgerBucket[] => {
  const [youngest, ...older] = [...ledger.buckets].sort((a, b) => a.age_ms - b.age_ms);
  const width = ledger.within_ms / BUCKETS_PER_WINDOW;
  return youngest && youngest.oldest_ms < width
    ? [{ ...youngest, age_ms: 0, count: youngest.count + 1 }, ...older]
    : [{ age_ms: 0, oldest_ms: 0, count: 1 }, ...(youngest ? [youngest] : []), ...older];
};

/** The ledger with a reservation in it. INVARIANT (INV-5): called only where `refusalOf` found nothing. */
export const granted = (ledger: Ledger, terms: LedgerTerms, reservation: Reservation): Ledger => ({
  ...ledger,
  within_ms: terms.within_ms,
  population: terms.population,
  population_version: terms.population_version,
  bundle_version: terms.bundle_version,
  ...(terms.rate ? { buckets: addToBuckets(ledger) } : { entries: [...ledger.entries, { ...reservation, age_ms: 0 }] }),
});

/** The ledger without a reservation whose command never started. A start once counted in a rate stays counted. */
export const takenBack = (ledger: Ledger, commandId: string): Ledger => ({
  ...ledger,
  entries: ledger.entries.filter((entry) => entry.command_id !== commandId),
});

/** Marks the entries of commands whose effect is verified absent; they leave when the window has passed. */
export const ended = (ledger: Ledger, commandIds: ReadonlySet<string>): Ledger => ({
  ...ledger,
  entries: ledger.entries
    .map((entry) => (commandIds.has(entry.command_id) ? { ...entry, ended: true } : entry))
    .filter((entry) => entry.ended !== true || entry.age_ms < ledger.within_ms),
});
