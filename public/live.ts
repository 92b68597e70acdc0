import * as t from 'io-ts';
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { StatusView } from '../common/api/routes';
import type { Problem } from '../common/api/contract';
import { list, record } from '../common/codec/codecs';
import { decode } from '../common/codec/decode';
import type { Result } from '../common/result';

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

/** The part of an `EventSource` that is used. */
export interface LiveSource {
  onerror: ((event: Event) => void) | null;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

interface LivePorts {
  readonly openSource: () => LiveSource;
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
  /** The page went out of sight, or came back: a hidden page gives its connection to others. */
  readonly setHidden: (hidden: boolean) => void;
  readonly close: () => void;
}

/** While the stream is interrupted the status is asked for this often, ms. */
const POLL_MS = 5_000;
/** The status comes once a second; after this silence the stream counts as interrupted, ms. */
const SILENCE_MS = 8_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** A browser opens at most six connections to a host; hidden pages give theirs back after this, ms. */
const HIDDEN_MS = 30_000;

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

/**
 * One stream for the whole page. It is opened anew with growing pauses when it breaks; meanwhile the status is asked
 * for, and each answer counts as "anything may have changed".
 */
export const openLive = ({ openSource, poll, now }: LivePorts): Live => {
  const state$ = new BehaviorSubject<LiveState>({ connection: 'connecting', offsetMs: 0 });
  const changed$ = new Subject<readonly string[]>();
  let source: LiveSource | undefined;
  let retryMs = FIRST_RETRY_MS;
  let closed = false;
  const timers: Record<'retry' | 'poll' | 'silence' | 'hidden', number | undefined> = {
    retry: undefined,
    poll: undefined,
    silence: undefined,
    hidden: undefined,
  };
  const after = (name: keyof typeof timers, ms: number, run: () => void): void => {
    window.clearTimeout(timers[name]);
    timers[name] = window.setTimeout(run, ms);
  };
  const stop = (...names: Array<keyof typeof timers>): void =>
    names.forEach((name) => window.clearTimeout(timers[name]));

  const heard = (status: StatusView, connection: Connection): void => {
    const { status: before } = state$.value;
    const at = now();
    state$.next({
      connection,
      status: merged(before, status),
      heardAt: at,
      offsetMs: Date.parse(status.as_of) - at,
    });
  };

  const refresh = async (): Promise<void> => {
    const answer = await poll();
    if (closed) return;
    const { connection } = state$.value;
    if (answer.ok) heard(answer.value, connection === 'live' ? 'live' : 'polling');
    else if (connection !== 'live') state$.next({ ...state$.value, connection: 'lost', problem: answer.error });
  };

  const pollOn = (): void => {
    void refresh().then(() => {
      if (closed || source === undefined || state$.value.connection === 'live') return;
      if (state$.value.connection === 'polling') changed$.next([]);
      after('poll', POLL_MS, pollOn);
    });
  };

  const interrupted = (): void => {
    source?.close();
    stop('silence');
    const { connection } = state$.value;
    if (connection === 'live') state$.next({ ...state$.value, connection: 'lost' });
    after('retry', retryMs, open);
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    after('poll', 0, pollOn);
  };

  const streamed = (event: MessageEvent<string>): void => {
    const status = statusOf(event.data);
    if (status === undefined) return interrupted();
    const wasLive = state$.value.connection === 'live';
    stop('poll', 'retry');
    retryMs = FIRST_RETRY_MS;
    after('silence', SILENCE_MS, interrupted);
    heard(status, 'live');
    if (!wasLive) changed$.next([]);
  };

  const open = (): void => {
    source?.close();
    const opened = openSource();
    source = opened;
    const ifCurrent =
      <Argument>(run: (argument: Argument) => void) =>
      (argument: Argument): void => {
        if (source === opened && !closed) run(argument);
      };
    opened.addEventListener('status', ifCurrent(streamed));
    opened.addEventListener(
      'changed',
      ifCurrent((event: MessageEvent<string>) => changed$.next(topicsOf(event.data))),
    );
    opened.onerror = ifCurrent(interrupted);
    after('silence', SILENCE_MS, interrupted);
  };

  const giveBack = (): void => {
    source?.close();
    source = undefined;
    stop('retry', 'poll', 'silence');
    state$.next({ ...state$.value, connection: 'lost' });
  };

  open();
  return {
    state$,
    current: () => state$.value,
    changed$,
    refresh,
    reopen: async () => {
      open();
      await refresh();
      changed$.next([]);
    },
    setHidden: (hidden) => {
      if (hidden) return after('hidden', HIDDEN_MS, giveBack);
      stop('hidden');
      if (source !== undefined || closed) return;
      open();
      after('poll', 0, pollOn);
    },
    close: () => {
      closed = true;
      source?.close();
      stop('retry', 'poll', 'silence', 'hidden');
      state$.complete();
      changed$.complete();
    },
  };
};
