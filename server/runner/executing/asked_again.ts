import { isByOrder } from '../../../common/flow/clearance';
import type { Act } from '../../../common/flow/decision';
import type { CaseContent } from '../keeping/kinds/case';

/*
 * What only an order to stop held, a person's or a breaker's, goes on waiting for a person once it is released. Whoever
 * releases it may have it decided again. That is written into the case, and whoever looks after the case decides it: by
 * the policies in force, judged by all brakes. INVARIANT (INV-10): it is no approval. What the policies leave to a
 * person goes on waiting.
 */

/** A wish counts for so long, ms: nothing acts by what a person asked for hours ago. */
const COUNTS_FOR_MS = 300_000;
/** By then every agent that may start anything has heard of a release, ms. Who is stopped later was stopped anew. */
const HEARD_WITHIN_MS = 10_000;

/** The acts of a case that the policies permit, and that wait for no other cause than an order to stop. */
export const heldBySwitch = ({ acts, decision }: Pick<CaseContent, 'acts' | 'decision'>): readonly Act[] =>
  acts.flatMap(({ act_id, status, stopped, handed }) => {
    if (status !== 'waiting' || !isByOrder(stopped?.reason) || handed !== undefined) return [];
    const act = decision?.acts.find((each) => each.act_id === act_id);
    return act?.result === 'permit' ? [act] : [];
  });

/** True while somebody wants the case to be decided again and the wish still counts. */
export const isAskedAgain = ({ again }: Pick<CaseContent, 'again'>, utc: number): boolean =>
  again !== undefined && utc < Date.parse(again.at) + COUNTS_FOR_MS;

/**
 * What is to be done about such a wish.
 *
 * - `none`: there is none; `now`: decide the case again
 * - `soon`: this agent is still stopped, and may not have heard of the release yet; `over`: it counts no longer
 *
 * @param isStopped whether a kill switch covers an act here
 */
export const wishOf = (
  content: Pick<CaseContent, 'again' | 'acts' | 'decision'>,
  utc: number,
  isStopped: (act: Act) => boolean,
): 'none' | 'now' | 'soon' | 'over' => {
  const { again } = content;
  if (again === undefined) return 'none';
  if (!isAskedAgain(content, utc)) return 'over';
  if (heldBySwitch(content).some((act) => !isStopped(act))) return 'now';
  return utc < Date.parse(again.at) + HEARD_WITHIN_MS ? 'soon' : 'over';
};
