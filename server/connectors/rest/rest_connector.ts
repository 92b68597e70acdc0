import { HTTP_RETRIES, requestTimeoutMs } from '../connector';
import type {
  CallContext,
  CallOutcome,
  Capabilities,
  ClearedCommand,
  Connector,
  ConnectorHealth,
  EffectHandle,
  Send,
} from '../connector';
import { renderRequest } from './compiled_request';
import { readHostStatus } from './host_status';
import { listEffects } from './list_effects';
import { followOperation } from './operation';
import { resolveTarget, withId } from './resolve';
import { revisionAt } from './revision';
import { readOrder } from './read_order';
import { noSuchAction, notMade, type RestParts } from './rest_parts';
import { readStatus } from './read_status';
import { commandValues, extensionValues } from './template_values';
import { undoEffect } from './undo_effect';
import { verifyEffect } from './verify_effect';

/** Every action that is looked at is confirmed by another system. */
const confirmsElsewhere = ({ actions }: RestParts['parameters'], promises: RestParts['promises']): boolean => {
  const looked = Object.entries(actions).filter(([, { verify }]) => verify !== undefined);
  return looked.length > 0 && looked.every(([name]) => promises[name]?.second_observer !== undefined);
};

const capabilitiesOf = ({ parameters, promises }: RestParts): Capabilities => ({
  actions: Object.keys(parameters.actions),
  idempotency: parameters.idempotency,
  native_ttl: parameters.native_ttl !== undefined,
  settle_time_ms: parameters.settle_time_ms,
  request_timeout_ms: requestTimeoutMs(parameters),
  tagged: parameters.tagged,
  second_observer: confirmsElsewhere(parameters, promises),
  retries: HTTP_RETRIES,
  promises,
});

/** What a target says that it could not finish may be there in part: only what is seen not to be there has failed. */
const unlessThere = async (
  parts: RestParts,
  send: Send,
  {
    command_id: id,
    action,
    target,
    after,
  }: Pick<ClearedCommand, 'command_id' | 'action' | 'target'> & {
    readonly after: unknown;
  },
  outcome: CallOutcome,
): Promise<CallOutcome> => {
  if (outcome.kind !== 'failed' || parts.actions.get(action)?.verify === undefined) return outcome;
  const seen = await verifyEffect(parts, send, { effect_id: '', action, target, command_ids: [id], after });
  return seen.state === 'absent' ? outcome : { kind: 'unknown', error: outcome.error };
};

/** Which one it went to is recorded with what may be in effect. */
const noted = (outcome: CallOutcome, targetId: string | undefined): CallOutcome =>
  targetId !== undefined && (outcome.kind === 'succeeded' || outcome.kind === 'unknown')
    ? { ...outcome, after: withId(outcome.after, targetId) }
    : outcome;

/** Why an order is not given: it is so already, or nobody can tell. Undefined: it is not so. */
const whyNotAbsent = async (
  parts: RestParts,
  send: Send,
  { command_id: id, action, target }: ClearedCommand,
  targetId: string | undefined,
): Promise<CallOutcome | undefined> => {
  const after = withId(undefined, targetId);
  const { state, text = '' } = await verifyEffect(parts, send, {
    ...{ effect_id: '', action, target, after },
    command_ids: [id],
  });
  if (state === 'absent') return undefined;
  const error =
    state === 'present'
      ? { code: 'there_already', message: 'it is so already, by somebody else; nothing was done', retryable: false }
      : {
          code: 'no_answer',
          message: `nothing was done: whether it is so already is not known: ${text}`,
          retryable: true,
        };
  return { kind: 'failed', error };
};

