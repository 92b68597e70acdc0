import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import {
  isDefiniteRefusal,
  outcomeOfUnanswered,
  retryAfterMs,
  type Answered,
  type CallOutcome,
  type Exchange,
  type HttpTarget,
  type Send,
} from '../connector';
import type { KeycloakParts } from './keycloak_parts';

/* Keycloak's admin interface: how it is asked, and what its answers mean for an order. */

type Reading = Pick<KeycloakParts, 'realm' | 'utc'> & { readonly target: Pick<HttpTarget, 'shown'> };

/** Why a look showed nothing. Looking does nothing, so as an outcome it is never `unknown`. */
export interface NotSeen {
  readonly outcome: Extract<CallOutcome, { kind: 'failed' | 'not_started' }>;
  /** What Keycloak answered, if it did. */
  readonly status?: number;
}

const HEADERS = { accept: 'application/json' };
const MAY_PASS: ReadonlySet<number> = new Set([408, 425, 429]);

const adminPath = (realm: string, path: string): string => `/admin/realms/${encodeURIComponent(realm)}${path}`;

/** What Keycloak says in an error. */
const messageIn = ({ status, body }: Answered, shown: (text: string) => string): string => {
  const { error, errorMessage, error_description: more } = (body.json ?? {}) as Readonly<Record<string, unknown>>;
  const said = [errorMessage, error, more].find((each) => typeof each === 'string') ?? body.text;
  return said === '' ? `answered ${status}` : `answered ${status}: ${shown(String(said))}`;
};

const notSeen = (parts: Reading, what: string, answer: Exchange): NotSeen => {
  if (answer.kind === 'answered') {
    const { status, headers } = answer;
    const message = `${what}: ${messageIn(answer, parts.target.shown)}`;
    const retryable = status >= 500 || MAY_PASS.has(status);
    const pause = present({ retry_after_ms: retryAfterMs(headers.get('retry-after'), parts.utc()) });
    return {
      outcome: { kind: 'failed', error: { code: 'http_status', message, status, retryable }, ...pause },
      status,
    };
  }
  const outcome = outcomeOfUnanswered(answer);
  if (outcome.kind === 'not_started') return { outcome };
  const { code, message, retryable } = outcome.error;
  return { outcome: { kind: 'failed', error: { code, message: `${what}: ${message}`, retryable } } };
};

/** One thing to look at. */
export interface Question<Value> {
  /** For people, such as `finding the account`. */
  readonly what: string;
  /** Below the realm, with its query. */
  readonly path: string;
  /** Undefined if the answer cannot be read. */
  readonly read: (json: unknown) => Value | undefined;
}

/** Asks Keycloak for something. */
export const ask = async <Value>(
  parts: Reading,
  send: Send,
  { what, path, read }: Question<Value>,
  mayStart?: () => boolean,
): Promise<Result<Value, NotSeen>> => {
  const answer = await send({ method: 'GET', path: adminPath(parts.realm, path), headers: HEADERS }, mayStart);
  if (answer.kind !== 'answered' || answer.status !== 200) return err(notSeen(parts, what, answer));
  const value = answer.body.why === undefined ? read(answer.body.json) : undefined;
  if (value !== undefined) return ok(value);
  const message = `${what}: ${answer.body.why ?? 'its answer cannot be read'}`;
  return err({ outcome: { kind: 'failed', error: { code: 'bad_answer', message, retryable: false } }, status: 200 });
};

/** What an order came to. `retry`: nothing was done; `unsure`: nobody knows. */
export type Ordered =
  | { readonly kind: 'done' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'not_done'; readonly outcome: CallOutcome }
  | { readonly kind: 'unsure'; readonly outcome: Extract<CallOutcome, { kind: 'unknown' }> };

/** Tells Keycloak to do something. Only what is definite counts as done, or as not done. */
export const tell = async (
  parts: Reading,
  send: Send,
  { method, path, body, what }: { method: 'PUT' | 'POST'; path: string; body?: unknown; what: string },
  mayStart: () => boolean,
): Promise<Ordered> => {
  const headers = { ...HEADERS, ...present({ 'content-type': body === undefined ? undefined : 'application/json' }) };
  const text = present({ body: body === undefined ? undefined : JSON.stringify(body) });
  const answer = await send({ method, path: adminPath(parts.realm, path), headers, ...text }, mayStart);
  if (answer.kind !== 'answered') {
    const outcome = outcomeOfUnanswered(answer);
    return outcome.kind === 'unknown' ? { kind: 'unsure', outcome } : { kind: 'not_done', outcome };
  }
  const { status } = answer;
  if (status >= 200 && status <= 204) return { kind: 'done' };
  if (status === 404) return { kind: 'gone' };
  const message = `${what}: ${messageIn(answer, parts.target.shown)}`;
  const pause = present({ retry_after_ms: retryAfterMs(answer.headers.get('retry-after'), parts.utc()) });
  const error = { code: 'http_status', message, status };
  if (status === 429)
    return { kind: 'not_done', outcome: { kind: 'failed', error: { ...error, retryable: true }, ...pause } };
  return isDefiniteRefusal(status)
    ? { kind: 'not_done', outcome: { kind: 'failed', error: { ...error, retryable: false } } }
    : { kind: 'unsure', outcome: { kind: 'unknown', error: { ...error, retryable: true }, ...pause } };
};

/** Why nothing came of it, for people. */
export const whyOf = (outcome: CallOutcome): string =>
  outcome.kind === 'failed' || outcome.kind === 'unknown'
    ? outcome.error.message
    : outcome.kind === 'not_started'
      ? outcome.why
      : 'it was done';
