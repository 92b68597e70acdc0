import { present } from '../../../common/present';
import type { PolicyFile } from '../../../common/policy/bundle';
import { canonicalJson } from '../digest/canonical_json';
import { isJsonObject } from '../../../common/codec/json_object';

/** One field that means something else than before, as canonical JSON. */
interface FieldDifference {
  /** Dotted, such as `spec.then.ttl`. */
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

/** What became of one policy between two sets. `unchanged in meaning` is a change with no fields. */
export interface PolicyDifference {
  readonly policy: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly fields: readonly FieldDifference[];
  readonly before?: PolicyFile;
  readonly after?: PolicyFile;
}

/** How far a policy may go comes first, then when it applies, what it does, and its limits. */
const ORDER = [
  'spec.mode',
  'spec.lookups',
  'spec.when',
  'spec.require',
  'spec.effect',
  'spec.then',
  'spec.ladder',
  'spec.limit',
  'spec.keep',
  'spec.longest',
  'spec.two_intakes_for',
  'spec.starts_of_one_intake',
  'spec.escalations',
  'spec.protect',
  'spec.guard',
  'spec.on',
  'spec.confirm',
  'spec.rollback',
  'spec.rollout',
  'spec.approve',
  'spec.otherwise',
  'spec.max_event_age',
  'spec.on_drift',
  'spec.reapply_at_most',
  'spec.expires',
  'spec.layer',
  'spec.review',
  'spec',
  'metadata',
];

const rankOf = (field: string): number => {
  const index = ORDER.findIndex((head) => field === head || field.startsWith(`${head}.`));
  return index === -1 ? ORDER.length : index;
};

/** Leaves by dotted path; lists, tests and what is empty are leaves. */
const leavesOf = (value: unknown, path = ''): Array<readonly [string, string]> =>
  isJsonObject(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([key, item]) => leavesOf(item, path === '' ? key : `${path}.${key}`))
    : [[path, canonicalJson(value)]];

const fieldsBetween = (before: PolicyFile, after: PolicyFile): readonly FieldDifference[] => {
  const [old, now] = [new Map(leavesOf(before.policy)), new Map(leavesOf(after.policy))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => old.get(field) !== now.get(field))
    .sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))
    .map((field) => {
      const [was, is] = [old.get(field), now.get(field)];
      return { field, ...present({ before: was, after: is }) };
    });
};

/** What differs between two sets of policies: first what it means, comments and spacing aside. In order of the ids. */
export const diffPolicies = (
  before: readonly PolicyFile[],
  after: readonly PolicyFile[],
): readonly PolicyDifference[] => {
  const byId = (files: readonly PolicyFile[]) => new Map(files.map((file) => [file.policy.metadata.id, file]));
  const [old, now] = [byId(before), byId(after)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((policy): PolicyDifference[] => {
    const [was, is] = [old.get(policy), now.get(policy)];
    if (was && is)
      return was.source === is.source
        ? []
        : [{ policy, change: 'changed', fields: fieldsBetween(was, is), before: was, after: is }];
    if (was) return [{ policy, change: 'removed', fields: [], before: was }];
    return is ? [{ policy, change: 'added', fields: [], after: is }] : [];
  });
};
