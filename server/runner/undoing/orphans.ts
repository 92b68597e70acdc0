/** What belongs to this session and nobody looks after for so long was dropped by a failure: it is picked up, ms. */
export const ORPHAN_AFTER_MS = 15_000;

/** Remembers since when something of ours is without care, so that work in flight is not taken for an orphan. */
export class Orphans {
  private readonly since = new Map<string, number>();

  /** The ones among `found` that have been without care for long enough at `now` (monotonic ms). */
  overdue(found: readonly string[], now: number): readonly string[] {
    for (const id of this.since.keys()) if (!found.includes(id)) this.since.delete(id);
    for (const id of found) if (!this.since.has(id)) this.since.set(id, now);
    return found.filter((id) => now - (this.since.get(id) ?? now) >= ORPHAN_AFTER_MS);
  }
}
