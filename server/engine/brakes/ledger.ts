import { present } from '../../../common/present';

/*
 * A ledger counts what one limit allows in one scope. It is one document in `reflex-state`, replaced by
 * compare-and-set, so that any number of agents share one count (INV-5, `protocol.md` section 3).
 *
 * What was reserved counts at once, and its age begins with the first byte that was sent. Ages are lower bounds made
 * without comparing clocks (`ledger_age.ts`). A ledger therefore never forgets too early, whatever the clocks of the
 * machines say.
 */

/** One target that counts against a limit because of one command. */
export interface LedgerEntry {
  readonly target: string;
  readonly command_id: string;
  readonly session: string;
  readonly effect_id: string;
  /** At least so long ago its first byte was sent, ms; 0 while it is `pending`. */
  readonly age_ms: number;
  /** Reserved, and its session has not said yet whether anything of it was sent. */
  readonly pending?: true;
  /** Reserved in a limit of starts: it becomes one in a bucket as soon as something of it was sent. */
  readonly rate?: true;
  /** Set once the effect is known to be gone; the entry then only waits for the window to pass. */
  readonly ended?: boolean;
}

/** Commands started at about the same time, for limits too wide to list them one by one. */
export interface LedgerBucket {
  /** Of its youngest start: the bucket counts until that one is out of the window. */
  readonly age_ms: number;
  /** Of its oldest start: the bucket takes no more starts once this is too long ago. */
  readonly oldest_ms: number;
  readonly count: number;
  /** Commands whose starts these are, by which their ages are known; missing in what 6795c7f wrote. */
  readonly youngest?: string;
  readonly oldest?: string;
}

/** A population that grew and does not count yet. */
interface Rise {
  readonly population: number;
  /** At least so long ago it was first seen, ms. */
  readonly age_ms: number;
  /** UTC; tells this rise from others, and nothing is compared with it. */
  readonly noted_at: string;
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
  /** Set while the inventory names more than `population`. */
  readonly rise?: Rise;
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
  /** For so long this agent has known so many or more, ms; missing: a person reviewed the figure. */
  readonly population_for_ms?: number;
  /** A higher figure that this agent does not count yet. */
  readonly rising?: { readonly count: number; readonly for_ms: number };
  /** Where `most` is a share of the population: the share. */
  readonly percent?: number;
  /** Of a share that comes to fewer, so many all the same. */
  readonly at_least?: number;
  /** Where `most` is what is left of the population once so many are kept untouched: how many. */
  readonly keeps?: number;
  /** Targets that count although no command took them: nobody sees them now. */
  readonly unseen?: readonly string[];
  readonly bundle_version: number;
  /** True for a plain rate of starts; false counts targets that are active, in flight or unknown, too. */
  readonly rate: boolean;
}

export type Reservation = Omit<LedgerEntry, 'age_ms' | 'ended' | 'pending' | 'rate'>;

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

const BUCKETS_PER_WINDOW = 20;

/** The entries and buckets that still count: what has ended leaves when the window has passed since its start. */
export const withinWindow = (ledger: Ledger): Ledger => ({
  ...ledger,
  entries: ledger.entries.filter((entry) => entry.ended !== true || entry.age_ms < ledger.within_ms),
  buckets: ledger.buckets.filter((bucket) => bucket.age_ms < ledger.within_ms),
});

/**
 * How much counts now: distinct targets, or starts within the window and what is reserved to start.
 *
 * @param unseen targets that count without an entry
 */
export const countOf = (ledger: Ledger, rate: boolean, unseen: readonly string[] = []): number =>
  rate
    ? ledger.buckets.reduce((sum, bucket) => sum + bucket.count, ledger.entries.length)
    : new Set([...ledger.entries.map((entry) => entry.target), ...unseen]).size;

