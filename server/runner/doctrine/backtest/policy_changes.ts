import type { PolicyFile } from '../../../../common/policy/bundle';
import type { PolicyChange } from '../../../engine/learning/backtest/policies_under_test';

const roleOf = ({ policy: { spec } }: PolicyFile): PolicyChange['role'] => {
  if (spec.layer === 'action') return 'proposes';
  return spec.when === undefined && spec.require === undefined && spec.guard === undefined ? 'brakes' : 'judges';
};

/** Policies of a set that are not in force as they are in it. What it leaves out is not among them. */
export const changesOf = (set: readonly PolicyFile[], inForce: readonly PolicyFile[]): readonly PolicyChange[] => {
  const before = new Map(inForce.map(({ policy, hash }) => [policy.metadata.id, hash]));
  return set.flatMap((file) => {
    const { metadata, spec } = file.policy;
    const known = before.get(metadata.id);
    if (known === file.hash) return [];
    const change = known === undefined ? 'added' : 'changed';
    return [{ policy: metadata.id, change, mode: spec.mode, role: roleOf(file) } as const];
  });
};
