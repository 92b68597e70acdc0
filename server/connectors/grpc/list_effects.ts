import { decode } from '../../../common/codec/decode';
import { Target } from '../../../common/flow/target';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { ListedEffect, TargetError } from '../connector';
import type { GrpcParts } from './grpc_parts';
import type { Send } from './grpc_target';
import { readLook, textOf } from './read_answer';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const readEffect = (item: unknown): ListedEffect | undefined => {
  const { command_id, action, target, since } = (item ?? {}) as Readonly<Record<string, unknown>>;
  const { host, ...rest } = (target ?? {}) as Readonly<Record<string, unknown>>;
  const read = decode(Target, { ...rest, ...(textOf(host) !== '' && { host }) });
  const name = textOf(action);
  if (!read.ok || name === '') return undefined;
  return {
    action: name,
    target: read.value,
    ...present({
      command_id: textOf(command_id) || undefined,
      since: INSTANT.test(textOf(since)) ? textOf(since) : undefined,
    }),
  };
};

/** Everything that the agent has of ours. A list with a hole would mislead. */
export const listEffects = async (
  { target }: GrpcParts,
  send: Send,
): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const { body, error } = readLook(await send({ method: 'List', message: {} }), target.shown);
  if (error !== undefined) return err(error);
  const items = Array.isArray(body.effects) ? body.effects : [];
  const effects = items.flatMap((item) => readEffect(item) ?? []);
  if (effects.length < items.length)
    return err({ code: 'not_listed', message: 'an effect in its list names no action or no target', retryable: false });
  return ok(effects);
};
