import type { HttpTarget, TargetError } from '../connector';
import type { LapiDecision } from './decisions';
import { messageIn, type Lapi, type LapiAnswer } from './lapi';

/** Everything that one CrowdSec connector works with. */
export interface CrowdsecParts {
  readonly name: string;
  readonly target: HttpTarget;
  readonly lapi: Lapi;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
  /** Origin of our decisions. */
  readonly origin: string;
  /** Seconds that a ban lasts longer than its ttl, so that CrowdSec never ends it first. */
  readonly graceS: number;
  /** Longest time until a firewall has followed, ms. */
  readonly settleMs: number;
  readonly timeoutMs: number;
  readonly ipv6: boolean;
}

/** Why an answer is not one to work with. Only for requests that change nothing: it says that nothing was done. */
export const unusable = ({ target }: CrowdsecParts, what: string, answer: LapiAnswer): TargetError => {
  switch (answer.kind) {
    case 'answered': {
      const message = `${what}: answered ${answer.status}: ${target.shown(answer.body.why ?? messageIn(answer))}`;
      return {
        code: 'http_status',
        message,
        status: answer.status,
        retryable: answer.status >= 500 || answer.status === 429,
      };
    }
    case 'login_refused':
      return { code: 'credentials', message: answer.message, retryable: false };
    case 'not_started':
      return { code: 'not_started', message: `${what}: not permitted any more`, retryable: true };
    case 'not_sent':
      return { code: answer.code, message: `${what}: ${answer.message}`, retryable: answer.retryable };
    case 'no_answer':
      return { code: 'no_answer', message: `${what}: ${answer.message}`, retryable: true };
  }
};

/** The decisions that an answer lists, or undefined if it lists none that can be read. */
export const listed = (
  answer: LapiAnswer,
  read: (body: unknown) => readonly LapiDecision[] | undefined,
): readonly LapiDecision[] | undefined =>
  answer.kind === 'answered' && answer.status === 200 && answer.body.why === undefined
    ? read(answer.body.json)
    : undefined;
