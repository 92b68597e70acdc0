import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import { whyUnanswered, type ListedEffect, type Send, type TargetError } from '../connector';
import type { CompiledAction } from './compile_actions';
import { renderRequest } from './compiled_request';
import { fulfilsAll } from './match_answer';
import { nextPath } from './next_page';
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

const DEFAULT_MOST_PAGES = 20;

/** Reads the items of every page. What goes on after the last one that may be asked for is an error. */
const readPages = async (
  { headers, parameters }: RestParts,
  send: Send,
  { request: template, reading }: NonNullable<CompiledAction['list']>,
): Promise<Result<readonly unknown[], { readonly message: string; readonly retryable: boolean }>> => {
  const request = renderRequest(template, {}, headers);
  if (!request.ok) return err({ message: request.error, retryable: false });
  const { next, most_pages: most = DEFAULT_MOST_PAGES } = reading;
  const all: unknown[] = [];
  const asked = new Set<string>();
  for (let path: string | undefined = request.value.path; path !== undefined;) {
    if (asked.size >= most) return err({ message: `has more than ${most} pages`, retryable: false });
    if (asked.has(path)) return err({ message: 'its pages go round in a circle', retryable: false });
    asked.add(path);
    const answer = await send({ ...request.value, path });
    if (answer.kind !== 'answered') return err({ message: whyUnanswered(answer), retryable: true });
    if (answer.status !== 200) return err({ message: `answered ${answer.status}`, retryable: false });
    const items = follow(answer.body.json, reading.items);
    if (!items.found || !Array.isArray(items.value))
      return err({ message: answer.body.why ?? `has no array at \`${reading.items}\``, retryable: false });
    all.push(...(items.value as unknown[]));
    const further: Result<string | undefined, string> =
      next === undefined ? ok(undefined) : nextPath(answer, next, { baseUrl: parameters.base_url, path });
    if (!further.ok) return err({ message: further.error, retryable: false });
    path = further.value;
  }
  return ok(all);
};

/**
 * Lists the effects at the target by the actions that have a `list`. An answer or an item that cannot be read is an
 * error: a list with holes would pass for the whole truth.
 */
export const listEffects = async (
  parts: RestParts,
  send: Send,
): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const listed: ListedEffect[] = [];
  for (const [action, { list, targetType }] of parts.actions) {
    if (list === undefined) continue;
    const items = await readPages(parts, send, list);
    if (!items.ok) return badList(action, items.error.message, items.error.retryable);
    for (const item of items.value) {
      if (!fulfilsAll(item, list.reading.where, {})) continue;
      const effect = readItem(item, action, targetType, list.reading);
      if (effect === undefined) return badList(action, `an item has no text at \`${list.reading.value}\``);
      listed.push(effect);
    }
  }
  return ok(listed);
};
