import type { DraftView, GuardDraftView } from '../../../../common/api/drafts';
import type { BadField } from '../../../../common/codec/decode';
import { refusal, type Refusal } from '../../record/refusal';
import type { PolicySet } from '../catalog/policy_set';
import { hasFailed } from '../catalog/policy_tests';
import { isOvertaken } from '../drafts/draft';
import { guardDrafts, writtenGuard } from '../drafts/guard_drafts';
import { policyDrafts } from '../drafts/policy_drafts';
import type { CheckingAgent } from '../drafts/desk';

const MOST_FIELDS = 200;

/** The drafts that a candidate is made of. */
export interface ChosenDrafts {
  readonly policies: readonly DraftView[];
  readonly guards: readonly GuardDraftView[];
}

/** The drafts of these policies and guards; with neither named all of both. */
export const chooseDrafts = async (
  agent: CheckingAgent,
  { policies, guards }: { readonly policies?: readonly string[]; readonly guards?: readonly string[] },
): Promise<ChosenDrafts> => {
  const isAll = policies === undefined && guards === undefined;
  return {
    policies: (await policyDrafts.list(agent)).filter(({ id }) => isAll || policies?.includes(id) === true),
    guards: (await guardDrafts.list(agent)).filter(({ guard }) => isAll || guards?.includes(guard) === true),
  };
};

const faultsOf = ({ id, faults, tests }: DraftView): readonly BadField[] => [
  ...faults.map(({ line, column, message }) => ({ path: `${id}:${line}:${column}`, message })),
  ...tests.filter(hasFailed).map(({ name, expected, got }) => ({
    path: id,
    message: `test \`${name}\`: expected ${expected}, got ${got}`,
  })),
];

/** Paths of drafts that were made from another text than the base holds by now. */
const overtaken = ({ policies, guards }: ChosenDrafts, base: PolicySet): readonly string[] => {
  const there = new Map(base.policies.map((file) => [file.policy.metadata.id, file]));
  return [
    ...policies.filter((draft) => isOvertaken(draft, there.get(draft.id))).map(({ id }) => id),
    ...guards
      .filter((draft) => isOvertaken(draft, writtenGuard(base.guards, draft.guard)))
      .map(({ guard }) => `guards/${guard}.rego`),
  ];
};

/**
 * Why drafts cannot become a candidate, or undefined. Guards are compiled as a whole set, later.
 *
 * @param base what the candidate is made from
 */
export const objectionTo = (drafts: ChosenDrafts, base: PolicySet): Refusal | undefined => {
  if (drafts.policies.length + drafts.guards.length === 0) return refusal('invalid', 'there are no drafts to propose');
  const faults = drafts.policies.flatMap(faultsOf).slice(0, MOST_FIELDS);
  if (faults.length > 0)
    return {
      ...refusal('policy_invalid', 'some drafts have faults or failing tests; mend them first'),
      fields: faults,
    };
  const paths = overtaken(drafts, base);
  if (paths.length === 0) return undefined;
  return {
    ...refusal('changed', 'somebody else changed some of these policies or guards meanwhile; look at both texts first'),
    fields: paths.map((path) => ({ path, message: 'changed since the draft was made' })),
  };
};
