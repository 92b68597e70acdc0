import { inNetwork } from '../../../common/entity/address';
import { isOneThing } from '../../../common/entity/one_thing';
import type { Clearance } from '../../../common/flow/clearance';
import type { Target } from '../../../common/flow/decision';
import { markCleared } from '../../../common/flow/mark_cleared';
import { actionNamed } from '../../../common/policy/actions';
import type { BrakeRules, Guard } from './clear';
import { knownTarget, protectedTarget, refusedTarget, unsendable } from './judge_target';
import { ownTarget } from './own_machine';
import { stop } from './stop';

type ClearedCommand = ReturnType<typeof markCleared>;

/** Networks for documentation (RFC 5737, RFC 3849): nobody has an address there. */
const NOBODYS_NETWORKS = ['192.0.2.0/24', '2001:db8::/32'];
/** A name that nobody can have (RFC 2606). */
export const NOBODYS_DOMAIN = 'reflex-self-test.invalid';

/** It ends by then at the latest, whoever dies, ms. */
export const SELF_TEST_TTL_MS = 60_000;

/** No policy asks for a self-test; its commands and its stops name this. */
export const SELF_TEST = 'self-test';

export interface SelfTestRequest {
  readonly commandId: string;
  readonly connector: string;
  readonly action: string;
  readonly target: Target;
  /** What the configuration names for tests of this action. */
  readonly named?: { readonly value: string; readonly host?: string } | undefined;
  readonly by: string;
  readonly stopped: boolean;
  readonly rules: Pick<BrakeRules, 'protections'>;
  readonly guard: Pick<Guard, 'own' | 'who'>;
}

const isHarmless = (target: Target, named: SelfTestRequest['named']): boolean => {
  const { type, value } = target;
  if (named !== undefined) return isOneThing(target, { type, ...named });
  if (type === 'ip') return !value.includes('/') && NOBODYS_NETWORKS.some((network) => inNetwork(value, network));
  return isOneThing(target, { type: 'domain', value: NOBODYS_DOMAIN });
};

/**
 * The choke point for self-tests: what they act on is nobody's, or what the configuration names for it; whatever stops
 * an act for anybody stops them too. Asked before one starts, and again right before the first byte.
 *
 * INVARIANT (INV-11): nothing else than a harmless target that can be taken back is ever cleared here.
 */
export const clearSelfTest = (request: SelfTestRequest): Clearance<ClearedCommand> => {
  const { commandId, connector, action, target, named, by, stopped, rules, guard } = request;
  if (!isHarmless(target, named))
    return stop(
      'not_permitted',
      'deny',
      'a self-test acts on what nobody uses: an address for documentation, or what the configuration names',
    );
  const rollback = actionNamed(action)?.undo ?? null;
  if (rollback === null)
    return stop('not_permitted', 'deny', `\`${action}\` cannot be taken back, so it is not tested`);
  const known = knownTarget(target, guard.who);
  const refused = refusedTarget(known) ?? ownTarget(known, guard.own);
  if (refused !== undefined) return refused;
  if (stopped) return stop('kill_switch', 'deny', 'a kill switch covers it');
  const never = protectedTarget(known, rules.protections) ?? unsendable(action, known);
  if (never !== undefined) return never;
  return {
    kind: 'cleared',
    command: markCleared({
      command_id: commandId,
      case_id: SELF_TEST,
      decision_id: SELF_TEST,
      act_id: SELF_TEST,
      action,
      target,
      connector,
      reason: `self-test, asked for by ${by}`,
      ttl_ms: SELF_TEST_TTL_MS,
      rollback,
      policy: { id: SELF_TEST, hash: SELF_TEST, layer: 'action', mode: 'enforce' },
    }),
  };
};
