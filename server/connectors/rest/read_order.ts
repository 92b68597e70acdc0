import { present } from '../../../common/present';
import { isDefiniteRefusal, outcomeOfUnanswered, retryAfterMs, type CallOutcome, type Exchange } from '../connector';
import type { StatusRules } from './rest_parameters';

/** Which answers mean what where the configuration does not say. */
export const DEFAULT_RULES = {
  execute: { expect: [200, 201, 202, 204], already: [], retry: [429], unknown: [], failed: [] },
  extend: { expect: [200, 201, 202, 204], already: [], retry: [429], unknown: [], failed: [] },
  undo: { expect: [200, 201, 202, 204], already: [404, 410], retry: [429], unknown: [], failed: [] },
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
 * nothing. Only what is listed is definite, here or in `definite.ts`; everything else may have been carried out, and is
 * found out. No failure is tried again unless it is listed as `retry`.
 */
export const readOrder = (answer: Exchange, { rules, use, now, shown }: Reading): CallOutcome => {
  if (answer.kind !== 'answered') return outcomeOfUnanswered(answer);
  const { status, body, headers } = answer;
  const { expect, already, retry, unknown, failed } = { ...DEFAULT_RULES[use], ...rules };
  if (expect.includes(status)) return { kind: 'succeeded', text: `answered ${status}` };
  if (already.includes(status))
    return {
      kind: 'succeeded',
      text: `answered ${status}: ${use === 'undo' ? 'it was gone' : 'it was there'} already`,
    };
  const said = shown(body.text);
  const message = said === '' ? `answered ${status}` : `answered ${status}: ${said}`;
  const error = { code: 'http_status', message, status };
  const pause = present({ retry_after_ms: retryAfterMs(headers.get('retry-after'), now) });
  if (retry.includes(status)) return { kind: 'failed', error: { ...error, retryable: true }, ...pause };
  const isDefinite = failed.includes(status) || (!unknown.includes(status) && isDefiniteRefusal(status));
  return isDefinite
    ? { kind: 'failed', error: { ...error, retryable: false } }
    : { kind: 'unknown', error: { ...error, retryable: status >= 400 }, ...pause };
};
