import type { Stopped } from '../../../common/flow/clearance';
import { partsOf } from '../../../common/flow/stop_scope';
import { stop } from './stop';

/* What an act is told that an order to stop holds: a person's order, or a breaker, and then which one. */

/** A breaker that tripped, as far as whoever is held by it has to know. */
export interface Breaker {
  /** `connector:<name>`, `policy:<id>`, `source:<type>:<id>` or `all`. */
  readonly scope: string;
  /** UTC at which it tripped. */
  readonly at: string;
  /** On what grounds. */
  readonly why: string;
  /** It is tried by itself after a while. */
  readonly triesItself: boolean;
}

/** Whatever breaker a scope has, in words. */
const nameOf = (scope: string): string => {
  const [kind, name] = partsOf(scope);
  return kind === 'all' ? 'the breaker of all starts' : `the breaker of ${kind} \`${name}\``;
};

const KILL_SWITCH = stop('kill_switch', 'escalate', 'the kill switch is thrown');

/**
 * @param breaker missing where a person stopped it, or nobody knows who did
 */
export const stoppedByOrder = (breaker: Breaker | undefined): Stopped => {
  if (breaker === undefined) return KILL_SWITCH;
  const { scope, at, why, triesItself } = breaker;
  const reset = triesItself ? 'it is tried by itself, or somebody resets it' : 'somebody has to reset it';
  return stop('breaker', 'escalate', `${nameOf(scope)} tripped at ${at}: ${why}; ${reset}`);
};
