import { present } from '../../../common/present';
import { outcomeOfUnanswered, retryAfterMs, type CallOutcome, type Exchange } from '../connector';
import type { StatusRules } from './rest_parameters';

/** Which answers mean what where the configuration does not say. */
export const DEFAULT_RULES = {
  execute: { expect: [200, 201, 202, 204], already: [], retry: [429, 503], unknown: [500, 502, 504] },
  undo: { expect: [200, 201, 202, 204], already: [404, 410], retry: [429, 503], unknown: [500, 502, 504] },
} as const satisfies Record<string, Required<StatusRules>>;

interface Reading {
  readonly rules: StatusRules;
  readonly use: keyof typeof DEFAULT_RULES;
  /** UTC, ms since 1970. */
  readonly now: number;
  /** Makes a text of the target fit to be shown. */
  readonly shown: (text: string) => string;
}

/**
 * What the answer to an order came to. The status line alone decides, so that a body that never ends or lies changes
 * nothing; what is not listed is a definite failure, and no failure is tried again unless it is listed as `retry`.
 */
export const readOrder = (answer: Exchange, { rules, use, now, shown }: Reading): CallOutcome => {
  if (answer.kind !== 'answered') return outcomeOfUnanswered(answer);
  const { status, body, headers } = answer;
  const { expect, already, retry, unknown } = { ...DEFAULT_RULES[use], ...rules };
  if (expect.includes(status)) return { kind: 'succeeded', text: `answered ${status}` };
  if (already.includes(status))
    return {
      kind: 'succeeded',
      text: `answered ${status}: ${use === 'execute' ? 'it was there' : 'it was gone'} already`,
    };
  const said = shown(body.text);
  const message = said === '' ? `answered ${status}` : `answered ${status}: ${said}`;
  const error = { code: 'http_status', message, status };
  if (retry.includes(status)) {
    const pause = retryAfterMs(headers.get('retry-after'), now);
    return {
      kind: 'failed',
      error: { ...error, retryable: true },
      ...present({ retry_after_ms: pause }),
    };
  }
  if (unknown.includes(status)) return { kind: 'unknown', error: { ...error, retryable: true } };
  return { kind: 'failed', error: { ...error, retryable: false } };
};
