import type { PolicyFile } from '../../../common/policy/bundle';
import type { PolicyFault } from '../../../common/policy/policy';
import { parseYaml } from '../../../common/policy/text/yaml_source';
import { contentDigest, guardPath } from './bundle_files';
import { digestOf } from '../digest/digest';

/* Rego guards as texts by name, beside the policies that ask them. */

export type GuardTexts = ReadonlyMap<string, string>;

/** Where a guard lies in a repository, whose policies are in `folder`. */
export const guardPathIn = (folder: string, guard: string): string => `${folder}/guards/${guard}.rego`;

/** sha256 over the names and texts of all guards. */
export const guardsDigest = (texts: GuardTexts): string =>
  contentDigest(new Map([...texts].map(([name, source]) => [guardPath(name), source])));

/** What an approval of a set is bound to: its policies, and the texts of its guards where it has some. */
export const wholeDigest = (policies: string, texts: GuardTexts): string =>
  texts.size === 0 ? policies : digestOf([policies, guardsDigest(texts)]);

/** The guard that a policy asks. */
export const guardOf = ({ policy: { spec } }: Pick<PolicyFile, 'policy'>): string | undefined =>
  spec.layer === 'action' ? undefined : spec.guard;

const NO_GUARD = 'no_guard';

/**
 * Policies that ask a guard that is not in their set.
 *
 * @param guards names of those in the set
 */
export const missingGuards = (
  policies: readonly PolicyFile[],
  guards: { readonly has: (name: string) => boolean },
): readonly PolicyFault[] =>
  policies.flatMap((file) => {
    const guard = guardOf(file);
    if (guard === undefined || guards.has(guard)) return [];
    return [
      {
        file: file.path,
        ...parseYaml(file.path, file.source).placeOf(['spec', 'guard']),
        code: NO_GUARD,
        message: `there is no guard \`${guard}\` in this set`,
        hint: `write it to \`policies/guards/${guard}.rego\`, or name one that is there`,
      },
    ];
  });
