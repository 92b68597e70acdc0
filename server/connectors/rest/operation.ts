import { err, ok, type Result } from '../../../common/result';
import { whyUnanswered, type Answered, type CallOutcome, type ClearedCommand, type Send } from '../connector';
import type { CompiledOperation } from './compile_actions';
import { renderRequest } from './compiled_request';
import { matches } from './match_answer';
import { follow } from './pointer';
import type { RestParts } from './rest_parts';
import { operationValues } from './template_values';
import { isJsonObject } from '../../../common/codec/json_object';

/*
 * Orders that a target only takes at first. What it says of its work is only a word on the way: whether the effect is
 * there is seen by `verify`, also by an agent that never learnt the operation's name because another one died.
 */

const LONGEST_REF = 256;

/** The last part of a path, decoded: which server it names does not matter, for none but ours is asked. */
const lastSegment = (location: string): string | undefined => {
  const segment = /([^/?#]+)\/?(?:[?#].*)?$/.exec(location)?.[1];
  try {
    return segment === undefined ? undefined : decodeURIComponent(segment);
  } catch {
    return undefined;
  }
};

/** How the target calls the operation, or undefined where its answer does not say. */
const refIn = ({ headers, body }: Answered, from: string): string | undefined => {
  const found = from === 'location' ? undefined : follow(body.json, from);
  const value = from === 'location' ? lastSegment(headers.get('location') ?? '') : found?.found && found.value;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= LONGEST_REF ? text : undefined;
};

/** The operation that an order was taken as, as `execute` recorded it. */
export const operationLeft = (after: unknown): string | undefined => {
  const ref = isJsonObject(after) ? after.operation : undefined;
  return typeof ref === 'string' ? ref : undefined;
};

/** How the target's work is; `text` in its own words. What fits no state, or several, is an `err`. */
export type Work = Result<{ readonly state: 'done' | 'failed' | 'pending'; readonly text: string }, string>;

/** One order, and how the target calls its work on it. */
export interface AskedAbout extends Pick<ClearedCommand, 'action' | 'target' | 'command_id'> {
  readonly ref: string;
  readonly target_id?: string | undefined;
}

/** Asks once what became of an operation. */
export const askOperation = async (
  { headers, target }: RestParts,
  send: Send,
  { request: template, reading }: CompiledOperation,
  asked: AskedAbout,
): Promise<Work> => {
  const { ref } = asked;
  const values = operationValues(asked);
  const request = renderRequest(template, values, headers);
  if (!request.ok) return err(request.error);
  const answer = await send(request.value);
  if (answer.kind !== 'answered') return err(whyUnanswered(answer));
  const states = (['done', 'failed', 'pending'] as const).filter((state) => matches(answer, reading[state], values));
  const [state] = states;
  const said = target.shown(answer.body.text);
  if (state !== undefined && states.length === 1)
    return ok({ state, text: `operation ${target.shown(ref)} is ${state}${said === '' ? '' : `: ${said}`}` });
  return err(`answered ${answer.status}, which fits ${state === undefined ? 'no' : 'more than one'} state`);
};

/** Of the time for one call so much is for asking; the rest is for the order itself. */
const ASKING_SHARE = 0.5;
const DEFAULT_EVERY_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const taken = (operation: string, why: string): CallOutcome => ({
  kind: 'unknown',
  // Not retryable: a second order would be a second operation.
  error: { code: 'pending', message: `the target took it and works on it: ${why}`, retryable: false },
  after: { operation },
});

/**
 * Follows an order that was only taken, for as long as the call may last; what is not over by then is found out by
 * looking.
 *
 * @param accepted the answer to the order
 */
export const followOperation = async (
  parts: RestParts,
  send: Send,
  { operation, ...about }: Omit<AskedAbout, 'ref'> & { readonly operation: CompiledOperation },
  accepted: Answered,
): Promise<CallOutcome> => {
  const ref = refIn(accepted, operation.reading.ref);
  if (ref === undefined) {
    const message = `the target took it and does not name the operation at \`${operation.reading.ref}\``;
    return { kind: 'unknown', error: { code: 'pending', message, retryable: false } };
  }
  const { every_ms: everyMs = DEFAULT_EVERY_MS } = operation.reading;
  const times = Math.max(1, Math.floor((parts.totalMs * ASKING_SHARE) / everyMs));
  let last = 'not asked yet';
  for (let asked = 0; asked < times; asked += 1) {
    if (asked > 0) await pause(everyMs);
    const work = await askOperation(parts, send, operation, { ...about, ref });
    if (!work.ok) last = work.error;
    else if (work.value.state === 'done')
      return { kind: 'succeeded', after: { operation: ref }, text: work.value.text };
    else if (work.value.state === 'failed')
      return { kind: 'failed', error: { code: 'operation_failed', message: work.value.text, retryable: false } };
    else last = work.value.text;
  }
  return taken(ref, last);
};
