import { present } from '../../../common/present';
import type { Intake } from '../../../common/flow/event';
import type { Clock } from '../ports';
import { LeftOutBook } from './left_out';

/*
 * How each source does: what came of its events, how fast they come, how far behind it is. Kept in memory by each
 * agent for itself; the page, the metrics and the API read it.
 */

/** What came of one event. A parse failure is quarantined as well, and counts as both. What is not ours is no event. */
type SourceNote = 'received' | 'duplicate' | 'updated' | 'quarantined' | 'parse_failure' | 'not_ours' | 'switched_off';

/** What is so right now; what is left out stays as it was. */
interface SourceGauges {
  /** Events that wait at the source and were not read yet. */
  readonly lag?: number | undefined;
  /** Where reading stands, in the source's own words. */
  readonly position?: string;
  /** Undefined, named as such: nobody is to be connected. */
  readonly connected?: boolean | undefined;
  /** Why it does not work; undefined, named as such, takes it back. */
  readonly error?: string | undefined;
}

/** A source that has not worked for a while. */
export interface StandingSource {
  readonly source: Intake;
  /** Why; missing where nobody said. */
  readonly error?: string;
}

/** One source as of now. */
export interface SourceHealthFacts extends SourceGauges {
  readonly source: Intake;
  /** Counts since this agent started. */
  readonly received: number;
  readonly duplicates: number;
  /** Newer data of what came in before. */
  readonly updates: number;
  readonly quarantined: number;
  readonly parseFailures: number;
  /** Documents that its map says are not for Reflex. */
  readonly notOurs: number;
  /** Not taken, for the source is switched off. */
  readonly switchedOff: number;
  /** UTC ms of the last event that came in; undefined if none did. */
  readonly lastEventAt?: number;
  /** Events a minute: over the last whole minute, and on average over the last five. */
  readonly perMinute: number;
  readonly perMinuteOfFive: number;
}

/** The counts of a source from which nothing came. */
export const NOTHING_CAME = {
  received: 0,
  duplicates: 0,
  updates: 0,
  quarantined: 0,
  parseFailures: 0,
  notOurs: 0,
  switchedOff: 0,
} as const;

const MINUTE_MS = 60_000;
const MINUTES_KEPT = 6;
/** More sources than this and the one that has been silent longest is forgotten. */
const MOST_SOURCES = 1_000;

interface Kept {
  readonly source: Intake;
  received: number;
  duplicates: number;
  updates: number;
  quarantined: number;
  parseFailures: number;
  notOurs: number;
  switchedOff: number;
  lastEventAt: number | undefined;
  /** Events by minute of the monotonic clock; only the last ones. */
  readonly minutes: Map<number, number>;
  gauges: SourceGauges;
  /** Since when it does not work, monotonic ms. */
  failingSince: number | undefined;
}

const works = ({ connected, error }: SourceGauges): boolean => connected !== false && error === undefined;

const keyOf = ({ type, id }: Intake): string => `${type}:${id}`;

/** The registry of one agent. */
export class SourceHealth {
  /** In the order of their last sign of life. */
  private readonly sources = new Map<string, Kept>();
  /** What of their documents did not become part of an event. */
  readonly leftOut: LeftOutBook;

  /** @param clock only read, never slept on */
  constructor(private readonly clock: Pick<Clock, 'monotonic' | 'utc'>) {
    this.leftOut = new LeftOutBook(clock);
  }

  /** @param at UTC ms, default now */
  note(source: Intake, what: SourceNote, at: number = this.clock.utc()): void {
    const kept = this.of(source);
    switch (what) {
      case 'received':
        kept.received += 1;
        kept.lastEventAt = Math.max(kept.lastEventAt ?? at, at);
        this.countMinute(kept);
        return;
      case 'duplicate':
        kept.duplicates += 1;
        return;
      case 'updated':
        kept.updates += 1;
        return;
      case 'quarantined':
        kept.quarantined += 1;
        return;
      case 'parse_failure':
        kept.parseFailures += 1;
        return;
      case 'not_ours':
        kept.notOurs += 1;
        return;
      case 'switched_off':
        kept.switchedOff += 1;
        return;
    }
  }

  /** Counts what was not taken, for the source is switched off. */
  noteOff(source: Intake, events: number): void {
    for (let each = 0; each < events; each += 1) this.note(source, 'switched_off');
  }

  gauge(source: Intake, gauges: SourceGauges): void {
    const kept = this.of(source);
    kept.gauges = { ...kept.gauges, ...gauges };
    kept.failingSince = works(kept.gauges) ? undefined : (kept.failingSince ?? this.clock.monotonic());
  }

  /** Sources that have not worked for at least so long, ms. */
  standing(forMs: number): readonly StandingSource[] {
    const since = this.clock.monotonic() - forMs;
    return [...this.sources.values()]
      .filter(({ failingSince }) => failingSince !== undefined && failingSince <= since)
      .map(({ source, gauges }) => ({ source, ...present({ error: gauges.error }) }));
  }

  /** All sources, by type and id. */
  list(): readonly SourceHealthFacts[] {
    const minute = this.minute();
    return [...this.sources.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { minutes, gauges, lastEventAt, failingSince: _since, ...counts }]) => {
        const past = Array.from({ length: MINUTES_KEPT - 1 }, (_, back) => minutes.get(minute - 1 - back) ?? 0);
        return {
          ...counts,
          ...gauges,
          ...present({ lastEventAt }),
          perMinute: past[0] ?? 0,
          perMinuteOfFive: past.reduce((sum, each) => sum + each, 0) / past.length,
        };
      });
  }

  private minute(): number {
    return Math.floor(this.clock.monotonic() / MINUTE_MS);
  }

  private countMinute({ minutes }: Kept): void {
    const minute = this.minute();
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    for (const old of minutes.keys()) if (old <= minute - MINUTES_KEPT) minutes.delete(old);
  }

  private of(source: Intake): Kept {
    const key = keyOf(source);
    const kept = this.sources.get(key) ?? {
      source: { type: source.type, id: source.id },
      ...NOTHING_CAME,
      lastEventAt: undefined,
      minutes: new Map<number, number>(),
      gauges: {},
      failingSince: undefined,
    };
    this.sources.delete(key);
    this.sources.set(key, kept);
    if (this.sources.size > MOST_SOURCES) {
      const [silent] = this.sources.keys();
      if (silent !== undefined) this.sources.delete(silent);
    }
    return kept;
  }
}
