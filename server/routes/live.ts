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

/** One page that listens. */
class LiveStream {
  readonly body = new PassThrough();
  private readonly parts: LiveParts;
  private readonly request: HostRequest;
  private caller: Caller;
  private sureAt = performance.now();
  private readonly topics = new Set<string>();
  private readonly ends: Array<() => void>;

  constructor(parts: LiveParts, request: HostRequest, caller: Caller) {
    this.parts = parts;
    this.request = request;
    this.caller = caller;
    const every = (ms: number, work: () => unknown): (() => void) => {
      const timer = setInterval(work, ms);
      return () => clearInterval(timer);
    };
    this.ends = [
      parts.onChange(({ topic }) => this.topics.add(topic)),
      every(STATUS_EVERY_MS, () => this.sendStatus()),
      every(FLUSH_EVERY_MS, () => this.flush()),
      every(LOOK_EVERY_MS, () => this.look()),
    ];
    request.whenGone(() => this.end());
    this.sendStatus();
  }

  private send(event: string, data: unknown): void {
    if (!this.body.writableEnded) this.body.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private sendStatus(): void {
    this.parts.status(this.caller).then(
      (status) => this.send('status', status),
      () => undefined,
    );
  }

  private flush(): void {
    if (this.topics.size === 0) return;
    this.send('changed', { topics: [...this.topics] });
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

  private end(): void {
    this.ends.splice(0).forEach((each) => each());
    this.body.end();
  }
}

/**
 * Server-sent events: `status` once a second, `changed` with the kinds of things that changed since the last one.
 * What changed is only named; pages fetch it, so that nobody is sent what they may not see.
 */
export const liveRoute = (parts: LiveParts): void => {
  parts.router.add({
    method: 'get',
    path: LIVE_PATH,
    raw: false,
    maxBytes: 0,
    ownAuthentication: false,
    handle: async (request) => {
      const loading = parts.loading(false);
      if (loading !== undefined) return problemResponse({ code: 'unavailable', message: loading, retry_after_s: 2 });
      const caller = await listenerOf(parts, request);
      if (!mayLook(caller)) return problemResponse({ code: 'unauthenticated', message: 'log in first' });
      return { status: 200, headers: HEADERS, body: new LiveStream(parts, request, caller).body };
    },
  });
};
