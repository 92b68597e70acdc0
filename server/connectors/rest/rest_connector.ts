import { HTTP_RETRIES, requestTimeoutMs } from '../connector';
import type {
  CallContext,
  CallOutcome,
  Capabilities,
  ClearedCommand,
  Connector,
  EffectHandle,
  Send,
} from '../connector';
import { renderRequest } from './compiled_request';
import { readHostStatus } from './host_status';
import { listEffects } from './list_effects';
import { followOperation } from './operation';
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
  { command_id: id, action, target }: ClearedCommand,
  outcome: CallOutcome,
): Promise<CallOutcome> => {
  if (outcome.kind !== 'failed' || parts.actions.get(action)?.verify === undefined) return outcome;
  const seen = await verifyEffect(parts, send, { effect_id: '', action, target, command_ids: [id] });
  return seen.state === 'absent' ? outcome : { kind: 'unknown', error: outcome.error };
};

const execute = async (parts: RestParts, command: ClearedCommand, context: CallContext): Promise<CallOutcome> => {
  const { actions, headers, target, parameters, utc } = parts;
  const { mayStart, signal, fence } = context;
  const action = actions.get(command.action);
  if (action === undefined) return notMade(noSuchAction(command.action));
  if (command.target.type !== action.targetType)
    return notMade(`\`${command.action}\` acts on a ${action.targetType}, not on a ${command.target.type}`);
  const now = utc();
  const values = commandValues(command, { now, graceS: parameters.native_ttl?.grace_s ?? 0, fence });
  const request = renderRequest(action.execute.request, values, headers);
  if (!request.ok) return notMade(request.error);
  const { operation, unchanged } = action;
  return target.within(signal, async (send) => {
    const answer = await send(request.value, mayStart);
    if (operation !== undefined && answer.kind === 'answered' && operation.accepted.includes(answer.status))
      return unlessThere(parts, send, command, await followOperation(parts, send, { operation, command }, answer));
    const outcome = readOrder(answer, { rules: action.execute.rules, use: 'execute', now: utc(), shown: target.shown });
    if (outcome.kind !== 'succeeded' || unchanged === undefined || answer.kind !== 'answered') return outcome;
    const revision = revisionAt(answer.body.json, unchanged.sent);
    return revision === undefined ? outcome : { ...outcome, after: { revision } };
  });
};

const extend = async (
  { actions, headers, target, parameters, utc }: RestParts,
  effect: EffectHandle,
  lastsMs: number | null,
  { mayStart, signal, fence }: CallContext,
): Promise<CallOutcome> => {
  const order = actions.get(effect.action)?.extend;
  if (order === undefined) return notMade(noSuchAction(`extend ${effect.action}`));
  const graceS = parameters.native_ttl?.grace_s ?? 0;
  const request = renderRequest(
    order.request,
    extensionValues(effect, lastsMs, { now: utc(), graceS, fence }),
    headers,
  );
  if (!request.ok) return notMade(request.error);
  const answer = await target.within(signal, (send) => send(request.value, mayStart));
  return readOrder(answer, { rules: order.rules, use: 'extend', now: utc(), shown: target.shown });
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
  status: ({ signal }) => parts.target.within(signal, (send) => readStatus(parts, send)),
  ...hostStatusOf(parts),
});
