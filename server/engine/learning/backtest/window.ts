/** Most targets that are told apart within one window; beyond that a count is a lower bound. */
const MOST_KEPT = 100_000;

/** Counts distinct names that were started within a sliding window. Its memory is bounded by the names in it. */
export class DistinctWindow {
  /** Last start of each, ms; in order of the starts. */
  private readonly last = new Map<string, number>();

  constructor(private readonly lengthMs: number) {}

  /** How many names would count at that moment with this one. */
  with(at: number, name: string): number {
    this.forget(at);
    return this.last.size + (this.last.has(name) ? 0 : 1);
  }

  /** @returns how many distinct names count at that moment; moments never go back */
  add(at: number, name: string): number {
    this.last.delete(name);
    this.last.set(name, at);
    this.forget(at);
    return this.last.size;
  }

  private forget(at: number): void {
    for (const [oldest, started] of this.last) {
      if (started > at - this.lengthMs && this.last.size <= MOST_KEPT) break;
      this.last.delete(oldest);
    }
  }
}

/** A start is kept by its share of the window, so that memory does not grow with the starts. */
const BUCKETS = 1_000;

/**
 * Counts starts within a sliding window, by buckets of a thousandth of it: a start may count that much longer than it
 * should, never shorter.
 */
export class StartWindow {
  private readonly buckets: Array<{ readonly from: number; count: number }> = [];
  private readonly widthMs: number;
  private sum = 0;

  constructor(private readonly lengthMs: number) {
    this.widthMs = Math.max(1, Math.floor(lengthMs / BUCKETS));
  }

  /** How many starts would count at that moment with one more. */
  with(at: number): number {
    this.forget(at);
    return this.sum + 1;
  }

  /** @returns how many starts count at that moment; moments never go back */
  add(at: number): number {
    this.forget(at);
    const from = Math.floor(at / this.widthMs) * this.widthMs;
    const last = this.buckets[this.buckets.length - 1];
    if (last?.from === from) last.count += 1;
    else this.buckets.push({ from, count: 1 });
    this.sum += 1;
    return this.sum;
  }

  private forget(at: number): void {
    for (let oldest = this.buckets[0]; oldest && oldest.from + this.widthMs <= at - this.lengthMs + 1;) {
      this.sum -= oldest.count;
      this.buckets.shift();
      oldest = this.buckets[0];
    }
  }
}
