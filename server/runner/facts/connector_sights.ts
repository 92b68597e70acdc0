import { clearlyAbove } from '../../engine/brakes/clearly_above';
import { iso } from '../../../common/iso';
import type { Clock } from '../ports';

/*
 * How the connectors of this agent work, by what its own commands came to. It is kept in memory: an agent that starts
 * anew begins to count anew, which trips a breaker later, never wrongly.
 */

/** So many outcomes of a connector are kept, the youngest. */
const MOST_KEPT = 200;

/** What one command told of its connector. */
export interface Observation {
  readonly command: string;
  readonly fails: boolean;
  /** When it was cleared to start, and when its outcome was known, monotonic ms. */
  readonly began: number;
  readonly over: number;
  /** UTC of the outcome, for people. */
  readonly at: string;
  /** What went wrong, in the words of the connector. */
  readonly why?: string;
}

/** When the breaker of a connector trips. */
export interface ConnectorRule {
  /** More than this share of the outcomes is too much, %; 100 never trips. */
  readonly error_percent: number;
  /** From so many outcomes on. */
  readonly at_least: number;
  readonly window_ms: number;
  /** The first wait before a trial, ms. */
  readonly wait_ms: number;
}

/** What counts of a connector now. */
export interface ConnectorCount {
  readonly connector: string;
  readonly fails: number;
  readonly of: number;
  /** UTC of the first failure that counts; missing where there is none. */
  readonly since?: string;
  /** What went wrong last. */
  readonly why?: string;
  /** It is clear that more than the permitted share fails. */
  readonly isTooMuch: boolean;
}

export class ConnectorSights {
  private readonly seen = new Map<string, readonly Observation[]>();
  /** When something of ours was last seen to be removed at a connector, monotonic ms. */
  private readonly removed = new Map<string, number>();

  /** What began before does not count, monotonic ms. */
  private readonly counted = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'monotonic' | 'utc'>) {}

  note(connector: string, { command, fails, began, why }: Omit<Observation, 'over' | 'at'>): void {
    const { clock } = this;
    if (began < (this.counted.get(connector) ?? -Infinity)) return;
    const of = this.seen.get(connector) ?? [];
    const observation = { command, fails, began, over: clock.monotonic(), at: iso(clock.utc()), ...(why && { why }) };
    this.seen.set(connector, [...of, observation].slice(-MOST_KEPT));
  }

  /** Something was there, was ordered to go, and was seen to be gone: the way to this target works. */
  noteRemoved(connector: string): void {
    this.removed.set(connector, this.clock.monotonic());
  }

  /** Whether that was seen since a moment, monotonic ms. */
  wasRemovedSince(connector: string, moment: number): boolean {
    return (this.removed.get(connector) ?? -Infinity) > moment;
  }

  /** Outcomes of what began since a moment, monotonic ms. */
  since(connector: string, moment: number): readonly Observation[] {
    return (this.seen.get(connector) ?? []).filter(({ began }) => began >= moment);
  }

  /** Begins to count anew: also what is on its way does not count. */
  forget(connector: string): void {
    this.counted.set(connector, this.clock.monotonic());
    this.seen.delete(connector);
  }

  count(connector: string, { error_percent, at_least, window_ms }: ConnectorRule): ConnectorCount {
    const from = this.clock.monotonic() - window_ms;
    const all = (this.seen.get(connector) ?? []).filter(({ over }) => over >= from);
    const failed = all.filter(({ fails }) => fails);
    const above = clearlyAbove(
      all.map(({ fails }) => (fails ? 1 : 0)),
      error_percent / 100,
    );
    const [first, last] = [failed[0], failed[failed.length - 1]];
    return {
      connector,
      fails: failed.length,
      of: all.length,
      isTooMuch: all.length >= at_least && above !== undefined,
      ...(first && { since: first.at }),
      ...(last?.why !== undefined && { why: last.why }),
    };
  }
}
