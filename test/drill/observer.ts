import { loadavg, cpus } from 'os';

/*
 * What the drill itself sees, on one monotonic clock: that of the process which is the target, sends the events and
 * does the harm. Nothing in here comes from Reflex' own records.
 */

export const HOSTS = ['host-1', 'host-2', 'host-3'] as const;
export type HostName = (typeof HOSTS)[number];

/** Milliseconds on the observer's clock; `to` is missing while it lasts. */
export interface Span {
  readonly from: number;
  readonly to?: number;
}

/** What the target does with an order. */
export type OrderFate =
  | 'applies'
  | 'applies_slowly'
  | 'applies_without_answer'
  | 'answers_500_applies_late'
  | 'answers_524_applies_late'
  | 'refuses'
  | 'is_busy'
  | 'drops'
  | 'repeated';

/** What it does with an order to undo. */
export type UndoFate = 'removes' | 'removes_without_answer' | 'fails' | 'refuses' | 'drops' | 'not_there';

interface AboutCommand {
  readonly at: number;
  readonly connector: string;
  readonly command: string;
}

/** One line of the target's log. `host` is who asked, by the address that only that host was given. */
export type TargetEntry =
  | (AboutCommand & {
      readonly kind: 'order';
      readonly host: HostName;
      readonly value: string;
      readonly ttlMs: number;
      readonly fate: OrderFate;
      /** The command was there before and is not in effect any more. */
      readonly afterItsEnd: boolean;
    })
  | (AboutCommand & { readonly kind: 'applied'; readonly value: string })
  | (AboutCommand & { readonly kind: 'undo'; readonly host: HostName; readonly fate: UndoFate })
  | (AboutCommand & { readonly kind: 'gone' });

export type EventKind = 'short' | 'long' | 'isolate' | 'domain';

/** One event as its senders saw it go. */
export interface Sighting {
  readonly id: string;
  readonly kind: EventKind;
  readonly connector: string;
  readonly value: string;
  readonly ttlMs: number;
  readonly to: readonly HostName[];
  readonly sentAt: number;
  /** First answer that says it is kept. */
  acknowledgedAt?: number;
  /** First answer with a verdict. */
  knownAt?: number;
  verdict?: string;
  quarantinedAt?: number;
  /** Answers that said it lies on one host's disk. */
  spooled: number;
  /** Requests that were sent for it. */
  sent: number;
}

/** An order to stop everything. */
export interface Stop {
  readonly by: HostName;
  /** `file`: the stop file was made by hand; `outage`: OpenSearch was away. */
  readonly how: 'order' | 'outage' | 'file';
  readonly orderedAt: number;
  readonly answeredAt: number;
  /** The host took the order. */
  readonly taken: boolean;
  readonly acknowledged: boolean;
  /** As the host measured it, ms. */
  readonly tookMs?: number;
  /** The release was asked for. */
  releasedAt?: number;
  /** The release was answered. */
  resumedAt?: number;
}

/** Something that was done to a host. A crash lasts until the host listens again. */
export interface HostOutage extends Span {
  readonly kind: 'crash' | 'freeze';
  to?: number;
}

/** Everything that a verdict is built on. */
export interface RunLog {
  readonly target: readonly TargetEntry[];
  readonly sightings: readonly Sighting[];
  readonly outages: Readonly<Record<HostName, readonly HostOutage[]>>;
  readonly storeAway: readonly Span[];
  readonly stops: readonly Stop[];
  readonly diskFull: readonly Span[];
  /** Hosts that answered at the end that they decide. */
  readonly readyAtEnd: readonly HostName[];
  /** Longest time that the machine kept the observer waiting for its turn, ms: it may keep the hosts waiting, too. */
  readonly stallMs: number;
  readonly endedAt: number;
}

const SAMPLE_MS = 5_000;
const TICK_MS = 100;

/** Keeps the log of a run. */
export class Observer {
  readonly target: TargetEntry[] = [];
  readonly sightings: Sighting[] = [];
  readonly outages: Record<HostName, HostOutage[]> = { 'host-1': [], 'host-2': [], 'host-3': [] };
  readonly storeAway: Array<{ from: number; to?: number }> = [];
  readonly stops: Stop[] = [];
  readonly diskFull: Array<{ from: number; to?: number }> = [];
  private readonly loads: number[] = [];
  private readonly began = performance.now();
  private readonly sampling = setInterval(() => this.loads.push(loadavg()[0] ?? 0), SAMPLE_MS);

  private stallMs = 0;
  private tickedAt = this.began;
  private readonly ticking = setInterval(() => {
    const at = performance.now();
    this.stallMs = Math.max(this.stallMs, at - this.tickedAt - TICK_MS);
    this.tickedAt = at;
  }, TICK_MS);

  now(): number {
    return performance.now() - this.began;
  }

  /** The start is over: what the machine withheld until now does not matter. */
  start(): void {
    this.stallMs = 0;
  }

  /** Stops looking at the machine. */
  end(readyAtEnd: readonly HostName[]): RunLog {
    clearInterval(this.sampling);
    clearInterval(this.ticking);
    const { target, sightings, outages, storeAway, stops, diskFull, stallMs } = this;
    return { target, sightings, outages, storeAway, stops, diskFull, readyAtEnd, stallMs, endedAt: this.now() };
  }

  /** Load is the system's mean of runnable tasks over a minute; `busy`: more of them than cores. */
  machine(): {
    readonly cores: number;
    readonly load_mean: number;
    readonly load_most: number;
    readonly busy: boolean;
  } {
    const cores = cpus().length;
    const seen = this.loads.length === 0 ? [loadavg()[0] ?? 0] : this.loads;
    const mean = seen.reduce((sum, each) => sum + each, 0) / seen.length;
    const rounded = (value: number): number => Math.round(value * 10) / 10;
    return { cores, load_mean: rounded(mean), load_most: rounded(Math.max(...seen)), busy: mean > cores };
  }
}
