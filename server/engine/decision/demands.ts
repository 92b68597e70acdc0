import type { Demand } from '../../../common/flow/demand';
import type { Approve } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import type { Judgement } from './judgement';
import type { ProposedAct } from './propose';

const demandOf = (policy: string, { by = 1, approvers, on_expiry }: Approve): Demand => ({
  policy,
  by,
  ...present({ approvers: approvers && [...approvers], on_expiry }),
});

/**
 * How an act has to be approved: by what its own policy demands, and every policy that leaves it to a person. One that
 * cannot be evaluated leaves it to a person too.
 *
 * @param voices judgements that count
 */
export const demandsOf = ({ policy }: Pick<ProposedAct, 'policy'>, voices: readonly Judgement[]): readonly Demand[] => {
  const own = policy.spec.approve;
  const found = new Map<string, Demand>(own === undefined ? [] : [[policy.ref.id, demandOf(policy.ref.id, own)]]);
  for (const { judge, effect } of voices)
    if (effect === 'escalate' && judge.spec.approve !== undefined)
      found.set(judge.ref.id, demandOf(judge.ref.id, judge.spec.approve));
  return [...found.values()];
};
