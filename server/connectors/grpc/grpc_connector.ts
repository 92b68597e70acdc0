import { actionNamed } from '../../../common/policy/actions';
import { present } from '../../../common/present';
import type {
  CallContext,
  CallOutcome,
  Capabilities,
  ClearedCommand,
  Connector,
  EffectHandle,
  UndoOutcome,
  Verification,
} from '../connector';
import { effectMessage, lastsMessage, targetMessage, type GrpcParts } from './grpc_parts';
import type { Send } from './grpc_target';
import { listEffects } from './list_effects';
import { GRPC_RETRIES, notSaid, readLook, readOrder, stateOf, textOf } from './read_answer';
import { readStatus } from './read_status';

const capabilitiesOf = ({ actions, graceS, settleMs, timeoutMs }: GrpcParts): Capabilities => ({
  actions: Object.keys(actions),
  // The protocol demands it: an agent knows an order again by its command, and marks the effect with it.
  idempotency: 'key',
  tagged: true,
  native_ttl: graceS !== undefined,
  settle_time_ms: settleMs,
  request_timeout_ms: timeoutMs,
  second_observer: Object.values(actions).every((each) => each.second_observer !== undefined),
  retries: GRPC_RETRIES,
  promises: actions,
});

type Permit = Pick<CallContext, 'mayStart' | 'fence'>;

const badRequest = (message: string): Extract<CallOutcome, { kind: 'failed' }> => ({
  kind: 'failed',
  error: { code: 'bad_request', message, retryable: false },
});

/** Why an order is not made at all. */
const orderFault = ({ actions }: GrpcParts, { action, target }: Pick<ClearedCommand, 'action' | 'target'>) => {
  if (!(action in actions)) return badRequest(`this connector does not do \`${action}\``);
  const type = actionNamed(action)?.target;
  return type === target.type ? undefined : badRequest(`\`${action}\` acts on a ${type}, not on a ${target.type}`);
};

const saidIn = ({ target }: GrpcParts, text: unknown): { readonly text?: string } =>
  present({ text: target.shown(textOf(text)) || undefined });

const execute = async (
  parts: GrpcParts,
  send: Send,
  command: ClearedCommand,
  { mayStart, fence, effect_id }: Omit<CallContext, 'signal'>,
): Promise<CallOutcome> => {
  const { target } = parts;
  const message = {
    effect_id: effect_id ?? '',
    command_id: command.command_id,
    fence: `${fence}`,
    action: command.action,
    target: targetMessage(command.target),
    reason: command.reason,
    ...lastsMessage(parts, command.ttl_ms),
  };
  const { body, outcome } = readOrder(await send({ method: 'Execute', message }, mayStart), target.shown);
  if (outcome !== undefined) return outcome;
  if (body.result !== 'RESULT_DONE') return notSaid('result');
  const states = { before: stateOf(body.before, target.kept), after: stateOf(body.after, target.kept) };
  return { kind: 'succeeded', ...present(states), ...saidIn(parts, body.text) };
};

const extend = async (
  parts: GrpcParts,
  send: Send,
  { effect, lastsMs }: { readonly effect: EffectHandle; readonly lastsMs: number | null },
  { mayStart, fence }: Permit,
): Promise<CallOutcome> => {
  const message = { ...effectMessage(effect), fence: `${fence}`, ...lastsMessage(parts, lastsMs) };
  const { body, outcome } = readOrder(await send({ method: 'Extend', message }, mayStart), parts.target.shown);
  if (outcome !== undefined) return outcome;
  return body.result === 'RESULT_DONE' ? { kind: 'succeeded', ...saidIn(parts, body.text) } : notSaid('result');
};

/** As JSON, also where the agent wrote something else: it comes back as a text then. */
const stateText = (state: unknown): string => (state === undefined || state === null ? '' : JSON.stringify(state));

const undo = async (
  parts: GrpcParts,
  send: Send,
  effect: EffectHandle,
  { mayStart, fence }: Permit,
): Promise<UndoOutcome> => {
  const { target } = parts;
  const message = {
    ...effectMessage(effect),
    fence: `${fence}`,
    before: stateText(effect.before),
    after: stateText(effect.after),
    force: effect.force === true,
  };
  const { body, outcome } = readOrder(await send({ method: 'Undo', message }, mayStart), target.shown);
  if (outcome !== undefined) return outcome;
  if (body.result === 'RESULT_DONE') return { kind: 'succeeded', ...saidIn(parts, body.text) };
  if (body.result !== 'RESULT_CHANGED') return notSaid('result');
  const told = target.shown(textOf(body.text)) || 'somebody changed it since; nothing was done';
  return {
    kind: 'refused',
    error: { code: 'changed', message: told, retryable: false },
    ...present({ current: stateOf(body.current, target.kept) }),
  };
};

const PRESENCE: Readonly<Record<string, Verification['state']>> = {
  PRESENCE_PRESENT: 'present',
  PRESENCE_ABSENT: 'absent',
};

const verify = async (parts: GrpcParts, send: Send, effect: EffectHandle): Promise<Verification> => {
  const { target } = parts;
  const answer = await send({ method: 'Verify', message: effectMessage(effect) });
  const { body, error } = readLook(answer, target.shown);
  if (error !== undefined) return { state: 'unknown', text: `could not look: ${error.message}` };
  const state = PRESENCE[textOf(body.presence)] ?? 'unknown';
  return { state, ...present({ seen: stateOf(body.seen, target.kept) }), ...saidIn(parts, body.text) };
};

/** Makes the connector; its parameters were checked. */
export const grpcConnector = (parts: GrpcParts): Connector => {
  const { target } = parts;
  return {
    name: parts.name,
    kind: 'grpc',
    capabilities: capabilitiesOf(parts),
    execute: async (command, { signal, ...permit }) =>
      orderFault(parts, command) ?? target.within(signal, (send) => execute(parts, send, command, permit)),
    ...(parts.graceS !== undefined && {
      extend: async (effect: EffectHandle, lastsMs: number | null, { signal, ...permit }: CallContext) =>
        orderFault(parts, effect) ?? target.within(signal, (send) => extend(parts, send, { effect, lastsMs }, permit)),
    }),
    // An action that the settings do not have any more is still looked at and undone.
    verify: (effect, { signal }) => target.within(signal, (send) => verify(parts, send, effect)),
    undo: (effect, { signal, ...permit }) => target.within(signal, (send) => undo(parts, send, effect, permit)),
    cancel: (commandId, { signal }) =>
      target.within(signal, async (send) => {
        await send({ method: 'Cancel', message: { command_id: commandId } });
      }),
    list: ({ signal }) => target.within(signal, (send) => listEffects(parts, send)),
    status: ({ signal }) => target.within(signal, (send) => readStatus(parts, send)),
  };
};
