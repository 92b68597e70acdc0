import type { CallContext, CallOutcome, ClearedCommand, EffectHandle, UndoOutcome, Verification } from '../connector';
import { idWords, pathWord, requestLine } from './line';
import { hostOf, notMade, readLook, readOrder, unknownHost, type Call, type HostAction } from './ssh_parts';

type Permit = Pick<CallContext, 'mayStart'>;

const FACTS = ['sha256', 'mode', 'uid', 'gid', 'size'] as const;

/** What the host says of a file, for the record. */
const factsIn = (body: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    FACTS.flatMap((name) => (typeof body[name] === 'string' ? [[name, body[name].slice(0, 80)]] : [])),
  );

const execute = async ({ parts, send }: Call, command: ClearedCommand, { mayStart }: Permit): Promise<CallOutcome> => {
  const { host, name } = hostOf(parts, command);
  if (host === undefined) return unknownHost(name);
  const path = pathWord(command.target.value);
  if (!path.ok) return notMade('bad_target', path.error);
  const line = requestLine('quarantine', command.command_id, path.value);
  const { body, outcome } = readOrder(parts, host, await send(host, line, mayStart));
  if (outcome !== undefined) return outcome;
  const others = typeof body.other_names === 'number' && body.other_names > 0 ? body.other_names : undefined;
  const warning = others === undefined ? '' : `; ${others} more names of it (hard links) are elsewhere and stay`;
  return { kind: 'succeeded', after: factsIn(body), text: `in the quarantine of ${host.name}${warning}` };
};

/** A person has to say which of two states it should be; by a refusal both are kept. */
const DECISIONS = ['replaced', 'altered', 'no_folder'];

const undo = async ({ parts, send }: Call, effect: EffectHandle, { mayStart }: Permit): Promise<UndoOutcome> => {
  const { host, name } = hostOf(parts, effect);
  if (host === undefined) return unknownHost(name);
  const path = pathWord(effect.target.value);
  if (!path.ok) return { kind: 'succeeded', text: 'it was never sent' };
  let text = 'it was not in the quarantine';
  for (const commands of idWords(effect.command_ids)) {
    const line = requestLine('restore', commands, path.value, effect.force === true ? 'force' : 'plain');
    const { body, outcome, code } = readOrder(parts, host, await send(host, line, mayStart));
    if (outcome !== undefined) {
      if (outcome.kind === 'failed' && code !== undefined && DECISIONS.includes(code))
        return { kind: 'refused', error: outcome.error, current: { host: host.name, code } };
      return outcome;
    }
    if (body.was !== 'ours') continue;
    text = `back on ${host.name}, with digest, mode and owner as before`;
    break;
  }
  return { kind: 'succeeded', text };
};

const verify = async ({ parts, send }: Call, effect: EffectHandle): Promise<Verification> => {
  const { host, name } = hostOf(parts, effect);
  if (host === undefined) return { state: 'unknown', text: unknownHost(name).error.message };
  const path = pathWord(effect.target.value);
  if (!path.ok) return { state: 'absent', text: path.error };
  for (const commands of idWords(effect.command_ids)) {
    const { body, why } = readLook(parts, host, await send(host, requestLine('file', commands, path.value)));
    if (why !== undefined) return { state: 'unknown', text: `could not look: ${why}` };
    if (typeof body.held !== 'object' || body.held === null) continue;
    const again = body.there === true;
    return {
      state: 'present',
      seen: { host: host.name, ...factsIn(body.held as Readonly<Record<string, unknown>>), there_again: again },
      text: `in the quarantine of ${host.name}${again ? '; ANOTHER file is at its path now' : ''}`,
    };
  }
  return { state: 'absent', text: `${host.name} has it in no quarantine of ours` };
};

/** `quarantine_file`: moved to where only root gets, with digest, mode and owner noted, and back again. */
export const quarantineFile: HostAction = {
  execute,
  verify,
  undo,
  // Nothing ends it but we, so a later end needs no order.
  extend: async () => ({ kind: 'succeeded', text: 'it stays until it is undone' }),
};
