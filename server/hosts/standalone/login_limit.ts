const MOST_FAILED = 10;
const WITHIN_MS = 60_000;
const MOST_NAMES = 10_000;

/** Keeps whoever guesses passwords from guessing many: ten a minute for each name. */
export class LoginLimit {
  private readonly failed = new Map<string, number[]>();

  /** @param now ms of a clock that never jumps */
  constructor(private readonly now: () => number) {}

  /** How long the next try has to wait, s; 0: not at all. */
  waitOf(name: string): number {
    const recent = this.recent(name);
    const [first = 0] = recent;
    return recent.length < MOST_FAILED ? 0 : Math.ceil((first + WITHIN_MS - this.now()) / 1_000);
  }

  note(name: string): void {
    if (this.failed.size >= MOST_NAMES) this.failed.clear();
    this.failed.set(name, [...this.recent(name), this.now()]);
  }

  private recent(name: string): readonly number[] {
    return (this.failed.get(name) ?? []).filter((at) => this.now() - at < WITHIN_MS);
  }
}