const execute = async (parts: RestParts, command: ClearedCommand, context: CallContext): Promise<CallOutcome> => {
  const { actions, headers, target, parameters, utc } = parts;
  const { mayStart, signal, fence } = context;
  const action = actions.get(command.action);
  if (action === undefined) return notMade(noSuchAction(command.action));
  if (command.target.type !== action.targetType)
    return notMade(`\`${command.action}\` acts on a ${action.targetType}, not on a ${command.target.type}`);
  const { operation, unchanged } = action;
  return target.within(signal, async (send) => {
    const found = await resolveTarget(parts, send, action, command);
    if (!found.ok) return { kind: 'failed', error: found.error };
    const targetId = found.value;
    const why = action.onlyIfAbsent ? await whyNotAbsent(parts, send, command, targetId) : undefined;
    if (why !== undefined) return why;
    const now = utc();
    const values = commandValues(command, { now, graceS: parameters.native_ttl?.grace_s ?? 0, fence });
    const request = renderRequest(action.execute.request, { ...values, 'target.id': targetId ?? null }, headers);
    if (!request.ok) return notMade(request.error);
    const answer = await send(request.value, mayStart);
    if (operation !== undefined && answer.kind === 'answered' && operation.accepted.includes(answer.status)) {
      const asked = { ...command, target_id: targetId, after: withId(undefined, targetId) };
      const followed = await followOperation(parts, send, { ...asked, operation }, answer);
      return noted(await unlessThere(parts, send, asked, followed), targetId);
    }
    const outcome = readOrder(answer, { rules: action.execute.rules, use: 'execute', now: utc(), shown: target.shown });
    if (outcome.kind !== 'succeeded' || unchanged === undefined || answer.kind !== 'answered')
      return noted(outcome, targetId);
    const revision = revisionAt(answer.body.json, unchanged.sent);
    return noted(revision === undefined ? outcome : { ...outcome, after: { revision } }, targetId);
  });
};

const extend = async (
  parts: RestParts,
  effect: EffectHandle,
  lastsMs: number | null,
  { mayStart, signal, fence }: CallContext,
): Promise<CallOutcome> => {
  const { actions, headers, target, parameters, utc } = parts;
  const action = actions.get(effect.action);
  const order = action?.extend;
  if (action === undefined || order === undefined) return notMade(noSuchAction(`extend ${effect.action}`));
  const graceS = parameters.native_ttl?.grace_s ?? 0;
  return target.within(signal, async (send) => {
    const targetId = await resolveTarget(parts, send, action, effect);
    if (!targetId.ok) return { kind: 'failed', error: targetId.error };
    const values = extensionValues(effect, lastsMs, { now: utc(), graceS, fence });
    const request = renderRequest(order.request, { ...values, 'target.id': targetId.value ?? null }, headers);
    if (!request.ok) return notMade(request.error);
    const answer = await send(request.value, mayStart);
    return readOrder(answer, { rules: order.rules, use: 'extend', now: utc(), shown: target.shown });
  });
};

const canExtend = ({ actions }: RestParts): boolean =>
  [...actions.values()].some((action) => action.extend !== undefined);

const hostStatusOf = (parts: RestParts): Pick<Connector, 'hostStatus'> => {
  const { hostStatus, target } = parts;
  if (hostStatus === undefined) return {};
  return {
    hostStatus: (host, { signal }) => target.within(signal, (send) => readHostStatus(parts, send, hostStatus, host)),
  };
};

/** Says with its health that nobody here tried it against the product. */
const marked = ({ parameters: { preset } }: RestParts, health: ConnectorHealth): ConnectorHealth =>
  preset === undefined
    ? health
    : { ...health, text: `${health.text}; contract only (${preset}), not run against the product` };

/** Makes the connector; its parameters were checked. */
export const restConnector = (parts: RestParts): Connector => ({
  name: parts.name,
  kind: 'rest',
  capabilities: capabilitiesOf(parts),
  execute: (command, context) => execute(parts, command, context),
  ...(canExtend(parts) && {
    extend: (effect, lastsMs, context) => extend(parts, effect, lastsMs, context),
  }),
  verify: (effect, { signal }) => parts.target.within(signal, (send) => verifyEffect(parts, send, effect)),
  undo: (effect, context) => parts.target.within(context.signal, (send) => undoEffect(parts, send, effect, context)),
  cancel: async (commandId, { signal }) => {
    await parts.target.within(signal, async (send) => {
      for (const { cancel } of parts.actions.values()) {
        const request = cancel && renderRequest(cancel, { command_id: commandId }, parts.headers);
        if (request?.ok === true) await send(request.value);
      }
    });
  },
  list: ({ signal }) => parts.target.within(signal, (send) => listEffects(parts, send)),
  status: async ({ signal }) => marked(parts, await parts.target.within(signal, (send) => readStatus(parts, send))),
  ...hostStatusOf(parts),
});
