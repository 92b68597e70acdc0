import { whyUnanswered, type Answered, type EffectHandle, type Send, type Verification } from '../connector';
import type { CompiledVerify } from './compile_actions';
import { renderRequest } from './compiled_request';
import { conditionsOf, matches } from './match_answer';
import { askOperation, operationLeft } from './operation';
import { follow } from './pointer';
import { idLeft, resolveTarget } from './resolve';
import type { RestParts } from './rest_parts';
import { effectValues, type TemplateValues } from './template_values';

/** What the answer shows at the places that were looked at: enough for the record, never the whole body. */
const seenIn = (
  { status, body }: Answered,
  { present, absent }: CompiledVerify,
  shown: (text: string) => string,
): unknown => {
  const pointers = [present, ...absent].flatMap(({ where }) => conditionsOf(where)).map(({ pointer }) => pointer);
  const values = [...new Set(pointers)].map((pointer) => {
    const found = follow(body.json, pointer);
    const value = found.found ? found.value : undefined;
    const plain = value === null || typeof value === 'number' || typeof value === 'boolean';
    return [pointer, plain ? value : typeof value === 'string' ? shown(value) : typeof value] as const;
  });
  return { status, ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }) };
};

const unknownBecause = (text: string): Verification => ({ state: 'unknown', text });

const ask = async (
  { headers, target }: RestParts,
  send: Send,
  verify: CompiledVerify,
  values: TemplateValues,
): Promise<Verification> => {
  const request = renderRequest(verify.request, values, headers);
  if (!request.ok) return unknownBecause(request.error);
  const answer = await send(request.value);
  if (answer.kind !== 'answered') return unknownBecause(`could not look: ${whyUnanswered(answer)}`);
  const present = matches(answer, verify.present, values);
  const absent = verify.absent.some((each) => matches(answer, each, values));
  const seen = seenIn(answer, verify, target.shown);
  const text = `answered ${answer.status}`;
  if (present !== absent) return { state: present ? 'present' : 'absent', seen, text };
  const why = present ? 'fits both `present` and `absent`' : (answer.body.why ?? 'fits neither `present` nor `absent`');
  return { state: 'unknown', seen, text: `${text}: ${why}` };
};

/** Where the question names the command, it is asked for each of them. */
const look = async (parts: RestParts, send: Send, effect: EffectHandle): Promise<Verification> => {
  const action = parts.actions.get(effect.action);
  const verify = action?.verify;
  if (action === undefined || verify === undefined) return unknownBecause('this connector cannot look');
  const targetId = await resolveTarget(parts, send, action, effect);
  if (!targetId.ok) return unknownBecause(targetId.error.message);
  const ids = verify.perCommand ? effect.command_ids : effect.command_ids.slice(0, 1);
  let answer = unknownBecause('no command of this effect is known');
  for (const [index, id] of ids.entries()) {
    const next = await ask(parts, send, verify, { ...effectValues(effect, id), 'target.id': targetId.value ?? null });
    if (next.state === 'present') return next;
    if (index === 0 || next.state === 'unknown') answer = next;
  }
  return answer;
};

/** What the target says of its work on an order that it only took; undefined where there is none to ask about. */
const askWork = async (parts: RestParts, send: Send, effect: EffectHandle): Promise<Verification | undefined> => {
  const operation = parts.actions.get(effect.action)?.operation;
  const ref = operationLeft(effect.after);
  if (operation === undefined || ref === undefined) return undefined;
  const { action, target, command_ids: ids } = effect;
  const work = await askOperation(parts, send, operation, {
    ...{ action, target, ref },
    command_id: ids[0] ?? '',
    target_id: idLeft(effect.after),
  });
  if (!work.ok) return unknownBecause(`could not ask about operation ${parts.target.shown(ref)}: ${work.error}`);
  const { state, text } = work.value;
  return { state: state === 'pending' ? 'unknown' : state === 'done' ? 'present' : 'absent', text };
};

/**
 * Asks the target whether an effect is there: present if it is there for one of its commands, absent only if it is seen
 * to be absent for every one. While the target still works on an order, what is not there yet is not absent; what it
 * says of its work counts for no more than that, but where it cannot be looked at.
 */
export const verifyEffect = async (parts: RestParts, send: Send, effect: EffectHandle): Promise<Verification> => {
  const seen = await look(parts, send, effect);
  if (seen.state === 'present') return seen;
  const work = await askWork(parts, send, effect);
  if (work === undefined) return seen;
  if (parts.actions.get(effect.action)?.verify === undefined) return work;
  const text = [seen.text, work.text].filter(Boolean).join('; ');
  return seen.state === 'absent' && work.state === 'unknown' ? { ...seen, state: 'unknown', text } : { ...seen, text };
};