/** Why a limit refuses, or undefined. A ledger made under a newer bundle refuses agents that are behind. */
export const refusalOf = (
  ledger: Ledger,
  terms: LedgerTerms,
  target: string,
): 'exceeded' | 'bundle_outdated' | undefined => {
  if (ledger.bundle_version > terms.bundle_version) return 'bundle_outdated';
  const { rate, unseen = [] } = terms;
  const alreadyCounted = !rate && (unseen.includes(target) || ledger.entries.some((entry) => entry.target === target));
  // A target that counts already adds nothing, but nothing is granted either while the limit is exceeded (INV-5).
  return countOf(ledger, rate, unseen) + (alreadyCounted ? 0 : 1) <= terms.most ? undefined : 'exceeded';
};

interface KnownStart {
  readonly command_id: string;
  readonly age_ms: number;
}

const joined = (bucket: LedgerBucket, { command_id, age_ms }: KnownStart): LedgerBucket => ({
  ...bucket,
  count: bucket.count + 1,
  ...(age_ms <= bucket.age_ms ? { age_ms, youngest: command_id } : {}),
  ...(age_ms > bucket.oldest_ms ? { oldest_ms: age_ms, oldest: command_id } : {}),
});

/** The buckets with one more start: in the first that does not become too wide by it, else in one of its own. */
const withStart = ({ buckets, within_ms }: Ledger, start: KnownStart): readonly LedgerBucket[] => {
  const { command_id, age_ms } = start;
  const width = within_ms / BUCKETS_PER_WINDOW;
  const fits = buckets.findIndex(
    (bucket) => Math.max(bucket.oldest_ms, age_ms) - Math.min(bucket.age_ms, age_ms) < width,
  );
  return fits >= 0
    ? buckets.map((bucket, index) => (index === fits ? joined(bucket, start) : bucket))
    : [...buckets, { age_ms, oldest_ms: age_ms, count: 1, youngest: command_id, oldest: command_id }];
};

/** The ledger with a reservation in it. INVARIANT (INV-5): called only where `refusalOf` found nothing. */
export const granted = (ledger: Ledger, terms: LedgerTerms, reservation: Reservation): Ledger => ({
  ...ledger,
  within_ms: terms.within_ms,
  bundle_version: terms.bundle_version,
  entries: [
    ...ledger.entries,
    { ...reservation, age_ms: 0, pending: true, ...present({ rate: terms.rate || undefined }) },
  ],
});

/**
 * The ledger after the first byte of a command was sent.
 *
 * @param ageMs at least so long ago, ms
 */
export const started = (ledger: Ledger, commandId: string, ageMs: number): Ledger => {
  let next = ledger;
  for (const entry of ledger.entries) {
    if (entry.command_id !== commandId || entry.pending !== true) continue;
    const { pending: _pending, ...rest } = entry;
    const start = { command_id: commandId, age_ms: Math.floor(ageMs) };
    next =
      entry.rate === true
        ? { ...next, entries: next.entries.filter((each) => each !== entry), buckets: withStart(next, start) }
        : { ...next, entries: next.entries.map((each) => (each === entry ? { ...rest, age_ms: start.age_ms } : each)) };
  }
  return next;
};

/** The ledger without what a command reserved that never started. What is known to have started stays. */
export const takenBack = (ledger: Ledger, commandId: string): Ledger => ({
  ...ledger,
  entries: ledger.entries.filter((entry) => entry.command_id !== commandId),
});

/**
 * Marks the entries of commands whose effect is verified absent; they leave when the window has passed. Of one that is
 * pending nobody knows when it was sent: it counts as sent just now.
 */
export const ended = (ledger: Ledger, commandIds: ReadonlySet<string>): Ledger => {
  const known = [...commandIds].reduce((next, id) => started(next, id, 0), ledger);
  return withinWindow({
    ...known,
    entries: known.entries.map((entry) => (commandIds.has(entry.command_id) ? { ...entry, ended: true } : entry)),
  });
};
