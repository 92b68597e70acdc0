import type { CallOutcome } from '../../../common/flow/outcome';

/*
 * What the outcome of a command tells of its connector. Its breaker counts what fails whatever is asked; an answer that
 * is about this one target is the connector at work, also where it is no.
 */

/** Refusals that would come for every target: the credentials do not count any more. */
const ABOUT_US: ReadonlySet<number> = new Set([401, 403, 407]);

/** Failures without an answer, or before anything was sent. */
const WITHOUT_ANSWER: ReadonlySet<string> = new Set([
  'address_refused',
  'connection',
  'credentials',
  'no_answer',
  'timeout',
  'tls',
]);

/**
 * Whether a connector works, by the outcome of one command.
 *
 * @param sent the first byte of some attempt was written
 * @returns undefined where nothing was sent, so that it tells nothing
 */
export const tellsOfConnector = (outcome: CallOutcome, sent: boolean): 'works' | 'fails' | undefined => {
  switch (outcome.kind) {
    case 'succeeded':
      return 'works';
    case 'unknown':
      return 'fails';
    case 'not_started':
      // What was sent before failed, or it would not have been tried once more.
      return sent ? 'fails' : undefined;
    case 'failed': {
      const { code, retryable, status = 0 } = outcome.error;
      const isDown = retryable || status >= 500 || ABOUT_US.has(status) || WITHOUT_ANSWER.has(code);
      if (isDown) return 'fails';
      // What was refused before it was sent, such as a target that cannot be written down, met no target.
      return sent ? 'works' : undefined;
    }
  }
};
