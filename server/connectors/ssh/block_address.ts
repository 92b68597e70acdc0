import { present } from '../../../common/present';
import type { CallContext, CallOutcome, EffectHandle, UndoOutcome, Verification } from '../connector';
import { isDropped, readElement } from './kernel_rules';
import { idWords, netWords, requestLine } from './line';
import type { SshHost } from './hosts';
import { notMade, readLook, readOrder, secondsWord, type Call, type HostAction } from './ssh_parts';

type Net = readonly [string, string, string];
type Permit = Pick<CallContext, 'mayStart'>;

/** What several hosts came to, as one: it is only done where all did it, and only undone where none has it. */
export const together = <Outcome extends UndoOutcome>(outcomes: readonly Outcome[]): Outcome | CallOutcome => {
  const [first, ...rest] = outcomes;
  if (first === undefined) return notMade('unknown_host', 'no host blocks addresses');
  const others = outcomes.filter(({ kind }) => kind !== 'succeeded');
  const [worst] = others;
  if (rest.length === 0 || worst === undefined) return first;
  const unclear = others.find(({ kind }) => kind === 'unknown');
  if (others.length === outcomes.length && unclear === undefined) {
    // None did it, so whoever will never do it decides whether it can be tried again.
    return others.find((each) => each.kind === 'failed' && !each.error.retryable) ?? worst;
  }
  const said = 'error' in worst ? worst.error : { code: 'not_started', message: 'no permit any more', retryable: true };
  const count = `${outcomes.length - others.length} of ${outcomes.length} hosts did it`;
  return { kind: 'unknown', error: { ...said, message: `${count}; ${said.message}`.slice(0, 1_000) } };
};

const onEach = async <Value>(
  { parts: { blockOn } }: Call,
  ask: (host: SshHost) => Promise<Value>,
): Promise<readonly Value[]> => Promise.all(blockOn.map(ask));

const put = async (
  call: Call,
  { net, commandId, lastsMs }: { readonly net: Net; readonly commandId: string; readonly lastsMs: number | null },
  { mayStart }: Permit,
): Promise<CallOutcome> => {
  const { parts, send } = call;
  const line = requestLine('block', commandId, ...net, secondsWord(parts, lastsMs), parts.keep);
  const outcomes = await onEach(call, async (host): Promise<CallOutcome> => {
    const { body, outcome } = readOrder(parts, host, await send(host, line, mayStart));
    if (outcome !== undefined) return outcome;
    const older = body.before !== 'none' && body.before !== commandId;
    return {
      kind: 'succeeded',
      text: `nftables on ${host.name} has it${older ? ', instead of an older one of ours' : ''}`,
    };
  });
  const outcome = together(outcomes);
  if (outcome.kind !== 'succeeded') return outcome;
  return { kind: 'succeeded', text: `dropped on ${parts.blockOn.map(({ name }) => name).join(', ')}` };
};

const take = async (
  { parts, send }: Call,
  host: SshHost,
  { ids, net }: { readonly ids: readonly string[]; readonly net: Net },
  { mayStart }: Permit,
): Promise<UndoOutcome> => {
  let was: unknown = 'gone';
  for (const commands of ids) {
    const line = requestLine('unblock', commands, ...net);
    const { body, outcome } = readOrder(parts, host, await send(host, line, mayStart));
    if (outcome !== undefined) return outcome;
    ({ was } = body);
    if (was !== 'other') break;
  }
  if (was === 'ours') return { kind: 'succeeded', text: `taken out on ${host.name}` };
  return { kind: 'succeeded', text: was === 'gone' ? 'it was gone already' : 'what is there is not ours and stays' };
};

/** What one host says of one address. */
const lookOn = async (
  { parts, send }: Call,
  host: SshHost,
  net: Net,
  ids: readonly string[],
): Promise<Verification> => {
  const { body, why } = readLook(parts, host, await send(host, requestLine('seen', ...net)));
  if (why !== undefined) return { state: 'unknown', text: `could not look: ${why}` };
  const element = readElement(body.element);
  if (element === undefined) return { state: 'absent', text: `the kernel of ${host.name} has no element for it` };
  if (element.command === undefined || !ids.includes(element.command))
    return { state: 'absent', text: `on ${host.name} it is in our set, but by somebody else: it stays blocked` };
  if (!isDropped(body.rules, net))
    return { state: 'unknown', text: `${host.name} has the element, but the rules that drop by it were changed` };
  const { packets, expires } = element;
  const ends = expires === undefined ? 'it has no end of its own' : `it ends by itself in ${expires}`;
  const dropped = packets === undefined ? '' : `, ${packets} packets dropped so far`;
  return {
    state: 'present',
    seen: { host: host.name, ...present({ packets, expires }) },
    text: `the kernel of ${host.name} drops it${dropped}; ${ends}`,
  };
};

const verify = async (call: Call, { target, command_ids: ids }: EffectHandle): Promise<Verification> => {
  const net = netWords(target.value);
  if ('why' in net) return { state: 'absent', text: net.why };
  const looks = await onEach(call, (host) => lookOn(call, host, net, ids));
  const states = new Set(looks.map(({ state }) => state));
  const texts = looks.flatMap(({ text }) => text ?? []).join('; ');
  const [first] = looks;
  if (first === undefined) return { state: 'unknown', text: 'no host blocks addresses' };
  const seen = present({ hosts: looks.length > 1 ? looks.map((each) => each.seen ?? null) : undefined });
  if (states.size > 1) return { state: 'unknown', text: texts.slice(0, 1_000), seen };
  return { ...first, ...(looks.length > 1 && { seen, text: texts.slice(0, 1_000) }) };
};

/** `block_ip`: an element in a set of nftables, on each host that blocks addresses. */
export const blockAddress: HostAction = {
  execute: async (call, { target, command_id: commandId, ttl_ms: lastsMs }, permit) => {
    const net = netWords(target.value);
    if ('why' in net) return notMade('bad_target', net.why);
    return put(call, { net, commandId, lastsMs }, permit);
  },
  extend: async (call, { target, command_ids: [commandId = ''] }, lastsMs, permit) => {
    const net = netWords(target.value);
    if ('why' in net) return notMade('bad_target', net.why);
    return put(call, { net, commandId, lastsMs }, permit);
  },
  verify,
  undo: async (call, { target, command_ids: commands }, permit) => {
    const net = netWords(target.value);
    if ('why' in net) return { kind: 'succeeded', text: 'it was never sent' };
    const ids = idWords(commands);
    return together(await onEach(call, (host) => take(call, host, { ids, net }, permit)));
  },
};
