import { whyUnanswered, type Answered, type EffectHandle, type Send, type Verification } from '../connector';
import type { CompiledVerify } from './compile_actions';
import { renderRequest } from './compiled_request';
import { conditionsOf, matches } from './match_answer';
import { follow } from './pointer';
import type { RestParts } from './rest_parts';
import { effectValues, type TemplateValues } from './template_values';

/** What the answer shows at the places that were looked at: enough for the record, never the whole body. */
const seenIn = (
  { status, body }: Answered,
  { present, absent }: CompiledVerify,
  shown: (text: string) => string,
): unknown => {
  const pointers = [...conditionsOf(present.where), ...conditionsOf(absent.where)].map(({ pointer }) => pointer);
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
  const absent = matches(answer, verify.absent, values);
  const seen = seenIn(answer, verify, target.shown);
  const text = `answered ${answer.status}`;
  if (present !== absent) return { state: present ? 'present' : 'absent', seen, text };
  const why = present ? 'fits both `present` and `absent`' : (answer.body.why ?? 'fits neither `present` nor `absent`');
  return { state: 'unknown', seen, text: `${text}: ${why}` };
};

/**
 * Asks the target whether an effect is there. Where the question names the command, it is asked for each command of
 * the effect: present if one is there, absent only if every one is seen to be absent.
 */
export const verifyEffect = async (parts: RestParts, send: Send, effect: EffectHandle): Promise<Verification> => {
  const verify = parts.actions.get(effect.action)?.verify;
  if (verify === undefined) return unknownBecause('this connector cannot look');
  const ids = verify.perCommand ? effect.command_ids : effect.command_ids.slice(0, 1);
  let answer = unknownBecause('no command of this effect is known');
  for (const [index, id] of ids.entries()) {
    const next = await ask(parts, send, verify, effectValues(effect, id));
    if (next.state === 'present') return next;
    if (index === 0 || next.state === 'unknown') answer = next;
  }
  return answer;
};
