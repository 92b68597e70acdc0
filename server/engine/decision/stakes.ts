import type { AssetFacts, Decision } from '../../../common/flow/decision';
import type { AnsweredAlone } from '../../../common/flow/stakes';
import { isFactOf } from '../entity/target_keys';

/*
 * What is at stake with an act that waits for a person, by what the inventory says of its target: whoever floods people
 * with questions chooses severity and confidence, not what their targets are worth (X21).
 */

type Act = Decision['acts'][number];

/** Tags and groups of accounts that can do much, in any case. */
const PRIVILEGED = /^(admins?|administrators?|(domain|enterprise|schema) admins?|privileged|tier-?0|root|wheel)$/i;

/** Acts that take an account away from whoever uses it. */
const ON_ACCOUNTS: ReadonlySet<string> = new Set(['disable_user', 'revoke_sessions']);

const isPrivileged = ({ criticality, tags = [], groups = [] }: AssetFacts): boolean =>
  criticality === 'high' || criticality === 'critical' || [...tags, ...groups].some((each) => PRIVILEGED.test(each));

/**
 * Why a person answers an act by itself and never together with others; undefined if they may.
 *
 * - `approvers`: it takes several people, or certain ones
 * - `critical_asset`: it touches what the inventory lists as critical
 * - `privileged_account`: it takes an account away that can do much
 */
export const aloneBecause = (
  act: Pick<Act, 'action' | 'demands'>,
  facts: readonly AssetFacts[],
): AnsweredAlone | undefined => {
  if (facts.some(({ criticality }) => criticality === 'critical')) return 'critical_asset';
  if (ON_ACCOUNTS.has(act.action) && facts.some(isPrivileged)) return 'privileged_account';
  const takesCertain = (act.demands ?? []).some(
    ({ by, approvers, on_expiry }) => by > 1 || approvers !== undefined || on_expiry === 'second',
  );
  return takesCertain ? 'approvers' : undefined;
};

/** What a thing is worth that is not listed, inside: it may be anything. */
const UNKNOWN = 10;
const WORTH: Readonly<Record<NonNullable<AssetFacts['criticality']>, number>> = {
  low: 3,
  medium: 10,
  high: 30,
  critical: 100,
};
const OUTSIDE = 1;

const worthOf = (fact: AssetFacts): number => {
  if (fact.external === true) return OUTSIDE;
  const worth = fact.criticality === undefined ? UNKNOWN : WORTH[fact.criticality];
  return fact.type === 'user' && isPrivileged(fact) ? Math.max(worth, WORTH.high) : worth;
};

/** How much an act takes away, if it is wrong, where no connector states it; a whole target counts `WHOLE`. */
const WHOLE = 3;
const REACH: Readonly<Record<string, number>> = {
  isolate_host: 3,
  disable_user: 3,
  kill_process: 2,
  revoke_sessions: 2,
};

/**
 * What a careless answer would cost on average, without a unit, to sort by: what the target is worth, by what the act
 * takes away, by the chance to be wrong with it.
 *
 * @param score how likely the event is real, 0 to 1; whichever answer it suggests may be given carelessly
 * @param disruption the share of the target that its connector says is lost, 0 to 1; missing: it states nothing
 */
export const expectedLoss = (
  act: Pick<Act, 'action'>,
  facts: readonly AssetFacts[],
  { score, disruption }: { readonly score: number; readonly disruption?: number | undefined },
): number => {
  const worth = facts.length === 0 ? UNKNOWN : Math.max(...facts.map(worthOf));
  const reach = disruption === undefined ? (REACH[act.action] ?? 1) : disruption * WHOLE;
  return Math.round(worth * reach * Math.max(score, 1 - score) * 100) / 100;
};

/** What a decision knew of the target of one of its acts. */
export const factsOfAct = (
  { inputs }: { readonly inputs: Pick<Decision['inputs'], 'assets'> },
  { target }: Pick<Act, 'target'>,
): readonly AssetFacts[] => (target.value === '' ? [] : inputs.assets.filter((each) => isFactOf(each, target)));
