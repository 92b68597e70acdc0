import { outcomeOfUnanswered, whyUnanswered, type CallOutcome, type TargetError } from '../connector';
import type { Exchange } from './call_agent';

/** The statuses of gRPC by number. */
const STATUS_NAMES: readonly string[] = [
  'ok',
  'canceled',
  'unknown',
  'invalid_argument',
  'deadline_exceeded',
  'not_found',
  'already_exists',
  'permission_denied',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
  'unauthenticated',
];

const nameOf = (code: number): string => STATUS_NAMES[code] ?? 'unknown';

/** By these an agent says for certain that it did nothing, and would say so again. */
const DEFINITE: ReadonlySet<string> = new Set([
  'invalid_argument',
  'not_found',
  'already_exists',
  'permission_denied',
  'failed_precondition',
  'out_of_range',
  'unimplemented',
  'unauthenticated',
]);

/** It says for certain that it did nothing if it also says when to come again; else its answer was only too long. */
const BUSY = 'resource_exhausted';

/** The agent, or what stands before it, lets our credentials do nothing. */
const REFUSED: ReadonlySet<string> = new Set(['permission_denied', 'unauthenticated']);

const UNCERTAIN = STATUS_NAMES.filter((name) => name !== 'ok' && !DEFINITE.has(name));

/** Errors after which an order may be tried again. Every other one is final: what was refused is refused again. */
export const GRPC_RETRIES: readonly string[] = ['connection', 'timeout', 'no_answer', ...UNCERTAIN];

type Shown = (text: string) => string;
type Status = Extract<Exchange, { kind: 'status' }>;

const toldBy = ({ code, text }: Status, shown: Shown): string =>
  `answered ${nameOf(code).toUpperCase()}${text === '' ? '' : `: ${shown(text)}`}`;

export const isRefused = (answer: Exchange): boolean => answer.kind === 'status' && REFUSED.has(nameOf(answer.code));

const outcomeOfStatus = (answer: Status, shown: Shown): Exclude<CallOutcome, { kind: 'succeeded' | 'not_started' }> => {
  const code = nameOf(answer.code);
  const message = toldBy(answer, shown);
  const { retryAfterMs } = answer;
  if (DEFINITE.has(code)) return { kind: 'failed', error: { code, message, retryable: false } };
  const error = { code, message, retryable: true };
  if (retryAfterMs === undefined) return { kind: 'unknown', error };
  return { kind: code === BUSY ? 'failed' : 'unknown', error, retry_after_ms: retryAfterMs };
};

/** The body of an answer to an order, or what it came to without one. */
export const readOrder = (
  answer: Exchange,
  shown: Shown,
):
  | { readonly body: Readonly<Record<string, unknown>>; readonly outcome?: never }
  | { readonly outcome: Exclude<CallOutcome, { kind: 'succeeded' }>; readonly body?: never } => {
  if (answer.kind === 'answered') return { body: answer.body };
  return { outcome: answer.kind === 'status' ? outcomeOfStatus(answer, shown) : outcomeOfUnanswered(answer) };
};

/** The body of an answer to a look, or why there is none. */
export const readLook = (
  answer: Exchange,
  shown: Shown,
):
  | { readonly body: Readonly<Record<string, unknown>>; readonly error?: never }
  | { readonly error: TargetError; readonly body?: never } => {
  if (answer.kind === 'answered') return { body: answer.body };
  if (answer.kind === 'status')
    return { error: { code: nameOf(answer.code), message: toldBy(answer, shown), retryable: false } };
  const code = answer.kind === 'not_sent' ? answer.code : answer.kind;
  return { error: { code, message: shown(whyUnanswered(answer)), retryable: true } };
};

/** An answer that says OK and not that anything was done: nobody knows. */
export const notSaid = (field: string): Extract<CallOutcome, { kind: 'unknown' }> => ({
  kind: 'unknown',
  error: { code: 'no_answer', message: `answered OK without \`${field}\``, retryable: true },
});

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Longest state that goes on record with an order, characters. */
const LONGEST_STATE = 32_768;

/** What an agent says of a state, as JSON or as it is; undefined where it says nothing, or too much to be kept. */
export const stateOf = (value: unknown, kept: Shown): unknown => {
  const text = kept(textOf(value));
  if (text === '' || text.length > LONGEST_STATE) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
