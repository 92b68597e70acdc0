/** Signatures that were accepted, for as long as they could be accepted again. Bounded. */
export class SeenSignatures {
  /** Until when, UTC ms; in the order of their coming. */
  private readonly until = new Map<string, number>();

  constructor(
    private readonly keepMs: number,
    private readonly most = 100_000,
  ) {}

  /** @returns what is so now: it was `new` and is remembered, or was `seen`, or nothing more can be remembered */
  remember(signature: string, now: number): 'new' | 'seen' | 'full' {
    for (const [each, end] of this.until) {
      if (end >= now) break;
      this.until.delete(each);
    }
    if ((this.until.get(signature) ?? -Infinity) >= now) return 'seen';
    if (this.until.size >= this.most) return 'full';
    this.until.set(signature, now + this.keepMs);
    return 'new';
  }

  forget(signature: string): void {
    this.until.delete(signature);
  }
}
