import type { Stopped } from '../../../common/flow/clearance';
import type { Act } from '../../../common/flow/decision';
import type { Longest } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import { stop } from './stop';

/*
 * How long something may be contained all in all. Each reason that joins an effect may put its end off: a source that
 * reports a host every hour would keep it isolated for good, though no policy holds it for more than two.
 */

/** A longest time of a policy in force. `totalMs` in ms. */
export interface LongestRule {
  readonly name: string;
  readonly longest: Longest;
  readonly totalMs: number;
}

/** What is contained by now, as far as this brake looks at it. */
interface Contained {
  /** UTC at which it was first confirmed; missing: not yet. */
  readonly since?: string;
}

/**
 * Why an act would contain its target for too long: with what has passed since the effect was first confirmed. What has
 * no end is always too long.
 *
 * @param now UTC, ms
 * @param effect what is there already; undefined where the act begins it
 */
export const tooLong = (
  { action, ttl_ms, rollback }: Pick<Act, 'action' | 'ttl_ms' | 'rollback'>,
  rules: readonly LongestRule[],
  { now, effect }: { readonly now: number; readonly effect?: Contained | undefined },
): Stopped | undefined => {
  if (rollback === null) return undefined;
  const passed = effect?.since === undefined ? 0 : Math.max(0, now - Date.parse(effect.since));
  const total = ttl_ms === null ? Infinity : passed + ttl_ms;
  const broken = rules.find(({ longest, totalMs }) => longest.action === action && total > totalMs);
  return (
    broken &&
    stop(
      'too_long',
      broken.longest.on_breach,
      `\`${broken.name}\` lets it last ${broken.longest.total} at most, all in all`,
      broken.name,
    )
  );
};

/** The rules with a longest time among what a bundle says; undefined where there is none. */
export const longestIn = (rules: readonly LongestRule[]): { readonly longest?: readonly LongestRule[] } =>
  present({ longest: rules.length > 0 ? rules : undefined });
