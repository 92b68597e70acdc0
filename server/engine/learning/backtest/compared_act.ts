import type { Act, ActResult, AssetFacts, Target } from '../../../../common/flow/decision';
import { assetOfTarget } from '../../decision/decide';
import { countedAs } from '../../entity/target_keys';

/** One act as backtests compare it. */
export interface ComparedAct {
  readonly policy: string;
  readonly action: string;
  /** As it was said, for people; of files and processes with the host that they are on. */
  readonly target: string;
  /** What it is compared and counted by: another spelling is no other target. */
  readonly thing: string;
  readonly result: ActResult;
  /** How long it would last, ms; null: it cannot be undone, or has no end. */
  readonly lasts_ms: number | null;
  /** Subnets and groups of the target as they were then. */
  readonly scopes: { readonly subnets: readonly string[]; readonly groups: readonly string[] };
}

const nameOf = ({ value, host }: Target): string => (host === undefined ? value : `${value} on ${host}`);

const scopesOf = (assets: readonly AssetFacts[], target: Target): ComparedAct['scopes'] => {
  const facts = assetOfTarget(assets, target);
  return { subnets: facts?.subnets ?? [], groups: facts?.groups ?? [] };
};

/** An act with what it is compared and counted by. */
export const compared = (
  assets: readonly AssetFacts[],
  { policy, action, target, result, ttl_ms }: Pick<Act, 'action' | 'target' | 'result' | 'ttl_ms'> & { policy: string },
): ComparedAct => ({
  policy,
  action,
  target: nameOf(target),
  thing: countedAs(target),
  result,
  lasts_ms: ttl_ms,
  scopes: scopesOf(assets, target),
});
