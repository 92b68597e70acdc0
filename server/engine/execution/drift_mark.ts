/** An effect that was removed at its target and closed. It stays in the document across its lives, until its end. */
export interface Drift {
  /** How often it was removed at its target. */
  readonly times: number;
  /** So often it is applied again. */
  readonly of: number;
  /** UTC at which it was found to be gone. */
  readonly removed_at: string;
  /** UTC of the end that was decided first; null if only a person ends it. */
  readonly until: string | null;
  /** Earlier commands of it. One that is at the target after all is undone with the effect. */
  readonly commands: readonly string[];
}

/** Where nothing ends by itself, removals are counted together for so long, ms. */
const COUNTED_FOR_MS = 86_400_000;

/**
 * What of an effect's last life counts in the next one: how often it was removed, until the end that it had.
 *
 * @param now UTC, ms
 */
export const driftCarried = (drift: Drift | undefined, now: number): Drift | undefined => {
  if (drift === undefined) return undefined;
  const ends = drift.until === null ? Date.parse(drift.removed_at) + COUNTED_FOR_MS : Date.parse(drift.until);
  return now < ends ? drift : undefined;
};
