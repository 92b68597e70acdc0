import { actionNamed } from '../../../common/policy/actions';
import type { ActionPromise, CallOutcome, Capabilities, ClearedCommand, Connector, EffectHandle } from '../connector';
import { blockAddress } from './block_address';
import { isolateHost } from './isolate_host';
import { killProcess } from './kill_process';
import { isCommandId } from './line';
import { listEffects } from './list_effects';
import { quarantineFile } from './quarantine_file';
import { readReachable, readStatus } from './read_status';
import { SSH_RETRIES } from './reply';
import type { SshAction } from './ssh_parameters';
import { notMade, type HostAction, type SshParts } from './ssh_parts';

const ACTIONS: Readonly<Record<SshAction, HostAction>> = {
  block_ip: blockAddress,
  isolate_host: isolateHost,
  quarantine_file: quarantineFile,
  kill_process: killProcess,
};

/** A host that is off answers nothing and keeps no order. */
const REFUSED = { order: 'refused' } as const;
const KEY = 'an SSH key whose forced command is reflex-hand, as root';

export const SSH_PROMISES: Readonly<Record<SshAction, ActionPromise>> = {
  block_ip: {
    disruption: { usual: 0.1, by_tag: { gateway: 1, proxy: 1, vpn: 1 } },
    offline: REFUSED,
    needs: [`${KEY}, with \`block\``, 'nftables'],
  },
  isolate_host: {
    disruption: { usual: 1 },
    offline: REFUSED,
    needs: [`${KEY}, with \`isolate\``, 'nftables'],
  },
  quarantine_file: {
    disruption: { usual: 0.2, by_tag: { server: 1 } },
    offline: REFUSED,
    needs: [`${KEY}, with \`quarantine\``],
  },
  kill_process: {
    disruption: { usual: 0.1, by_tag: { server: 1 } },
    offline: REFUSED,
    needs: [`${KEY}, with \`kill\``],
  },
};

const isKnown = (action: string): action is SshAction => action in ACTIONS;

/** What is stated of an action: isolation has a second observer where every host is seen by another one. */
const promiseOf = (action: SshAction, { hosts }: SshParts): ActionPromise => {
  const elsewhere = action === 'isolate_host' && hosts.every(({ seenFrom }) => seenFrom !== undefined);
  return { ...SSH_PROMISES[action], ...(elsewhere && { second_observer: 'a ping from another host' }) };
};

const capabilitiesOf = (parts: SshParts): Capabilities => {
  const { actions, settleMs, timeoutMs } = parts;
  const promises = Object.fromEntries(
    actions.flatMap((each) => (isKnown(each) ? [[each, promiseOf(each, parts)]] : [])),
  );
  return {
    actions,
    idempotency: 'set',
    // The kernel ends blocks and isolation. What it does not end takes `extend` without an order.
    native_ttl: true,
    settle_time_ms: settleMs,
    request_timeout_ms: timeoutMs,
    tagged: true,
    // Looking reads what the kernel has, not what the order was answered with; but it is the same host that tells.
    second_observer: actions.length > 0 && actions.every((each) => promises[each]?.second_observer !== undefined),
    retries: SSH_RETRIES,
    promises,
  };
};

const actionOf = ({ actions }: SshParts, name: string): HostAction | undefined =>
  isKnown(name) && actions.includes(name) ? ACTIONS[name] : undefined;

const noSuchAction = (name: string): Extract<CallOutcome, { kind: 'failed' }> =>
  notMade('bad_request', `this connector does not do \`${name}\``);

/** Why an order is not made at all. */
const orderFault = ({ action, target }: Pick<ClearedCommand, 'action' | 'target'>, ids: readonly string[]) => {
  const type = actionNamed(action)?.target;
  if (type !== target.type) return notMade('bad_request', `\`${action}\` acts on a ${type}, not on a ${target.type}`);
  // It is the mark of the effect there, and its only way back.
  return isCommandId(ids[0] ?? '') ? undefined : notMade('bad_request', 'the id of the command is no UUID');
};

/** Makes the connector; its parameters were checked. */
export const sshConnector = (parts: SshParts): Connector => {
  const { target } = parts;
  const within = <Value>(signal: AbortSignal, call: (given: Parameters<HostAction['verify']>[0]) => Promise<Value>) =>
    target.within(signal, (send) => call({ parts, send }));
  return {
    name: parts.name,
    kind: 'ssh',
    capabilities: capabilitiesOf(parts),
    execute: async (command, permit) => {
      const action = actionOf(parts, command.action);
      if (action === undefined) return noSuchAction(command.action);
      const fault = orderFault(command, [command.command_id]);
      return fault ?? within(permit.signal, (call) => action.execute(call, command, permit));
    },
    extend: async (effect: EffectHandle, lastsMs, permit) => {
      const action = actionOf(parts, effect.action);
      if (action === undefined) return noSuchAction(effect.action);
      const fault = orderFault(effect, effect.command_ids);
      return fault ?? within(permit.signal, (call) => action.extend(call, effect, lastsMs, permit));
    },
    // An action that the settings do not have any more is still looked at and undone.
    verify: async (effect, { signal }) =>
      isKnown(effect.action)
        ? within(signal, (call) => ACTIONS[effect.action as SshAction].verify(call, effect))
        : { state: 'unknown', text: noSuchAction(effect.action).error.message },
    undo: async (effect, permit) =>
      isKnown(effect.action)
        ? within(permit.signal, (call) => ACTIONS[effect.action as SshAction].undo(call, effect, permit))
        : noSuchAction(effect.action),
    // A host queues nothing: what it has taken is undone, not cancelled.
    cancel: () => Promise.resolve(),
    list: ({ signal }) => within(signal, listEffects),
    status: ({ signal }) => within(signal, readStatus),
    reachable: (host, { signal }) => within(signal, (call) => readReachable(call, host)),
  };
};
