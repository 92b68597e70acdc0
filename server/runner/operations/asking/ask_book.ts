import type { Clock } from '../../ports';

/** So many questions of one asker are answered a minute at this host: each is decided and put on record. */
export const MOST_ASKED_A_MINUTE = 600;
const MINUTE_MS = 60_000;
/** Askers are tokens of the settings, of which there are few; this only bounds the memory. */
const MOST_ASKERS = 1_000;

/** What became of questions, for metrics. */
export type AskedOutcome = 'permitted' | 'denied' | 'refused' | 'requested';

interface Minute {
  readonly since: number;
  count: number;
}

/** How much each asker asks at this host, and what was answered since its start. In memory: it is no promise. */
export class AskBook {
  private readonly minutes = new Map<string, Minute>();
  private readonly counts = new Map<string, Map<AskedOutcome, number>>();

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /**
   * Takes so many questions of an asker, or none of them.
   *
   * @returns undefined if they are taken, else after how many ms the asker may ask again
   */
  take(asker: string, count: number): number | undefined {
    const now = this.clock.monotonic();
    const before = this.minutes.get(asker);
    const minute = before !== undefined && now - before.since < MINUTE_MS ? before : { since: now, count: 0 };
    if (minute.count + count > MOST_ASKED_A_MINUTE) return minute.since + MINUTE_MS - now;
    minute.count += count;
    this.minutes.delete(asker);
    this.minutes.set(asker, minute);
    for (const each of this.minutes.keys()) if (this.minutes.size > MOST_ASKERS) this.minutes.delete(each);
    return undefined;
  }

  note(asker: string, outcome: AskedOutcome, count = 1): void {
    const own = this.counts.get(asker) ?? new Map<AskedOutcome, number>();
    own.set(outcome, (own.get(outcome) ?? 0) + count);
    if (this.counts.size < MOST_ASKERS || this.counts.has(asker)) this.counts.set(asker, own);
  }

  /** Questions by asker and by what became of them. */
  told(): ReadonlyArray<{ readonly asker: string; readonly outcome: AskedOutcome; readonly count: number }> {
    return [...this.counts].flatMap(([asker, own]) => [...own].map(([outcome, count]) => ({ asker, outcome, count })));
  }
}
