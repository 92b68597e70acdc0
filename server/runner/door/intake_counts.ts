import type { IntakeCounters } from './admission';

/** Where an event that was received ended up. */
type Place = 'accepted' | 'duplicates' | 'updates' | 'quarantined';

/** Where an event is that was processed. */
export const PLACES = {
  decided: 'accepted',
  duplicate: 'duplicates',
  updated: 'updates',
  conflicting: 'quarantined',
} as const;

/** What a process counted since its start: every event that it took in is somewhere (INV-3). */
export class IntakeCounts {
  private readonly counts = {
    received: 0,
    duplicates: 0,
    updates: 0,
    quarantined: 0,
    accepted: 0,
    refused: 0,
    resumed: 0,
  };

  get all(): IntakeCounters {
    return { ...this.counts };
  }

  /**
   * Events that came and are nowhere: 0, or a promise is broken.
   *
   * @param inHand events of which nobody was told yet what became of them
   */
  unaccounted(inHand: number): number {
    const { received, duplicates, updates, quarantined, accepted } = this.counts;
    return received - duplicates - updates - quarantined - accepted - inHand;
  }

  received(): void {
    this.counts.received += 1;
  }

  isNow(place: Place): void {
    this.counts[place] += 1;
  }

  /** Something that was never counted as received was sent back. */
  refused(): void {
    this.counts.refused += 1;
  }

  /** What was received is sent back. */
  notTaken(): void {
    this.refused();
    this.counts.received -= 1;
  }

  /**
   * An event of the disk is settled. It was counted as accepted when it went there, and may turn out to be something
   * else. What an earlier process counted is counted here first, or this one would tell of fewer than none.
   *
   * @param isOwn this process put it there
   * @param place where it is; `quarantined` is counted as it is filed
   */
  settled(isOwn: boolean, place: Place): void {
    if (place === 'duplicates' || place === 'updates') this.counts[place] += 1;
    if (!isOwn) {
      this.counts.received += 1;
      this.counts.resumed += 1;
    }
    if (isOwn && place !== 'accepted') this.counts.accepted -= 1;
    if (!isOwn && place === 'accepted') this.counts.accepted += 1;
  }
}
