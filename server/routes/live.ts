import { PassThrough } from 'stream';
import { LIVE_PATH } from '../../common/api/routes';
import { callerOf, problemResponse, type Binding, type Caller } from './bind';
import type { HostRequest } from './http';
import type { RouteParts } from './route_parts';

const STATUS_EVERY_MS = 1_000;
const FLUSH_EVERY_MS = 250;
/** Who is told something is asked for this often: a right that ended ends the stream. */
const LOOK_EVERY_MS = 5_000;
/** While nobody can say who it is, the last answer counts for so long. */
const BELIEVED_MS = 60_000;
/** Streams at most, of all pages and of those of one caller. Who gets none asks for the status now and then. */
const MOST_STREAMS = 256;
const MOST_OF_ONE = 64;
const RETRY_S = 30;
/** So many bytes wait at most for a page that does not read; then its stream ends, and it may open another one. */
const MOST_WAITING = 1_048_576;

// Identity: a compressing host would hold events back until its buffer is full.
const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'content-encoding': 'identity',
  'x-accel-buffering': 'no',
};

const mayLook = (caller: Caller | undefined): caller is Caller => caller?.may.includes('read') === true;

const listenerOf = async (binding: Binding, request: HostRequest): Promise<Caller | undefined> => {
  const found = await callerOf(binding, 'read', request);
  return found.ok ? found.value : undefined;
};

type LiveParts = Binding & Pick<RouteParts, 'status' | 'onChange'>;

interface Listening {
  readonly request: HostRequest;
  readonly caller: Caller;
}

const textOf = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** One page that listens. */
class LiveStream {
  readonly body = new PassThrough();
  caller: Caller;
  private readonly parts: LiveParts;
  private readonly request: HostRequest;
  private sureAt = performance.now();
  private readonly topics = new Set<string>();
  private readonly ends: Array<() => void>;

  /** @param ended told once it hears nothing more */
  constructor(parts: LiveParts, { request, caller }: Listening, ended: () => void) {
    this.parts = parts;
    this.request = request;
    this.caller = caller;
    const every = (ms: number, work: () => unknown): (() => void) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    };
    this.ends = [
      ended,
      parts.onChange(({ topic }) => this.topics.add(topic)),
      every(FLUSH_EVERY_MS, () => this.flush()),
      every(LOOK_EVERY_MS, () => this.look()),
    ];
  }

  /** Ends with the page, which may be gone already. */
  endWithPage(): void {
    this.request.whenGone(() => this.end());
  }

  send(text: string): void {
    if (this.body.writableEnded) return;
    if (this.body.writableLength > MOST_WAITING) return this.end();
    this.body.write(text);
  }

  private flush(): void {
    if (this.topics.size === 0) return;
    this.send(textOf('changed', { topics: [...this.topics] }));
    this.topics.clear();
  }

  /** Asks anew who listens. Whoever logged out, or lost the right to look, hears nothing more. */
  private async look(): Promise<void> {
    try {
      const caller = await listenerOf(this.parts, this.request);
      if (!mayLook(caller)) return this.end();
      this.caller = caller;
      this.sureAt = performance.now();
    } catch {
      if (performance.now() - this.sureAt >= BELIEVED_MS) this.end();
    }
  }

  end(): void {
    this.ends.splice(0).forEach((each) => each());
    this.body.end();
  }
}

/** Who is told the same. */
const groupOf = ({ name, may, singleUser }: Caller): string => JSON.stringify([name, singleUser, may]);

/** Every page that listens. The status is made once a second for all that are told the same, however many there are. */
class LiveHub {
  private readonly streams = new Set<LiveStream>();
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  constructor(private readonly parts: LiveParts) {}

  /** Ends every stream: a host that closes waits for whoever still listens. */
  endAll(): void {
    this.over = true;
    [...this.streams].forEach((stream) => stream.end());
  }

  get stopped(): boolean {
    return this.over;
  }

  /** @returns undefined where there are too many already, or no more may begin */
  open(listening: Listening): LiveStream | undefined {
    if (this.over) return undefined;
    const { name } = listening.caller;
    const ofOne = [...this.streams].filter(({ caller }) => caller.name === name).length;
    if (this.streams.size >= MOST_STREAMS || ofOne >= MOST_OF_ONE) return undefined;
    const stream = new LiveStream(this.parts, listening, () => this.ended(stream));
    this.streams.add(stream);
    this.timer ??= setInterval(() => this.tell([...this.streams]), STATUS_EVERY_MS);
    this.tell([stream]);
    stream.endWithPage();
    return stream;
  }

  private tell(streams: readonly LiveStream[]): void {
    const groups = new Map<string, LiveStream[]>();
    for (const stream of streams) {
      const key = groupOf(stream.caller);
      groups.set(key, [...(groups.get(key) ?? []), stream]);
    }
    for (const [first, ...others] of groups.values())
      if (first !== undefined) void this.tellSame(first.caller, [first, ...others]);
  }

  private async tellSame(caller: Caller, streams: readonly LiveStream[]): Promise<void> {
    const status = await this.parts.status(caller).catch(() => undefined);
    if (status === undefined) return;
    const text = textOf('status', status);
    for (const stream of streams) stream.send(text);
  }

  private ended(stream: LiveStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

const TOO_MANY = {
  code: 'overloaded',
  message: 'too many pages listen already; close some, or ask for the status now and then',
  retry_after_s: RETRY_S,
} as const;

const STOPPING = { code: 'unavailable', message: 'Reflex is stopping', retry_after_s: 2 } as const;

/**
 * Server-sent events: `status` once a second, `changed` with the kinds of things that changed since the last one.
 * What changed is only named; pages fetch it, so that nobody is sent what they may not see.
 *
 * @returns ends all streams, and lets none begin any more
 */
export const liveRoute = (parts: LiveParts): (() => void) => {
  const hub = new LiveHub(parts);
  parts.router.add({
    method: 'get',
    path: LIVE_PATH,
    raw: false,
    maxBytes: 0,
    ownAuthentication: false,
    handle: async (request) => {
      if (hub.stopped) return problemResponse(STOPPING);
      const loading = parts.loading(false);
      if (loading !== undefined) return problemResponse({ code: 'unavailable', message: loading, retry_after_s: 2 });
      const caller = await listenerOf(parts, request);
      if (!mayLook(caller)) return problemResponse({ code: 'unauthenticated', message: 'log in first' });
      const stream = hub.open({ request, caller });
      return stream
        ? { status: 200, headers: HEADERS, body: stream.body }
        : problemResponse(hub.stopped ? STOPPING : TOO_MANY);
    },
  });
  return () => hub.endAll();
};
