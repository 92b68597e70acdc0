import type { TargetError } from '../../../common/flow/outcome';
import type { Unanswered } from './exchange';

/** Errors of HTTP after which an order may be tried again; of `http_status` only what its reader says. */
export const HTTP_RETRIES = ['connection', 'timeout', 'no_answer', 'http_status'] as const;

/** A call that ended without an answer, as the runner takes it. */
type UnansweredOutcome =
  | { readonly kind: 'not_started'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: TargetError }
  | { readonly kind: 'unknown'; readonly error: TargetError };

/**
 * What it means for a command that its request got no answer. What was not written has certainly not been applied;
 * what was written may have been, whatever the network said afterwards.
 */
export const outcomeOfUnanswered = (exchange: Unanswered): UnansweredOutcome => {
  switch (exchange.kind) {
    case 'not_started':
      return { kind: 'not_started', why: 'the permit to start had lapsed when the connection stood' };
    case 'not_sent': {
      const { code, message, retryable } = exchange;
      return { kind: 'failed', error: { code, message, retryable } };
    }
    case 'no_answer':
      return { kind: 'unknown', error: { code: 'no_answer', message: exchange.message, retryable: true } };
  }
};

/** Why a request that only looks got no answer. */
export const whyUnanswered = (exchange: Unanswered): string =>
  exchange.kind === 'not_started' ? 'not permitted' : exchange.message;
