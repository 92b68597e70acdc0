const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const FINE = 5 * MINUTE;

/** Counts by five minutes for a day and by day for a month. Most things are counted once, and weigh little then. */
export class Series {
  private fine: Map<number, number> | undefined;
  private days: Map<number, number> | undefined;

  add(at: number): void {
    this.fine ??= new Map();
    this.days ??= new Map();
    const five = Math.floor(at / FINE);
    const day = Math.floor(at / DAY);
    this.fine.set(five, (this.fine.get(five) ?? 0) + 1);
    this.days.set(day, (this.days.get(day) ?? 0) + 1);
  }

  /** As if it had never been added. */
  takeBack(at: number): void {
    for (const [counts, width] of [[this.fine, FINE] as const, [this.days, DAY] as const]) {
      const bucket = Math.floor(at / width);
      const left = (counts?.get(bucket) ?? 0) - 1;
      if (left > 0) counts?.set(bucket, left);
      else counts?.delete(bucket);
    }
  }

  within(now: number, windowMs: number): number {
    const [buckets, width] = windowMs > DAY ? [this.days, DAY] : [this.fine, FINE];
    const first = Math.floor((now - windowMs) / width) + 1;
    let sum = 0;
    for (const [bucket, count] of buckets ?? []) if (bucket >= first && bucket * width <= now) sum += count;
    return sum;
  }

  /** @returns true if nothing is left */
  forget(now: number): boolean {
    for (const bucket of this.fine?.keys() ?? []) if (bucket * FINE < now - DAY - HOUR) this.fine?.delete(bucket);
    for (const bucket of this.days?.keys() ?? []) if (bucket * DAY < now - 31 * DAY) this.days?.delete(bucket);
    return (this.days?.size ?? 0) === 0;
  }
}
