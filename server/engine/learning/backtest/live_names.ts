/** Most names that are told apart; of more the first are forgotten, and a count is a lower bound. */
const MOST_KEPT = 100_000;

interface Life {
  /** ms since 1970. */
  readonly since: number;
  readonly until: number;
}

/** Which names are in effect at a moment, each until an end that may be put off. Moments, in ms, never go back. */
export class LiveNames {
  private readonly lives = new Map<string, Life>();
  private nextEnd = Infinity;

  /** How many would be in effect at that moment with these. */
  with(at: number, names: readonly string[]): number {
    this.forget(at);
    return this.lives.size + names.filter((name) => !this.lives.has(name)).length;
  }

  /** Since when a name has been in effect without a break; undefined if it is not. */
  since(at: number, name: string): number | undefined {
    this.forget(at);
    return this.lives.get(name)?.since;
  }

  add(at: number, name: string, until: number): void {
    this.forget(at);
    const before = this.lives.get(name);
    const life = { since: before?.since ?? at, until: Math.max(until, before?.until ?? until) };
    this.lives.set(name, life);
    this.nextEnd = Math.min(this.nextEnd, life.until);
    const [first] = this.lives.keys();
    if (this.lives.size > MOST_KEPT && first !== undefined) this.lives.delete(first);
  }

  private forget(at: number): void {
    if (at < this.nextEnd) return;
    this.nextEnd = Infinity;
    for (const [name, { until }] of this.lives)
      if (until <= at) this.lives.delete(name);
      else this.nextEnd = Math.min(this.nextEnd, until);
  }
}
