import { present } from '../../../../common/present';
import type { CandidateView } from '../../../../common/api/policy_views';
import type { PolicyFile } from '../../../../common/policy/bundle';

type Change = CandidateView['changes'][number];

const byId = (policies: readonly PolicyFile[]): ReadonlyMap<string, PolicyFile> =>
  new Map(policies.map((file) => [file.policy.metadata.id, file]));

const changeOf = (policy: string, before: PolicyFile | undefined, after: PolicyFile | undefined): Change => ({
  policy,
  change: after === undefined ? 'removed' : before === undefined ? 'added' : 'changed',
  ...present({
    before: before?.source,
    mode_before: before && before.policy.spec.mode,
    after: after?.source,
    mode_after: after && after.policy.spec.mode,
  }),
});

/** What a release of one set would change where another is in force, by policy id. */
export const changesBetween = (inForce: readonly PolicyFile[], wanted: readonly PolicyFile[]): Change[] => {
  const [before, after] = [byId(inForce), byId(wanted)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .filter((id) => before.get(id)?.source !== after.get(id)?.source)
    .map((id) => changeOf(id, before.get(id), after.get(id)));
};
