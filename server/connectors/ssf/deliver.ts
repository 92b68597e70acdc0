import { present } from '../../../common/present';
import {
  isDefiniteRefusal,
  outcomeOfUnanswered,
  retryAfterMs,
  type Answered,
  type CallOutcome,
  type Exchange,
  type Send,
} from '../connector';
import type { SsfParts } from './ssf_parts';

/* Push delivery of security events (RFC 8935): how one is sent, and what the receiver's answer means. */

/** Codes of RFC 8935 and SSF 1.0 by which a receiver refuses an event. */
const REFUSALS: ReadonlySet<string> = new Set([
  'invalid_request',
  'invalid_key',
  'invalid_issuer',
  'invalid_audience',
  'authentication_failed',
  'access_denied',
  'invalid_state',
]);

/** Those that say that it does not take us, or our signature, for who we are. */
const OF_US: ReadonlySet<string> = new Set(['invalid_key', 'invalid_issuer', 'authentication_failed', 'access_denied']);

/** Sends one event. Without `mayStart` it needs no permit: it orders nothing. */
export const push = (parts: SsfParts, send: Send, event: string, mayStart?: () => boolean): Promise<Exchange> => {
  const token = parts.token();
  const headers = {
    'content-type': 'application/secevent+jwt',
    accept: 'application/json',
    ...present({ authorization: token === undefined ? undefined : `Bearer ${token}` }),
  };
  return send({ method: 'POST', path: parts.path, headers, body: event }, mayStart);
};

const saidIn = ({ body }: Answered): { readonly err?: string; readonly description?: string } => {
  const { err, description } = (body.json ?? {}) as Readonly<Record<string, unknown>>;
  return present({
    err: typeof err === 'string' && REFUSALS.has(err) ? err : undefined,
    description: typeof description === 'string' ? description : undefined,
  });
};

/** Whether an answer says that the receiver does not take our events at all. */
export const isRefusalOfUs = (answer: Answered): boolean =>
  answer.status === 401 || answer.status === 403 || (answer.status === 400 && OF_US.has(saidIn(answer).err ?? ''));

/** What a receiver answered, for people. */
export const wordsOf = (parts: SsfParts, answer: Answered): string => {
  const { err, description = answer.body.text } = saidIn(answer);
  const said = [err, description].filter((each) => each !== undefined && each !== '').join(': ');
  return parts.target.shown(`HTTP ${answer.status}${said === '' ? '' : `: ${said}`}`);
};

/**
 * What an answer means for an order. Only 202 says that the receiver has the event; what else looks like a success may
 * come from a proxy or a login page.
 */
export const outcomeOf = (parts: SsfParts, answer: Exchange, jti: string): CallOutcome => {
  if (answer.kind !== 'answered') return outcomeOfUnanswered(answer);
  const { status } = answer;
  if (status === 202) return { kind: 'succeeded', after: { jti }, text: 'the receiver took the event' };
  const message = `the receiver did not take the event: ${wordsOf(parts, answer)}`;
  const pause = present({ retry_after_ms: retryAfterMs(answer.headers.get('retry-after'), parts.utc()) });
  const error = { code: 'http_status', message, status };
  if (status === 429) return { kind: 'failed', error: { ...error, retryable: true }, ...pause };
  if (!isDefiniteRefusal(status)) return { kind: 'unknown', error: { ...error, retryable: true }, ...pause };
  const { err } = saidIn(answer);
  const code = status === 400 && err !== undefined ? err : error.code;
  return { kind: 'failed', error: { ...error, code, retryable: false } };
};
