import { foldWord } from '../../../common/words';
import { err, ok, type Result } from '../../../common/result';
import { whyUnanswered, type EffectHandle, type Exchange, type Send, type TargetError } from '../connector';
import type { CompiledAction } from './compile_actions';
import { renderRequest } from './compiled_request';
import { matches } from './match_answer';
import { follow } from './pointer';
import type { RestParts } from './rest_parts';
import { targetValues } from './template_values';
import { isJsonObject } from '../../../common/codec/json_object';

/*
 * Many targets know a host or an account by an id of their own. Brakes, approvals and records know it by its name, so
 * the name is turned into the id only here, right before the order, by a look-up that must find exactly one of that
 * very name: some targets also answer with what only begins like it.
 */

const LONGEST_ID = 256;

/** The id that an order went to, as `execute` recorded it. */
export const idLeft = (after: unknown): string | undefined => {
  const id = isJsonObject(after) ? after.target_id : undefined;
  return typeof id === 'string' ? id : undefined;
};

/** What is recorded of an order beside `after`, so that undoing goes to the very same one. */
export const withId = (after: unknown, id: string | undefined): unknown =>
  id === undefined ? after : { ...(typeof after === 'object' && after !== null ? after : {}), target_id: id };

const textAt = (item: unknown, pointer: string): string | undefined => {
  const there = follow(item, pointer);
  const value = there.found && typeof there.value === 'number' ? String(there.value) : there.found && there.value;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_ID ? value : undefined;
};

const notFound = (message: string): Result<never, TargetError> =>
  err({ code: 'not_resolved', message, retryable: false });

/** Asking again can help only where the target did not say anything of the name. */
const notAsked = (answer: Exchange): TargetError | undefined => {
  if (answer.kind === 'answered')
    return answer.status === 429 || answer.status >= 500
      ? { code: 'http_status', message: `look-up answered ${answer.status}`, status: answer.status, retryable: true }
      : undefined;
  const message = `could not look up which one it is: ${whyUnanswered(answer)}`;
  if (answer.kind === 'not_sent') return { code: answer.code, message, retryable: answer.retryable };
  return { code: 'no_answer', message, retryable: true };
};

/**
 * How the target calls what an order or an effect is about: as it was recorded, or as the target says now. Undefined
 * where the action knows things by their names alone.
 */
export const resolveTarget = async (
  { headers, target: { shown } }: Pick<RestParts, 'headers' | 'target'>,
  send: Send,
  { resolve }: Pick<CompiledAction, 'resolve'>,
  { action, target, after }: Pick<EffectHandle, 'action' | 'target' | 'after'>,
): Promise<Result<string | undefined, TargetError>> => {
  if (resolve === undefined) return ok(undefined);
  const recorded = idLeft(after);
  if (recorded !== undefined) return ok(recorded);
  const values = targetValues(action, target);
  const request = renderRequest(resolve.request, values, headers);
  if (!request.ok) return notFound(request.error);
  const answer = await send(request.value);
  const unasked = notAsked(answer);
  if (unasked !== undefined) return err(unasked);
  const { found, items, name, id } = resolve.reading;
  if (answer.kind !== 'answered' || !matches(answer, found, values))
    return notFound(`the target does not know \`${shown(target.value)}\``);
  const list = items === undefined ? undefined : follow(answer.body.json, items);
  if (list !== undefined && (!list.found || !Array.isArray(list.value)))
    return notFound(`the look-up has no list at \`${items ?? ''}\``);
  const all: readonly unknown[] = list === undefined ? [answer.body.json] : (list.value as readonly unknown[]);
  const wanted = foldWord(String(values['target.upn'] ?? target.value));
  const ids = all.flatMap((item) => {
    const [itsName, itsId] = [textAt(item, name), textAt(item, id)];
    const isMeant = itsId !== undefined && [itsName, itsId].some((each) => foldWord(each ?? '') === wanted);
    return isMeant ? [itsId] : [];
  });
  const [only] = ids;
  return only !== undefined && ids.length === 1
    ? ok(only)
    : notFound(`the target knows ${only === undefined ? 'no' : 'more than one'} \`${shown(target.value)}\``);
};
