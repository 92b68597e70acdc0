import { withinWindow, type Ledger, type LedgerBucket } from './ledger';

/*
 * Ages of starts without comparing clocks. Each agent keeps the moment at which it first saw a start, by its own
 * monotonic clock, whatever the version of the ledger. An age is the larger of what is stored and what the agent knows
 * itself, so that no hand-over between writers, and no version that came and went, loses time that has passed.
 */

/** When an agent first saw a start, monotonic ms, and how old it was then at least, ms. */
export interface Sighting {
  readonly at: number;
  readonly age_ms: number;
}

export type Sightings = ReadonlyMap<string, Sighting>;

/** A drift of durations of 1 % between machines is assumed: time that passed is counted a little short. */
const CERTAIN_SHARE = 0.99;
const certain = (ms: number): number => Math.max(0, Math.floor(ms * CERTAIN_SHARE));

/** After so long an age has grown by so much at least, ms. */
export const agedByThen = (ms: number): number => Math.ceil((ms + 1) / CERTAIN_SHARE);

const riseKey = ({ noted_at }: NonNullable<Ledger['rise']>): string => `rise ${noted_at}`;

/** Buckets of 6795c7f have no names: they get some, which stay with them from the next write on. */
const named = (bucket: LedgerBucket, index: number): LedgerBucket & { youngest: string; oldest: string } => ({
  youngest: `earlier ${index}`,
  oldest: `earlier ${index} oldest`,
  ...bucket,
});

/** Every age in a ledger, by what it is the age of. What is pending has none yet. */
const agesIn = ({ entries, buckets, rise }: Ledger): ReadonlyArray<readonly [key: string, ageMs: number]> => [
  ...entries.flatMap((entry) => (entry.pending === true ? [] : [[entry.command_id, entry.age_ms] as const])),
  ...buckets
    .map(named)
    .flatMap((bucket) => [[bucket.youngest, bucket.age_ms] as const, [bucket.oldest, bucket.oldest_ms] as const]),
  ...(rise ? [[riseKey(rise), rise.age_ms] as const] : []),
];

/** How old something is by now at least (monotonic ms), by when an agent first saw it. */
export const ageBy = (sighting: Sighting | undefined, now: number): number =>
  sighting === undefined ? 0 : sighting.age_ms + certain(now - sighting.at);

/**
 * What an agent knows of the starts in a ledger once it has seen this version too; it forgets those that are not in
 * it any more.
 *
 * @param at when the version was surely there, monotonic ms
 */
export const sightingsOf = (ledger: Ledger, known: Sightings, at: number): Sightings =>
  new Map(
    agesIn(ledger).map(([key, age_ms]) => {
      const before = known.get(key);
      return [key, before && ageBy(before, at) >= age_ms ? before : { at, age_ms }] as const;
    }),
  );

/** The ledger as old as an agent knows it to be by now (monotonic ms). What is out of its window falls off. */
export const aged = (ledger: Ledger, known: Sightings, now: number): Ledger => {
  const older = (key: string, ageMs: number): number => Math.max(ageMs, ageBy(known.get(key), now));
  const { rise } = ledger;
  return withinWindow({
    ...ledger,
    entries: ledger.entries.map((entry) =>
      entry.pending === true ? entry : { ...entry, age_ms: older(entry.command_id, entry.age_ms) },
    ),
    buckets: ledger.buckets.map(named).map((bucket) => ({
      ...bucket,
      age_ms: older(bucket.youngest, bucket.age_ms),
      oldest_ms: older(bucket.oldest, bucket.oldest_ms),
    })),
    ...(rise ? { rise: { ...rise, age_ms: older(riseKey(rise), rise.age_ms) } } : {}),
  });
};
