import { LONGEST_LOOKUP_MS, SEARCH_KINDS } from '../../../common/flow/lookup';
import { millisecondsOf, type DeclaredLookups, type DeclaredSearch } from '../../../common/policy/policy';
import type { CompiledLookups, CompiledMatch, CompiledSearch } from './compiled';

const DEFAULT_TIME = '@timestamp';

const boundedMs = (within: string | undefined): number =>
  Math.min((within === undefined ? undefined : millisecondsOf(within)) ?? LONGEST_LOOKUP_MS, LONGEST_LOOKUP_MS);

const matchOf = ([field, wanted]: readonly [string, DeclaredSearch['match'][string]]): CompiledMatch => {
  for (const as of SEARCH_KINDS) {
    const subject = wanted[as];
    if (subject !== undefined) return { field, as, subject };
  }
  const { is = [] } = wanted;
  return { field, is: Array.isArray(is) ? is : [is as string | number | boolean] };
};

const searchOf = ({
  indices,
  within,
  time = DEFAULT_TIME,
  match,
  answer,
  distinct,
}: DeclaredSearch): CompiledSearch => ({
  indices,
  time,
  withinMs: boundedMs(within),
  match: Object.entries(match).map(matchOf),
  answer,
  distinct,
});

/** What a policy declares, with what it leaves out. A bundle was checked before: nothing is refused here. */
export const compileLookups = (declared: DeclaredLookups | undefined): CompiledLookups | undefined => {
  if (declared === undefined) return undefined;
  const { lateral_chain: chain, host_integrity: integrity, search } = declared;
  return {
    ...(chain && { lateral_chain: { withinMs: boundedMs(chain.within) } }),
    ...(integrity && { host_integrity: { connector: integrity.connector, of: integrity.of ?? 'source' } }),
    ...(search && { search: new Map(Object.entries(search).map(([name, each]) => [name, searchOf(each)])) }),
  };
};
