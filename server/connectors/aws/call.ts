import { present } from '../../../common/present';
import {
  outcomeOfUnanswered,
  retryAfterMs,
  type CallOutcome,
  type HttpTarget,
  type Send,
  type Unanswered,
} from '../connector';
import { isDefinite, isThrottling, mayHelpLater } from './error_codes';
import type { Door, SdkOptions } from './sdk_config';

/* One request to AWS, and what its answer means. */

/** What all calls of one connector need. */
export interface Asking {
  readonly target: Pick<HttpTarget, 'shown'>;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
}

/** AWS said no. */
export interface Refused {
  readonly kind: 'refused';
  /** The code of AWS, such as `WAFOptimisticLockException`, or that of HTTP where it gave none. */
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly retry_after_ms?: number;
}

/** It answered with success, and the answer cannot be read. */
interface Unreadable {
  readonly kind: 'unreadable';
  readonly status: number;
  readonly message: string;
}

export type NotDone = Refused | Unreadable | Unanswered;
export type Called<Value> = { readonly kind: 'answered'; readonly value: Value } | NotDone;

/** A request of the SDK that is ready to be sent. */
export type Prepared<Value> = (options: SdkOptions) => Promise<Value>;

/** What of one call all its requests have in common. */
export interface Calling extends Asking {
  readonly send: Send;
}

/** What the SDK names an answer without a code of AWS, as of a gateway. */
const NO_CODE = new Set(['Error', 'Unknown', 'UnknownError']);

const codeOf = (error: unknown): string => {
  const { Code: code, name, $fault: fault } = (error ?? {}) as { Code?: unknown; name?: unknown; $fault?: unknown };
  // Without it, it is an error of the SDK itself about an answer that it cannot read.
  if (fault === undefined) return 'http_status';
  const said = [code, name].find((each): each is string => typeof each === 'string' && /^[\w.:]{1,128}$/.test(each));
  return said === undefined || NO_CODE.has(said) ? 'http_status' : said;
};

const notDone = ({ target, utc }: Asking, what: string, door: Door, error: unknown): NotDone => {
  const { exchange } = door;
  if (exchange === undefined) throw error;
  if (exchange.kind !== 'answered') return exchange;
  const { status, body, headers } = exchange;
  if (status < 300) {
    const message = `${what}: ${body.cut === true ? (body.why ?? '') : 'its answer cannot be read'}`;
    return { kind: 'unreadable', status, message };
  }
  const code = codeOf(error);
  const words = error instanceof Error ? error.message : '';
  const said = code === 'http_status' ? `answered ${status}` : target.shown(`${code}: ${words}`);
  const wait = retryAfterMs(headers.get('retry-after'), utc());
  return { kind: 'refused', code, status, message: `${what}: ${said}`, ...present({ retry_after_ms: wait }) };
};

/**
 * Sends one request.
 *
 * @param what is done by it, for people
 * @param mayStart asked right before its first byte; missing: it only looks
 */
export const call = async <Value>(
  calling: Calling,
  what: string,
  prepared: Prepared<Value>,
  mayStart?: () => boolean,
): Promise<Called<Value>> => {
  const door: Door = { send: calling.send, mayStart };
  try {
    return { kind: 'answered', value: await prepared({ door }) };
  } catch (error) {
    return notDone(calling, what, door, error);
  }
};

const pauseOf = ({ retry_after_ms }: Pick<Refused, 'retry_after_ms'>): { readonly retry_after_ms?: number } =>
  present({ retry_after_ms });

const failedBy = (refused: Refused): Extract<CallOutcome, { kind: 'failed' }> => {
  const { code, status, message } = refused;
  const throttled = isThrottling(refused);
  const error = {
    code: throttled ? 'throttled' : code,
    message,
    status,
    retryable: throttled || mayHelpLater(refused),
  };
  return { kind: 'failed', error, ...pauseOf(refused) };
};

/** The outcome of a call whose looking came to nothing: looking does nothing, so it is never `unknown`. */
export const outcomeOfLook = (seen: NotDone): Extract<CallOutcome, { kind: 'failed' | 'not_started' }> => {
  if (seen.kind === 'refused') return failedBy(seen);
  if (seen.kind === 'unreadable') {
    const { message, status } = seen;
    return { kind: 'failed', error: { code: 'bad_answer', message, status, retryable: true } };
  }
  const outcome = outcomeOfUnanswered(seen);
  return outcome.kind === 'unknown' ? { kind: 'failed', error: outcome.error } : outcome;
};

/** The outcome of an order that was not carried out, or of which nobody knows. */
export const outcomeOfOrder = (done: NotDone): Exclude<CallOutcome, { kind: 'succeeded' }> => {
  if (done.kind === 'refused') {
    if (isDefinite(done)) return failedBy(done);
    const { code, status, message } = done;
    return { kind: 'unknown', error: { code, message, status, retryable: true }, ...pauseOf(done) };
  }
  if (done.kind === 'unreadable') {
    const { message, status } = done;
    return { kind: 'unknown', error: { code: 'bad_answer', message, status, retryable: true } };
  }
  return outcomeOfUnanswered(done);
};

/** Why nothing came of it, for people. */
export const whyOf = (outcome: Exclude<CallOutcome, { kind: 'succeeded' }>): string =>
  outcome.kind === 'not_started' ? outcome.why : outcome.error.message;
