import { isLookupName, LONGEST_LOOKUP_MS } from '../../../common/flow/lookup';
import { millisecondsOf, type DeclaredSearch, type Policy, type PolicyFault } from '../../../common/policy/policy';
import { searchPatternFault } from '../../../common/policy/search_indices';
import type { Result } from '../../../common/result';
import type { CompiledCondition, ConditionFault } from './cel/condition';

/* What a schema cannot say of declared look-ups: which of them conditions read, and whether a search fits itself. */

type Path = ReadonlyArray<string | number>;
export type CheckedCondition = readonly [Path, Result<unknown, ConditionFault>];

/** A fault at a place of the document; `offset` counts characters within it. */
export type PlacedFault = Omit<PolicyFault, 'file' | 'line' | 'column'> & {
  readonly path: Path;
  readonly offset?: number;
};

/** What of the look-ups a path such as `lookups.search.failed.count` reads, and why it may not; undefined if it may. */
const misread = (path: string, { lookups }: Policy['spec']): { name: string; message: string } | undefined => {
  const [, name, search, figure] = path.split('.');
  if (name === undefined) return { name: 'lookups', message: '`lookups` is read as a whole' };
  if (name !== 'search') {
    const isDeclared = isLookupName(name) && lookups?.[name] !== undefined;
    return isDeclared ? undefined : { name: `lookups.${name}`, message: `look-up \`${name}\` is not declared` };
  }
  if (search === undefined) return { name: 'lookups.search', message: '`lookups.search` is read as a whole' };
  const written = `lookups.search.${search}`;
  const declared = lookups?.search?.[search];
  if (declared === undefined) return { name: written, message: `search \`${search}\` is not declared` };
  if (figure === undefined) return { name: written, message: `search \`${search}\` is read as a whole` };
  return figure === declared.answer
    ? undefined
    : { name: written, message: `search \`${search}\` answers \`${declared.answer}\`, not \`${figure}\`` };
};

/** Look-ups that conditions read and the policy does not declare: nobody would know what to ask. */
const undeclared = ({ spec }: Policy, conditions: readonly CheckedCondition[]): readonly PlacedFault[] =>
  conditions.flatMap(([path, checked]) => {
    const { source, reads } = checked.ok ? (checked.value as Partial<CompiledCondition>) : {};
    const found = new Map<string, PlacedFault>();
    for (const each of reads ?? []) {
      const wrong = each === 'lookups' || each.startsWith('lookups.') ? misread(each, spec) : undefined;
      if (wrong !== undefined)
        found.set(wrong.message, {
          path,
          offset: Math.max(0, source?.indexOf(wrong.name) ?? 0),
          code: 'undeclared_lookup',
          message: wrong.message,
          hint: 'declare it under `spec.lookups`, and read the answer that it declares',
        });
    }
    return [...found.values()];
  });

const isTooLong = (within: string | undefined): boolean =>
  within !== undefined && (millisecondsOf(within) ?? 0) > LONGEST_LOOKUP_MS;

const tooLong = ({ spec: { lookups } }: Policy): readonly PlacedFault[] =>
  [
    [['lateral_chain'], lookups?.lateral_chain?.within] as const,
    ...Object.entries(lookups?.search ?? {}).map(([name, { within }]) => [['search', name], within] as const),
  ]
    .filter(([, within]) => isTooLong(within))
    .map(([at]) => ({
      path: ['spec', 'lookups', ...at, 'within'],
      code: 'lookup_too_long',
      message: 'a look-up reaches back 24 hours at most',
      hint: 'write `24h`',
    }));

const badSearch = (name: string, { indices, answer, distinct }: DeclaredSearch): readonly PlacedFault[] => {
  const at = ['spec', 'lookups', 'search', name];
  const code = 'bad_search';
  const patterns = indices.flatMap((pattern, index): readonly PlacedFault[] => {
    const message = searchPatternFault(pattern);
    return message === undefined ? [] : [{ path: [...at, 'indices', index], code, message }];
  });
  const unused = { path: [...at, 'distinct'], code, message: '`distinct` is only for `answer: distinct`' };
  return [...patterns, ...(answer !== 'distinct' && distinct !== undefined ? [unused] : [])];
};

/** What is wrong with the look-ups of a policy, and with what its conditions read of them. */
export const lookupFaults = (policy: Policy, conditions: readonly CheckedCondition[]): readonly PlacedFault[] => [
  ...undeclared(policy, conditions),
  ...tooLong(policy),
  ...Object.entries(policy.spec.lookups?.search ?? {}).flatMap(([name, search]) => badSearch(name, search)),
];
