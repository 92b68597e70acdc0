/** Since when which process has not reached the store, as told by whoever cuts it off. */
export class Reach {
  private readonly cutSince = new Map<object, number>();
  private storeAwaySince: number | undefined;

  constructor(private readonly now: () => number) {}

  noteCut(box: object, cut: boolean): void {
    if (!cut) this.cutSince.delete(box);
    else if (!this.cutSince.has(box)) this.cutSince.set(box, this.now());
  }

  noteStore(isUp: boolean): void {
    this.storeAwaySince = isUp ? undefined : (this.storeAwaySince ?? this.now());
  }

  /** Milliseconds for which a process has been cut off by itself. */
  cutFor(box: object): number {
    const since = this.cutSince.get(box);
    return since === undefined ? 0 : this.now() - since;
  }

  /** Milliseconds for which nobody has reached the store. */
  get storeAwayFor(): number {
    return this.storeAwaySince === undefined ? 0 : this.now() - this.storeAwaySince;
  }

  /** Milliseconds for which a process has not reached the store, whatever the reason. */
  awayFor(box: object): number {
    return Math.max(this.cutFor(box), this.storeAwayFor);
  }
}
