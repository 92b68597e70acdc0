import type { CallOutcome, TargetError } from '../connector';
import type { Unwilling } from './session';

/** Names of RFC 4511, for people. */
const NAMES: Readonly<Record<number, string>> = {
  1: 'operationsError',
  3: 'timeLimitExceeded',
  8: 'strongerAuthRequired',
  10: 'referral',
  13: 'confidentialityRequired',
  16: 'noSuchAttribute',
  17: 'undefinedAttributeType',
  19: 'constraintViolation',
  20: 'attributeOrValueExists',
  21: 'invalidAttributeSyntax',
  32: 'noSuchObject',
  34: 'invalidDNSyntax',
  48: 'inappropriateAuthentication',
  49: 'invalidCredentials',
  50: 'insufficientAccessRights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwillingToPerform',
  80: 'other',
};

/**
 * Results by which a directory says for certain that it changed nothing. The others can come from a proxy in front of
 * it, or from a server that failed in the middle: 1, 3, 52, 80.
 */
const DEFINITE: ReadonlySet<number> = new Set([
  2, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 32, 33, 34, 36, 48, 49, 50, 51, 53, 54, 64, 65, 66, 67, 68, 69,
  71,
]);

/** What we wanted to replace is not there any more, or something came in between. */
const CHANGED: ReadonlySet<number> = new Set([16, 19, 20]);
/** LDAP does not say for how long a directory is busy; so long it is left alone, ms. */
const BUSY_PAUSE_MS = 7_000;

/** Errors after which an order may be tried again. */
export const LDAP_RETRIES = ['connection', 'timeout', 'no_answer', 'changed_meanwhile', 'busy', 'result'] as const;

const textOf = (result: number, message: string): string => {
  const name = NAMES[result];
  return `result ${result}${name === undefined ? '' : ` (${name})`}: ${message}`;
};

type Shown = (text: string) => string;

/** Why a look or a login failed. It changed nothing. */
export const errorOfLook = (what: string, reply: Unwilling, shown: Shown): TargetError => {
  switch (reply.kind) {
    case 'refused':
      return {
        code: reply.result === 51 || reply.result === 52 ? 'busy' : 'refused_by_target',
        message: shown(`${what}: ${textOf(reply.result, reply.message)}`),
        retryable: reply.result === 51 || reply.result === 52,
      };
    case 'not_started':
      return { code: 'not_started', message: `${what}: not permitted any more`, retryable: true };
    case 'not_sent':
      return { code: reply.code, message: shown(`${what}: ${reply.message}`), retryable: reply.retryable };
    case 'no_answer':
      return { code: 'no_answer', message: shown(`${what}: ${reply.message}`), retryable: true };
  }
};

/** Logins that a directory refuses, whatever is tried again. */
const NOT_LET_IN: ReadonlySet<number> = new Set([7, 8, 13, 32, 34, 48, 49, 50, 53]);

/** True if the directory does not let our account in. */
export const isNotLetIn = (reply: Unwilling): boolean => reply.kind === 'refused' && NOT_LET_IN.has(reply.result);

/** What an order came to whose connection was not made, or whose login or look failed: nothing was changed. */
export const outcomeOfLook = (what: string, reply: Unwilling, shown: Shown): CallOutcome => {
  if (reply.kind === 'not_started')
    return { kind: 'not_started', why: 'the permit to start had lapsed when the connection stood' };
  const error = errorOfLook(what, reply, shown);
  if (what === 'login' && isNotLetIn(reply)) return { kind: 'failed', error: { ...error, code: 'credentials' } };
  return { kind: 'failed', error, ...(error.code === 'busy' && { retry_after_ms: BUSY_PAUSE_MS }) };
};

/** What an order came to that was not answered with success. */
export const outcomeOfOrder = (reply: Unwilling, shown: Shown): Exclude<CallOutcome, { kind: 'succeeded' }> => {
  switch (reply.kind) {
    case 'not_started':
      return { kind: 'not_started', why: 'the permit to start had lapsed when the order was due' };
    case 'not_sent':
      return { kind: 'failed', error: { code: reply.code, message: reply.message, retryable: reply.retryable } };
    case 'no_answer':
      return { kind: 'unknown', error: { code: 'no_answer', message: reply.message, retryable: true } };
    case 'refused': {
      const { result } = reply;
      const message = shown(textOf(result, reply.message));
      if (!DEFINITE.has(result)) return { kind: 'unknown', error: { code: 'result', message, retryable: true } };
      if (result === 51)
        return { kind: 'failed', error: { code: 'busy', message, retryable: true }, retry_after_ms: BUSY_PAUSE_MS };
      if (CHANGED.has(result))
        return { kind: 'failed', error: { code: 'changed_meanwhile', message, retryable: true } };
      const code = result === 50 ? 'not_permitted' : result === 10 ? 'referral' : 'refused_by_target';
      return { kind: 'failed', error: { code, message, retryable: false } };
    }
  }
};
