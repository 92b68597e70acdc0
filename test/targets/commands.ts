import { randomUUID } from 'crypto';
import type { ClearedCommand, Command } from '../../common/flow/command';
import { markCleared } from '../../common/flow/mark_cleared';
import { actionNamed } from '../../common/policy/actions';
import type { CallContext, EffectHandle } from '../../server/connectors/connector';

/** A command as the brakes would let it pass, for connectors' tests. */
export const aClearedCommand = (change: Partial<Command> = {}): ClearedCommand => {
  const action = change.action ?? 'block_ip';
  return markCleared({
    command_id: randomUUID(),
    case_id: 'case-1',
    decision_id: 'decision-1',
    act_id: 'act-1',
    action,
    target: { type: 'ip', value: '203.0.113.7' },
    connector: 'edge',
    reason: 'known indicator',
    ttl_ms: 600_000,
    rollback: actionNamed(action)?.undo ?? null,
    policy: { id: 'block-known-ioc', hash: 'sha256:0', layer: 'action', mode: 'enforce' },
    ...change,
  });
};

/** The effect of some commands on one target. */
export const effectOf = (command: Command, ...more: readonly Command[]): EffectHandle => ({
  effect_id: `effect:${command.command_id}`,
  action: command.action,
  target: command.target,
  command_ids: [command, ...more].map((each) => each.command_id),
});

/** A call that may start, is not given up, and comes first. */
export const aCall = (change: Partial<CallContext> = {}): CallContext => ({
  mayStart: () => true,
  signal: new AbortController().signal,
  fence: 1,
  ...change,
});
