import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import { whyUnanswered, type ListedEffect, type Send, type TargetError } from '../connector';
import type { CompiledAction } from './compile_actions';
import { renderRequest } from './compiled_request';
import { fulfilsAll } from './match_answer';
import { follow } from './pointer';
import type { RestParts } from './rest_parts';
import type { ListTemplate } from './rest_parameters';

const badList = (action: string, message: string, retryable = false): Result<never, TargetError> =>
  err({ code: 'bad_list', message: `\`${action}\`: ${message}`, retryable });

const textAt = (item: unknown, pointer: string | undefined): string | undefined => {
  const found = pointer === undefined ? undefined : follow(item, pointer);
  return found?.found === true && typeof found.value === 'string' ? found.value : undefined;
};

/** Undefined if the item does not say what it is about. */
const readItem = (
  item: unknown,
  action: string,
  type: CompiledAction['targetType'],
  reading: ListTemplate,
): ListedEffect | undefined => {
  const value = textAt(item, reading.value);
  if (value === undefined || value === '') return undefined;
  const [host, commandId, since] = [
    textAt(item, reading.host),
    textAt(item, reading.command_id),
    Date.parse(textAt(item, reading.since) ?? ''),
  ];
  return {
    action,
    target: { type, value, ...present({ host }) },
    ...present({ command_id: commandId, since: Number.isNaN(since) ? undefined : iso(since) }),
  };
};

/**
 * Lists the effects at the target by the actions that have a `list`. An answer or an item that cannot be read is an
 * error: a list with holes would pass for the whole truth.
 */
export const listEffects = async (
  { actions, headers }: RestParts,
  send: Send,
): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const listed: ListedEffect[] = [];
  for (const [action, { list, targetType }] of actions) {
    if (list === undefined) continue;
    const request = renderRequest(list.request, {}, headers);
    if (!request.ok) return badList(action, request.error);
    const answer = await send(request.value);
    if (answer.kind !== 'answered') return badList(action, whyUnanswered(answer), true);
    if (answer.status !== 200) return badList(action, `answered ${answer.status}`);
    const items = follow(answer.body.json, list.reading.items);
    if (!items.found || !Array.isArray(items.value))
      return badList(action, answer.body.why ?? `has no array at \`${list.reading.items}\``);
    for (const item of items.value as unknown[]) {
      if (!fulfilsAll(item, list.reading.where, {})) continue;
      const effect = readItem(item, action, targetType, list.reading);
      if (effect === undefined) return badList(action, `an item has no text at \`${list.reading.value}\``);
      listed.push(effect);
    }
  }
  return ok(listed);
};
