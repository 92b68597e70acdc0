import * as t from 'io-ts';
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { StatusView, type UpView } from '../common/api/routes';
import type { Problem } from '../common/api/contract';
import { list, record } from '../common/codec/codecs';
import { decode } from '../common/codec/decode';
import { err, ok, type Result } from '../common/result';
import { say } from './i18n';
import type { LiveSource } from './stream/words';

/**
 * How the page hears of the host.
 *
 * - `connecting`: nothing was heard yet
 * - `live`: told about every change; `polling`: asks every few seconds, because the stream is interrupted
 * - `lost`: the host does not answer; what is shown is as of the last answer
 */
export type Connection = 'connecting' | 'live' | 'polling' | 'lost';

export interface LiveState {
  readonly connection: Connection;
  readonly status?: StatusView;
  /** When the status was received, ms of this browser's clock. */
  readonly heardAt?: number;
  /** Host's clock minus this browser's, ms: countdowns go by the host's. */
  readonly offsetMs: number;
  readonly problem?: Problem;
}

interface LivePorts {
  /** @param fresh opens the stream of all pages of this browser anew */
  readonly openSource: (fresh: boolean) => LiveSource;
  readonly poll: () => Promise<Result<StatusView, Problem>>;
  readonly now: () => number;
}

export interface Live {
  readonly state$: Observable<LiveState>;
  readonly current: () => LiveState;
  /** Kinds of documents that changed (`case`, `effect`, `draft`, …); an empty list means that anything may have. */
  readonly changed$: Observable<readonly string[]>;
  /** Asks for the status now, as after an own action. */
  readonly refresh: () => Promise<void>;
  /** Opens the stream anew, as after the user changed: the host tells each stream what its user may do. */
  readonly reopen: () => Promise<void>;
  /** The page went out of sight, or came back: a hidden page wants no stream. */
  readonly setHidden: (hidden: boolean) => void;
  readonly close: () => void;
}

/** While the stream is interrupted the status is asked for this often, ms. */
const POLL_MS = 5_000;
/** The status comes once a second; after this silence the stream counts as interrupted, ms. */
const SILENCE_MS = 8_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A hidden page wants no stream after this, ms. */
const HIDDEN_MS = 30_000;

/** What the host says of itself; from somebody who is logged in no more it keeps that. */
export const statusIn = (answer: Result<StatusView | UpView, Problem>): Result<StatusView, Problem> => {
  if (!answer.ok) return answer;
  const { value } = answer;
  return 'up' in value
    ? err({ code: 'unauthenticated', message: say('lost.login', 'You are not logged in any more.') })
    : ok(value);
};

/** Keeps the objects of the status that did not change, so that only what changed is drawn again. */
const merged = (before: StatusView | undefined, after: StatusView): StatusView => {
  if (before === undefined) return after;
  const kept = Object.entries(after).map(([key, value]) => {
    const old = before[key as keyof StatusView];
    return [key, JSON.stringify(old) === JSON.stringify(value) ? old : value] as const;
  });
  return Object.fromEntries(kept) as StatusView;
};

const Changed = record({ topics: list(t.string, 1_000) });

/** Kinds of documents that changed; none if it cannot be read, so that everything is fetched anew. */
const topicsOf = (data: string): readonly string[] => {
  try {
    const decoded = decode(Changed, JSON.parse(data));
    return decoded.ok ? decoded.value.topics : [];
  } catch {
    return [];
  }
};

const statusOf = (data: string): StatusView | undefined => {
  try {
    const decoded = decode(StatusView, JSON.parse(data));
    return decoded.ok ? decoded.value : undefined;
  } catch {
    return undefined;
  }
};

type Timer = 'retry' | 'poll' | 'silence' | 'hidden';

class LiveStream implements Live {
  readonly state$ = new BehaviorSubject<LiveState>({ connection: 'connecting', offsetMs: 0 });
  readonly changed$ = new Subject<readonly string[]>();
  private source: LiveSource | undefined;
  private retryMs = FIRST_RETRY_MS;
  private closed = false;
  private readonly timers = new Map<Timer, number>();

