import type { PolicyFault } from '../../../common/policy/policy';
import { present } from '../../../common/present';
import type { CommitInfo, PolicyTree } from '../ports';
import type { HeadSet } from './doctrine_types';
import type { CheckedSet } from './head_checker';
import { digestOfSet } from './releases/release';

const MOST_FAULTS = 200;

const faultOfRefused = ({ path, code, message }: PolicyTree['refused'][number]): PolicyFault => ({
  file: path,
  line: 1,
  column: 1,
  code,
  message,
});

/** What a head stands for. One with a fault stands for no policies: half a change is never released. */
export const headSetOf = (commit: CommitInfo, tree: PolicyTree, checked: CheckedSet): HeadSet => {
  const faults = [...tree.refused.map(faultOfRefused), ...checked.faults];
  const sound = faults.length === 0;
  const policies = sound ? checked.policies : [];
  const guards = sound ? checked.guards : new Map<string, string>();
  return {
    commit,
    policies,
    guards,
    ...present({ guardsUnchecked: checked.guardsUnchecked }),
    faults: faults.slice(0, MOST_FAULTS),
    paths: new Map(checked.policies.map((file) => [file.policy.metadata.id, file.path])),
    digest: sound ? digestOfSet(policies, guards) : '',
  };
};
