import { StoreUnavailable, type TargetError } from '../connector';

/** The longest time of one call, ms: a few documents are read, and one is written. */
export const CALL_MS = 4_000;
export const REQUEST_TIMEOUT_MS = CALL_MS + 1_000;

/** Errors after which an order may be tried again, where the error itself says so. */
export const FEED_RETRIES = ['connection', 'timeout', 'no_answer', 'busy'] as const;

/** The caller has given up, or it takes too long. */
class GivenUp extends Error {}

/** Ends with the call: all that it waits for ends then too. */
export class Deadline {
  private readonly over: Promise<never>;
  private readonly timer: NodeJS.Timeout;
  private isOver = false;

  constructor(private readonly signal: AbortSignal) {
    let end: (cause: Error) => void = () => undefined;
    this.over = new Promise((_, reject) => {
      end = (cause) => {
        this.isOver = true;
        reject(cause);
      };
    });
    this.over.catch(() => undefined);
    this.timer = setTimeout(() => end(new GivenUp(`no answer within ${CALL_MS} ms`)), CALL_MS);
    signal.addEventListener('abort', () => end(new GivenUp('the caller gave up')), { once: true });
  }

  get isPast(): boolean {
    return this.isOver || this.signal.aborted;
  }

  /** @throws what `promise` throws, or that the time is over */
  within<Value>(promise: Promise<Value>): Promise<Value> {
    return Promise.race([promise, this.over]);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** Makes a call with a deadline of its own. */
export const withDeadline = async <Value>(
  signal: AbortSignal,
  call: (deadline: Deadline) => Promise<Value>,
): Promise<Value> => {
  const deadline = new Deadline(signal);
  try {
    return await call(deadline);
  } finally {
    deadline.end();
  }
};

const NOT_PERMITTED = ['security_exception', 'cluster_block_exception'];

/** True where OpenSearch lets Reflex do nothing with its state. */
export const isRefusal = (cause: unknown): boolean =>
  cause instanceof StoreUnavailable && NOT_PERMITTED.includes(cause.fault);

/**
 * Why reading came to nothing: nothing was done.
 *
 * @throws what is no failure of OpenSearch
 */
export const whyNotRead = (cause: unknown): TargetError => {
  if (cause instanceof GivenUp) return { code: 'timeout', message: cause.message, retryable: true };
  if (!(cause instanceof StoreUnavailable)) throw cause;
  if (isRefusal(cause)) return { code: 'not_permitted', message: cause.message, retryable: false };
  return { code: 'connection', message: cause.message, retryable: true };
};

/**
 * Why nobody knows what became of a write: it may still land.
 *
 * @throws what is no failure of OpenSearch
 */
export const whyUnsure = (cause: unknown): TargetError => {
  if (!(cause instanceof GivenUp) && !(cause instanceof StoreUnavailable)) throw cause;
  return { code: 'no_answer', message: cause.message, retryable: true };
};
