import type { CallContext, CallOutcome, EffectHandle, UndoOutcome, Verification } from '../connector';
import { present } from '../../../common/present';
import { hostNamed, type SshHost } from './hosts';
import { elementsIn, isWalled, packetsDropped } from './kernel_rules';
import { idWords, requestLine } from './line';
import { hostOf, readLook, readOrder, secondsWord, unknownHost, type Call, type HostAction } from './ssh_parts';

type Permit = Pick<CallContext, 'mayStart'>;

const wall = async (
  { parts, send }: Call,
  effect: Pick<EffectHandle, 'target'>,
  { commandId, lastsMs }: { readonly commandId: string; readonly lastsMs: number | null },
  { mayStart }: Permit,
): Promise<CallOutcome> => {
  const { host, name } = hostOf(parts, effect);
  if (host === undefined) return unknownHost(name);
  const line = requestLine('isolate', commandId, secondsWord(parts, lastsMs), parts.keep);
  const { outcome } = readOrder(parts, host, await send(host, line, mayStart));
  return outcome ?? { kind: 'succeeded', text: `${host.name} lets nothing pass but our SSH` };
};

const undo = async ({ parts, send }: Call, effect: EffectHandle, { mayStart }: Permit): Promise<UndoOutcome> => {
  const { host, name } = hostOf(parts, effect);
  if (host === undefined) return unknownHost(name);
  let was: unknown = 'gone';
  for (const commands of idWords(effect.command_ids)) {
    const { body, outcome } = readOrder(parts, host, await send(host, requestLine('release', commands), mayStart));
    if (outcome !== undefined) return outcome;
    ({ was } = body);
    if (was !== 'other') break;
  }
  if (was === 'ours') return { kind: 'succeeded', text: `${host.name} is released` };
  return { kind: 'succeeded', text: was === 'gone' ? 'it was gone already' : 'what isolates it is not ours and stays' };
};

/** What another host sees of it; undefined where nobody else looks. */
const seenElsewhere = async (
  { parts, send }: Call,
  { seenFrom, name }: SshHost,
): Promise<{ readonly answers?: boolean; readonly text: string } | undefined> => {
  const observer = hostNamed(parts.hosts, seenFrom?.host);
  if (observer === undefined || seenFrom === undefined) return undefined;
  const { body, why } = readLook(parts, observer, await send(observer, requestLine('probe', ...seenFrom.words)));
  if (why !== undefined) return { text: `nobody else could look: ${why}` };
  if (body.answers === true) return { answers: true, text: `${name} answers ${observer.name} all the same` };
  return body.answers === false
    ? { answers: false, text: `${name} does not answer ${observer.name}` }
    : { text: `${observer.name} did not say what it sees` };
};

/** Both kinds of packets need their lease: one alone is a wall with a hole. */
const PROTOCOLS = ['ipv4', 'ipv6'];

const verify = async ({ parts, send }: Call, effect: EffectHandle): Promise<Verification> => {
  const { host, name } = hostOf(parts, effect);
  if (host === undefined) return { state: 'unknown', text: unknownHost(name).error.message };
  const { body, why } = readLook(parts, host, await send(host, requestLine('wall')));
  if (why !== undefined) return { state: 'unknown', text: `could not look: ${why}` };
  const leases = elementsIn(body.wall)?.filter(({ set }) => set === 'lease');
  if (leases === undefined) return { state: 'unknown', text: `the rules of ${host.name} cannot be read` };
  if (leases.length === 0) return { state: 'absent', text: `the kernel of ${host.name} isolates nothing for us` };
  const ours = leases.filter(({ command }) => command !== undefined && effect.command_ids.includes(command));
  if (ours.length === 0) return { state: 'absent', text: `${host.name} is isolated with our table by somebody else` };
  const whole = PROTOCOLS.every((protocol) => ours.some(({ value }) => value === protocol));
  if (!whole || !isWalled(body.wall))
    return { state: 'unknown', text: `the rules that isolate ${host.name} were changed by hand` };
  const packets = packetsDropped(body.wall);
  const elsewhere = await seenElsewhere({ parts, send }, host);
  const text = `the kernel of ${host.name} lets nothing pass but SSH, ${packets} packets dropped so far`;
  return {
    // Whom the host itself and another one tell two things about, nobody knows.
    state: elsewhere?.answers === true ? 'unknown' : 'present',
    seen: { host: host.name, packets, ...present({ answers: elsewhere?.answers }) },
    text: elsewhere === undefined ? text : `${text}; ${elsewhere.text}`,
  };
};

/** `isolate_host`: a table of nftables that drops all but our SSH as long as its lease lasts. */
export const isolateHost: HostAction = {
  execute: (call, { target, command_id: commandId, ttl_ms: lastsMs }, permit) =>
    wall(call, { target }, { commandId, lastsMs }, permit),
  extend: (call, { target, command_ids: [commandId = ''] }, lastsMs, permit) =>
    wall(call, { target }, { commandId, lastsMs }, permit),
  verify,
  undo,
};
