import type { Filter } from 'ldapts';
import { ldapts } from './library';

/** What entries are looked for, as data: no value is ever put into the text of a filter. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly is: readonly [attribute: string, value: string] }
  | { readonly starts: readonly [attribute: string, initial: string] }
  | { readonly atLeast: readonly [attribute: string, value: string] }
  | { readonly atMost: readonly [attribute: string, value: string] };

export interface Query {
  readonly base: string;
  /** `base`: this entry alone. Default: everything below it. */
  readonly scope?: 'base';
  /** Missing: any entry. */
  readonly condition?: Condition;
  readonly attributes: readonly string[];
  /** At most so many entries are answered. */
  readonly most: number;
}

/** A filter of the library, which writes values as they are: `*` and `)` in a name are letters there. */
export const filterOf = (condition: Condition): Filter => {
  const library = ldapts();
  if ('all' in condition) return new library.AndFilter({ filters: condition.all.map(filterOf) });
  if ('any' in condition) return new library.OrFilter({ filters: condition.any.map(filterOf) });
  if ('is' in condition) return new library.EqualityFilter({ attribute: condition.is[0], value: condition.is[1] });
  if ('starts' in condition)
    return new library.SubstringFilter({ attribute: condition.starts[0], initial: condition.starts[1] });
  if ('atLeast' in condition)
    return new library.GreaterThanEqualsFilter({ attribute: condition.atLeast[0], value: condition.atLeast[1] });
  return new library.LessThanEqualsFilter({ attribute: condition.atMost[0], value: condition.atMost[1] });
};
