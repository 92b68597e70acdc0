/* How often a token is used: requests of the last minute at this host, by the name of the token. */

const MINUTE_MS = 60_000;

interface Rated {
  readonly name: string;
  readonly rate_per_minute?: number;
}

interface TooOften {
  readonly refused: string;
  readonly code: 'overloaded';
}

/** Counts requests of tokens that have a rate. */
export class TokenRates {
  private readonly lately = new Map<string, number[]>();
  /** Requests that were refused for it, by name. */
  readonly refused = new Map<string, number>();

  /** Notes a request. @returns what is said to one too many */
  note({ name, rate_per_minute: rate }: Rated, now: number): TooOften | undefined {
    if (rate === undefined) return undefined;
    // A clock that was set back does not shut anybody out for longer than a minute.
    const recent = (this.lately.get(name) ?? []).filter((at) => at > now - MINUTE_MS && at <= now);
    if (recent.length < rate) {
      this.lately.set(name, [...recent, now]);
      return undefined;
    }
    this.lately.set(name, recent);
    this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
    return { refused: `the token \`${name}\` may be used ${rate} times a minute at this host`, code: 'overloaded' };
  }
}
