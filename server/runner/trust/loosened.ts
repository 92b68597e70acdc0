import { present } from '../../../common/present';
import { STARTS_OF_ONE_INTAKE, type Loosened, type StartsOfOneIntake } from '../../engine/brakes/one_intake';
import type { CompiledBundle, CompiledPolicies } from '../../engine/policy/compiled';

/** Somebody besides its author approved it. What is only tried out counts as approved. */
const hasFourEyes = (policies: CompiledPolicies): boolean =>
  !('bundle' in policies) || (policies as CompiledBundle).bundle.statement.approvals.some(({ four_eyes }) => four_eyes);

/** It never allows more within an hour than is allowed without it. */
const isTight = ({ most, withinMs }: StartsOfOneIntake): boolean =>
  most / withinMs <= STARTS_OF_ONE_INTAKE.most / STARTS_OF_ONE_INTAKE.withinMs && most <= STARTS_OF_ONE_INTAKE.most;

/** Policies that loosen the bound, by what became of that. */
export interface BoundReport {
  /** They need no second source for critical assets, or allow more starts than without them. */
  readonly lifted: readonly string[];
  /** They would, but nobody besides their author approved them. */
  readonly refused: readonly string[];
}

/**
 * What policies in force loosen of the bound of one intake (INV-14). What tightens it counts always; what loosens it,
 * only with four eyes. Of several numbers the smallest holds.
 */
export const loosenedBy = (policies: CompiledPolicies, now: number): Loosened | undefined => {
  const bounds = policies.bounds.filter(({ expiresMs }) => expiresMs > now);
  const isApproved = hasFourEyes(policies);
  const [starts] = bounds
    .flatMap((bound) => bound.starts ?? [])
    .filter((each) => isApproved || isTight(each))
    .sort((one, other) => one.most / one.withinMs - other.most / other.withinMs);
  const critical = isApproved && bounds.some(({ lifts }) => lifts) ? (true as const) : undefined;
  return starts === undefined && critical === undefined ? undefined : present({ critical, starts });
};

/** Which policies in force loosen the bound of one intake, for people to see. */
export const boundReport = (policies: CompiledPolicies | undefined, now: number): BoundReport => {
  const named = (policies?.bounds ?? [])
    .filter(({ expiresMs, lifts, starts }) => expiresMs > now && (lifts || (starts !== undefined && !isTight(starts))))
    .map(({ name }) => name);
  return policies !== undefined && hasFourEyes(policies)
    ? { lifted: named, refused: [] }
    : { lifted: [], refused: named };
};
