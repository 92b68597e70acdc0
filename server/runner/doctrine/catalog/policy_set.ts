import { present } from '../../../../common/present';
import type { CandidateView, GuardChangeView } from '../../../../common/api/policy_views';
import type { PolicyFile } from '../../../../common/policy/bundle';
import { guardsDigest, type GuardTexts } from '../../../engine/policy/guard_set';

/** What is released together: policies, and the texts of the guards that they ask. */
export interface PolicySet {
  readonly policies: readonly PolicyFile[];
  /** By name. */
  readonly guards: GuardTexts;
}

/** What a release of some guards would change where others are in force, by name. */
export const guardChangesBetween = (inForce: GuardTexts, wanted: GuardTexts): GuardChangeView[] =>
  [...new Set([...inForce.keys(), ...wanted.keys()])].sort().flatMap((guard): GuardChangeView[] => {
    const [before, after] = [inForce.get(guard), wanted.get(guard)];
    if (before === after) return [];
    return [
      {
        guard,
        change: after === undefined ? 'removed' : before === undefined ? 'added' : 'changed',
        ...present({ before, after }),
      },
    ];
  });

export const haveSameGuards = (a: GuardTexts, b: GuardTexts): boolean => guardsDigest(a) === guardsDigest(b);

/** Policies by their id, guards by their path within the folder of policies: no id has a slash. */
const keyOf = (guard: string): string => `guards/${guard}.rego`;

/** All texts of a set. */
export const textsOf = ({ policies, guards }: PolicySet): ReadonlyMap<string, string> =>
  new Map([
    ...policies.map((file) => [file.policy.metadata.id, file.source] as const),
    ...[...guards].map(([guard, source]) => [keyOf(guard), source] as const),
  ]);

interface TextChange {
  readonly key: string;
  readonly before?: string;
  readonly after?: string;
}

/** All texts that change, with the keys of `textsOf`. */
export const textChanges = ({
  changes,
  guard_changes = [],
}: Pick<CandidateView, 'changes' | 'guard_changes'>): readonly TextChange[] => [
  ...changes.map(({ policy, before, after }) => ({
    key: policy,
    ...present({ before, after }),
  })),
  ...guard_changes.map(({ guard, change: _change, ...texts }) => ({ key: keyOf(guard), ...texts })),
];

/** Where the texts of a head lie in its repository, and where a new one is to lie. */
export const pathsIn = (folder: string, paths: ReadonlyMap<string, string>, wanted: PolicySet) => {
  const layers = new Map(wanted.policies.map(({ policy }) => [policy.metadata.id, policy.spec.layer]));
  return (key: string): string =>
    paths.get(key) ?? (key.includes('/') ? `${folder}/${key}` : `${folder}/${layers.get(key) ?? ''}/${key}.yaml`);
};
