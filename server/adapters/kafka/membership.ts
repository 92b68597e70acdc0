/*
 * What this member of a consumer group may commit. The library commits for partitions that it has lost (its issue
 * 1046): work that began before a rebalance must neither commit nor go on after it.
 */

/** One membership, from joining to the next rebalance. Another object is another membership. */
export interface Membership {
  readonly partitions: ReadonlySet<number>;
  /** Next offset to be taken, by partition, once something was taken. */
  readonly next: Map<number, bigint>;
}

export class Memberships {
  private now: Membership | undefined;

  get current(): Membership | undefined {
    return this.now;
  }

  joined(partitions: readonly number[]): void {
    this.now = { partitions: new Set(partitions), next: new Map() };
  }

  lost(): void {
    this.now = undefined;
  }

  /** True while a piece of work that began under `membership` may still commit for a partition. */
  holds(membership: Membership, partition: number): boolean {
    return this.now === membership && membership.partitions.has(partition);
  }
}