  constructor(private readonly ports: LivePorts) {}

  current(): LiveState {
    return this.state$.value;
  }

  async refresh(): Promise<void> {
    const answer = await this.ports.poll();
    if (this.closed) return;
    const { connection } = this.current();
    if (answer.ok) this.heard(answer.value, connection === 'live' ? 'live' : 'polling');
    else if (connection !== 'live') this.state$.next({ ...this.current(), connection: 'lost', problem: answer.error });
  }

  async reopen(): Promise<void> {
    this.open(true);
    await this.refresh();
    this.changed$.next([]);
  }

  setHidden(hidden: boolean): void {
    if (hidden) return this.after('hidden', HIDDEN_MS, () => this.giveBack());
    this.stop('hidden');
    if (this.source !== undefined || this.closed) return;
    this.open();
    this.after('poll', 0, () => this.pollOn());
  }

  close(): void {
    this.closed = true;
    this.source?.close();
    this.stop('retry', 'poll', 'silence', 'hidden');
    this.state$.complete();
    this.changed$.complete();
  }

  open(fresh = false): void {
    this.source?.close();
    const opened = this.ports.openSource(fresh);
    this.source = opened;
    const ifCurrent =
      <Argument>(run: (argument: Argument) => void) =>
      (argument: Argument): void => {
        if (this.source === opened && !this.closed) run(argument);
      };
    opened.addEventListener(
      'status',
      ifCurrent((event: MessageEvent<string>) => this.streamed(event)),
    );
    opened.addEventListener(
      'changed',
      ifCurrent((event: MessageEvent<string>) => this.changed$.next(topicsOf(event.data))),
    );
    opened.onerror = ifCurrent(() => this.interrupted());
    this.after('silence', SILENCE_MS, () => this.interrupted());
  }

  private after(name: Timer, ms: number, run: () => void): void {
    window.clearTimeout(this.timers.get(name));
    this.timers.set(name, window.setTimeout(run, ms));
  }

  private stop(...names: readonly Timer[]): void {
    names.forEach((name) => window.clearTimeout(this.timers.get(name)));
  }

  private heard(status: StatusView, connection: Connection): void {
    const { status: before } = this.current();
    const at = this.ports.now();
    const offsetMs = Date.parse(status.as_of) - at;
    this.state$.next({ connection, status: merged(before, status), heardAt: at, offsetMs });
  }

  private pollOn(): void {
    void this.refresh().then(() => {
      if (this.closed || this.source === undefined || this.current().connection === 'live') return;
      if (this.current().connection === 'polling') this.changed$.next([]);
      this.after('poll', POLL_MS, () => this.pollOn());
    });
  }

  private interrupted(): void {
    this.source?.close();
    this.stop('silence');
    if (this.current().connection === 'live') this.state$.next({ ...this.current(), connection: 'lost' });
    this.after('retry', this.retryMs, () => this.open());
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS);
    this.after('poll', 0, () => this.pollOn());
  }

  private streamed({ data }: MessageEvent<string>): void {
    const status = statusOf(data);
    if (status === undefined) return this.interrupted();
    const wasLive = this.current().connection === 'live';
    this.stop('poll', 'retry');
    this.retryMs = FIRST_RETRY_MS;
    this.after('silence', SILENCE_MS, () => this.interrupted());
    this.heard(status, 'live');
    if (!wasLive) this.changed$.next([]);
  }

  private giveBack(): void {
    this.source?.close();
    this.source = undefined;
    this.stop('retry', 'poll', 'silence');
    this.state$.next({ ...this.current(), connection: 'lost' });
  }
}

/**
 * What the page hears of the host, by the stream that all pages of the browser share. It is opened anew with growing
 * pauses when it breaks; meanwhile the status is asked for, and each answer counts as "anything may have changed".
 */
export const openLive = (ports: LivePorts): Live => {
  const stream = new LiveStream(ports);
  stream.open();
  return stream;
};
