import { isOneThing } from '../../../common/entity/one_thing';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import {
  outcomeOfUnanswered,
  type CallContext,
  type CallOutcome,
  type Capabilities,
  type ClearedCommand,
  type Connector,
  type EffectHandle,
  type ListedEffect,
  type TargetError,
  type UndoOutcome,
  type Verification,
} from '../connector';
import type { Exchange } from './exchange';
import type { HaproxyTarget, Send } from './haproxy_target';
import {
  commandOf,
  isCommandId,
  isDone,
  isNotThere,
  keyOf,
  LINES,
  markOf,
  readInfo,
  readRows,
  refusalIn,
  type MapRow,
} from './map';
import { readStatus } from './read_status';

/** Everything that one connector to haproxy works with. */
export interface HaproxyParts {
  readonly name: string;
  readonly target: HaproxyTarget;
  /** The map as haproxy's configuration names it. */
  readonly map: string;
  readonly timeoutMs: number;
}

const ACTION = 'block_ip';

/** Errors after which an order may be tried again. What haproxy refuses it refuses again. */
export const HAPROXY_RETRIES = ['connection', 'timeout', 'no_answer'] as const;

export const HAPROXY_PROMISES: Capabilities['promises'] = {
  [ACTION]: {
    disruption: { usual: 0.1, by_tag: { gateway: 1, proxy: 1, vpn: 1 } },
    // The address need not be there to be blocked.
    offline: { order: 'not_needed' },
    needs: ['a stats socket of haproxy', 'a map that a rule denies by'],
  },
};

const capabilitiesOf = ({ timeoutMs }: HaproxyParts): Capabilities => ({
  actions: [ACTION],
  // haproxy would add a second row: it is looked up first, and rows of one command are undone together.
  idempotency: 'set',
  native_ttl: false,
  // The next request is judged by the new row.
  settle_time_ms: 0,
  request_timeout_ms: timeoutMs,
  tagged: true,
  second_observer: false,
  retries: HAPROXY_RETRIES,
  promises: HAPROXY_PROMISES,
});

type Permit = Pick<CallContext, 'mayStart'>;

const notMade = (code: string, message: string): Extract<CallOutcome, { kind: 'failed' }> => ({
  kind: 'failed',
  error: { code, message, retryable: false },
});

/** An answer that is none of those that haproxy is known to give. */
const odd = ({ target }: HaproxyParts, text: string): TargetError => ({
  code: 'no_answer',
  message: text === '' ? 'closed without an answer' : `its answer is not understood: ${target.shown(text)}`,
  retryable: true,
});

type Unable = Exclude<CallOutcome, { kind: 'succeeded' }>;

const refusedBy = ({ target }: HaproxyParts, text: string): Extract<CallOutcome, { kind: 'failed' }> | undefined => {
  const refusal = refusalIn(text);
  return refusal && notMade(refusal.code, `refused: ${target.shown(refusal.said)}`);
};

/** The rows of the map, or what it comes to that they cannot be had. Nothing was changed. */
const look = async (
  parts: HaproxyParts,
  send: Send,
  mayStart?: () => boolean,
): Promise<{ readonly rows: readonly MapRow[]; readonly outcome?: never } | { readonly outcome: Unable }> => {
  const answer = await send(LINES.show(parts.map), mayStart);
  if (answer.kind === 'no_answer')
    return { outcome: { kind: 'failed', error: { code: 'no_answer', message: answer.message, retryable: true } } };
  if (answer.kind !== 'answered') return { outcome: outcomeOfUnanswered(answer) };
  const refused = refusedBy(parts, answer.text);
  if (refused !== undefined) return { outcome: refused };
  const rows = readRows(answer.text);
  return rows === undefined ? { outcome: { kind: 'failed', error: odd(parts, answer.text) } } : { rows };
};

const whyOf = (outcome: Unable): string => ('error' in outcome ? outcome.error.message : outcome.why);

/** What an order came to; undefined: it was carried out. */
const readOrder = (parts: HaproxyParts, answer: Exchange): Unable | undefined => {
  if (answer.kind !== 'answered') return outcomeOfUnanswered(answer);
  if (isDone(answer.text)) return undefined;
  return refusedBy(parts, answer.text) ?? { kind: 'unknown', error: odd(parts, answer.text) };
};

const isOn = ({ key }: MapRow, target: EffectHandle['target']): boolean =>
  isOneThing({ type: 'ip', value: key }, target);

const othersText = (others: number): string =>
  others === 0
    ? ''
    : `; ${others === 1 ? 'a row' : `${others} rows`} of others for it ${others === 1 ? 'stays' : 'stay'}`;

const orderFault = ({ action, target, command_id: id }: ClearedCommand): ReturnType<typeof notMade> | undefined => {
  if (action !== ACTION) return notMade('bad_request', `this connector does not do \`${action}\``);
  if (target.type !== 'ip') return notMade('bad_request', `\`${action}\` acts on an ip, not on a ${target.type}`);
  return isCommandId(id) ? undefined : notMade('bad_request', 'the id of the command is no UUID');
};

