import type { CallContext, CallOutcome, ClearedCommand, EffectHandle, Verification } from '../connector';
import { pathWord, requestLine, isCommandId } from './line';
import { hostOf, notMade, readLook, readOrder, unknownHost, type Call, type HostAction } from './ssh_parts';

type Permit = Pick<CallContext, 'mayStart'>;

/** A process that was told to end: its number, and when it was started in ticks since the machine was. */
interface Ended {
  readonly pid: number;
  readonly start: number;
  readonly alive: boolean;
}

const readEnded = (list: unknown): readonly Ended[] | undefined => {
  if (!Array.isArray(list)) return undefined;
  const read = list.flatMap((each: unknown): readonly Ended[] => {
    const { pid, start, alive } = (each ?? {}) as Readonly<Record<string, unknown>>;
    return typeof pid === 'number' && typeof start === 'number' && typeof alive === 'boolean'
      ? [{ pid, start, alive }]
      : [];
  });
  return read.length === list.length ? read : undefined;
};

const execute = async ({ parts, send }: Call, command: ClearedCommand, { mayStart }: Permit): Promise<CallOutcome> => {
  const { host, name } = hostOf(parts, command);
  if (host === undefined) return unknownHost(name);
  const path = pathWord(command.target.value);
  if (!path.ok) return notMade('bad_target', path.error);
  const line = requestLine('kill', command.command_id, path.value, `${parts.mostProcesses}`);
  const { body, outcome } = readOrder(parts, host, await send(host, line, mayStart));
  if (outcome !== undefined) return outcome;
  const ended = readEnded(body.ended) ?? [];
  return {
    kind: 'succeeded',
    after: { host: host.name, ended: ended.map(({ pid, start }) => ({ pid, start })) },
    text: `ended on ${host.name}: ${ended.map(({ pid }) => pid).join(', ')}`,
  };
};

const verify = async ({ parts, send }: Call, effect: EffectHandle): Promise<Verification> => {
  const { host, name } = hostOf(parts, effect);
  if (host === undefined) return { state: 'unknown', text: unknownHost(name).error.message };
  const path = pathWord(effect.target.value);
  if (!path.ok) return { state: 'absent', text: path.error };
  for (const id of effect.command_ids.filter(isCommandId)) {
    const { body, why } = readLook(parts, host, await send(host, requestLine('killed', id, path.value)));
    if (why !== undefined) return { state: 'unknown', text: `could not look: ${why}` };
    const ended = readEnded(body.ended);
    if (ended === undefined) continue;
    const alive = ended.filter((each) => each.alive).length;
    const running = Number(body.running);
    const since = running - alive;
    const seen = { host: host.name, ended, running };
    if (alive > 0) return { state: 'absent', seen, text: `${alive} of ${ended.length} still run on ${host.name}` };
    const more = since > 0 ? `; ${since} others run that file and were started since` : '';
    return { state: 'present', seen, text: `none of them runs on ${host.name} any more${more}` };
  }
  return { state: 'absent', text: `${host.name} was told of no such process` };
};

/**
 * `kill_process`: what runs a file, each by number and start, so that a number that was given anew is never hit. It
 * cannot be taken back.
 */
export const killProcess: HostAction = {
  execute,
  verify,
  undo: async () => notMade('irreversible', 'a process that was ended cannot be brought back'),
  extend: async () => ({ kind: 'succeeded', text: 'it is over' }),
};
