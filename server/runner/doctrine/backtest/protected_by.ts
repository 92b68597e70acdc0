import { knownTarget, protectedTarget } from '../../../engine/brakes/judge_target';
import type { Identities } from '../../../engine/entity/identity';
import type { BrakeFacts } from '../../../engine/learning/backtest/brake_trial';
import type { CompiledPolicies } from '../../../engine/policy/compiled';

/**
 * Which policy of a set protects a target, as the brakes would say it.
 *
 * @param who who is who, as the inventory is today
 */
export const protectedByPolicies = (
  { protections }: Pick<CompiledPolicies, 'protections'>,
  who: Identities,
): BrakeFacts['protectedBy'] => {
  const lists = protections.map(({ ref, spec, expiresMs }) => ({
    name: ref.id,
    protect: spec.protect ?? {},
    expiresMs,
  }));
  return (target, at) => {
    const known = lists.length === 0 ? undefined : knownTarget(target, who);
    for (const list of lists) {
      const stopped = known && list.expiresMs > at ? protectedTarget(known, [list]) : undefined;
      if (stopped) return { brake: list.name, text: stopped.text };
    }
    return undefined;
  };
};
