import type { TargetError } from '../connector';
import { isJsonObject } from '../../../common/codec/json_object';

/** What the host answered. */
export type Reply =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      readonly code: string;
      readonly text: string;
      /** Whether something may have been done all the same. */
      readonly done: 'no' | 'maybe';
      /** Seconds after which it may be asked again. */
      readonly afterS?: number;
    };

const VERSION = 1;
const CODE = /^[a-z_]{1,40}$/;

const objectIn = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const read: unknown = JSON.parse(text);
    return isJsonObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
};

/** Reads the one line of an answer; undefined for what is none, or only a part of one. */
export const readReply = (output: string): Reply | undefined => {
  if (!output.endsWith('\n') || output.indexOf('\n') !== output.length - 1) return undefined;
  const body = objectIn(output);
  if (body?.v !== VERSION) return undefined;
  if (body.ok === true) return { ok: true, body };
  const { ok, code, text, done, after_s: afterS } = body;
  if (ok !== false || typeof code !== 'string' || !CODE.test(code)) return undefined;
  return {
    ok: false,
    code,
    text: typeof text === 'string' ? text : '',
    // What does not say that nothing was done may have been.
    done: done === 'no' ? 'no' : 'maybe',
    ...(typeof afterS === 'number' && afterS >= 0 && afterS <= 3_600 && { afterS }),
  };
};

/** Another order had the lock; nothing was done. */
const BUSY = 'busy';

/** Errors after which an order may be tried again. Every other one is final: what a host refuses, it refuses again. */
export const SSH_RETRIES = ['connection', 'timeout', 'no_answer', BUSY] as const;

/** Until a busy host is asked again where it does not say when, ms. */
const BUSY_MS = 2_000;

/** A refusal as an error, with the pause that it asks for. */
export const refusalOf = (
  { code, text, done, afterS }: Extract<Reply, { ok: false }>,
  shown: (text: string) => string,
): { readonly kind: 'failed' | 'unknown'; readonly error: TargetError; readonly retry_after_ms?: number } => {
  const isBusy = code === BUSY && done === 'no';
  const error = { code, message: `refused: ${shown(text)}`, retryable: isBusy };
  if (done === 'maybe') return { kind: 'unknown', error };
  return { kind: 'failed', error, ...(isBusy && { retry_after_ms: (afterS ?? BUSY_MS / 1_000) * 1_000 }) };
};