const execute = async (
  parts: HaproxyParts,
  send: Send,
  { target, command_id: commandId }: ClearedCommand,
  { mayStart }: Permit,
): Promise<CallOutcome> => {
  const key = keyOf(target.value);
  if (!key.ok) return notMade('bad_target', key.error);
  const seen = await look(parts, send, mayStart);
  if (seen.outcome !== undefined) return seen.outcome;
  const on = seen.rows.filter((row) => isOn(row, target));
  if (on.some(({ value }) => value === markOf(commandId)))
    return { kind: 'succeeded', text: 'it was in the map already' };
  const failed = readOrder(parts, await send(LINES.add(parts.map, key.value, commandId), mayStart));
  if (failed !== undefined) return failed;
  const others = on.filter(({ value }) => commandOf(value) === undefined).length;
  return {
    kind: 'succeeded',
    ...(others > 0 && { before: { others } }),
    text: `haproxy took it into the map${othersText(others)}`,
  };
};

const undo = async (
  parts: HaproxyParts,
  send: Send,
  { target, command_ids: ids }: EffectHandle,
  { mayStart }: Permit,
): Promise<UndoOutcome> => {
  const seen = await look(parts, send, mayStart);
  if (seen.outcome !== undefined) return seen.outcome;
  const marks = new Set(ids.map(markOf));
  const ours = seen.rows.filter(({ value }) => marks.has(value));
  for (const { ref } of ours) {
    const answer = await send(LINES.remove(parts.map, ref), mayStart);
    if (answer.kind === 'answered' && isNotThere(answer.text)) continue;
    const failed = readOrder(parts, answer);
    if (failed !== undefined) return failed;
  }
  const others = seen.rows.filter((row) => isOn(row, target) && !marks.has(row.value)).length;
  const text = ours.length === 0 ? 'it was gone already' : 'taken out of the map';
  return { kind: 'succeeded', text: `${text}${othersText(others)}` };
};

/** Since when haproxy runs: a restart and a reload lose what was added at run time. */
const sinceStart = async (send: Send): Promise<{ readonly uptimeS?: number; readonly text: string }> => {
  const answer = await send(LINES.info());
  const info = answer.kind === 'answered' ? readInfo(answer.text) : undefined;
  if (info === undefined) return { text: '' };
  const { uptimeS } = info;
  return { uptimeS, text: `; haproxy was started or reloaded ${uptimeS} s ago, which loses the rows added before` };
};

const verify = async (
  parts: HaproxyParts,
  send: Send,
  { target, command_ids: ids }: EffectHandle,
): Promise<Verification> => {
  const seen = await look(parts, send);
  if (seen.outcome !== undefined) return { state: 'unknown', text: `could not look: ${whyOf(seen.outcome)}` };
  const marks = new Set(ids.map(markOf));
  const on = seen.rows.filter((row) => isOn(row, target));
  const ours = on.filter(({ value }) => marks.has(value));
  const others = on.length - ours.length;
  if (ours.length > 0)
    return {
      state: 'present',
      seen: { rows: ours.length, others },
      text: `haproxy has it in the map that it denies by${othersText(others)}`,
    };
  const { uptimeS, text } = await sinceStart(send);
  const blocked = others === 0 ? '' : ', but one of others: the address stays blocked';
  return {
    state: 'absent',
    seen: { rows: 0, others, ...present({ uptime_s: uptimeS }) },
    text: `the map has no row of ours${blocked}${text}`,
  };
};

/** Only what bears our mark: the map may be an administrator's. */
const list = async (parts: HaproxyParts, send: Send): Promise<Result<readonly ListedEffect[], TargetError>> => {
  const seen = await look(parts, send);
  if (seen.outcome !== undefined)
    return err(
      'error' in seen.outcome
        ? seen.outcome.error
        : { code: 'not_started', message: seen.outcome.why, retryable: true },
    );
  return ok(
    seen.rows.flatMap(({ key, value }) => {
      const commandId = commandOf(value);
      if (commandId === undefined) return [];
      return [{ action: ACTION, target: { type: 'ip' as const, value: key }, command_id: commandId }];
    }),
  );
};

/** Makes the connector; its parameters were checked. */
export const haproxyConnector = (parts: HaproxyParts): Connector => {
  const { target } = parts;
  return {
    name: parts.name,
    kind: 'haproxy',
    capabilities: capabilitiesOf(parts),
    execute: async (command, { signal, mayStart }) =>
      orderFault(command) ?? target.within(signal, (send) => execute(parts, send, command, { mayStart })),
    verify: (effect, { signal }) => target.within(signal, (send) => verify(parts, send, effect)),
    undo: (effect, { signal, mayStart }) => target.within(signal, (send) => undo(parts, send, effect, { mayStart })),
    // haproxy queues nothing: what it has taken is undone, not cancelled.
    cancel: () => Promise.resolve(),
    list: ({ signal }) => target.within(signal, (send) => list(parts, send)),
    status: ({ signal }) => target.within(signal, (send) => readStatus(parts, send)),
  };
};
