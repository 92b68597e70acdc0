import { accountForms } from '../../../common/entity/account';
import { keyKind, keyText, type EntityKey } from '../../../common/entity/entity';
import { keyOf, readEntity } from '../../../common/entity/read';
import {
  MOST_COUNTED,
  MOST_VALUES,
  type SearchFound,
  type SearchKind,
  type SearchMatch,
  type SearchQuery,
} from '../../../common/flow/lookup';
import { isAllowedPattern, searchPatternFault } from '../../../common/policy/search_indices';
import { iso } from '../../../common/iso';
import type { Identities } from '../../engine/entity/identity';
import { MOST_NAMES, seenNames } from '../../engine/entity/seen_names';
import type { LogFilter, LogFound, LogQuery, LogSearch } from '../ports';

/*
 * Searches that policies declare, in indices that an operator lists. A policy says which things documents have to name;
 * how those are written in them is said here, by the one function that knows and by the inventory.
 */

/** Which indices may be searched, and who searches. */
export interface AllowedSearches {
  /** Patterns of the settings. */
  readonly allowed: readonly string[];
  readonly log: LogSearch;
}

export interface SearchPorts {
  readonly searches: AllowedSearches | undefined;
  readonly who: Identities;
}

/** When it is asked, and how long there still is. */
interface SearchTime {
  /** UTC, ms since 1970. */
  readonly now: number;
  readonly leftMs: () => number;
}

type Missing = { readonly missing: string };

/** How documents may write what a key names, letters of another case aside. */
const textsOf = (key: EntityKey): readonly string[] => {
  const read = readEntity(keyKind(key), keyText(key));
  return read.ok ? [read.entity.text, ...accountForms(read.entity)] : [keyText(key)];
};

/** Every name of a thing that a field of this kind may hold; undefined where there are more than are known. */
const namesOf = (thing: EntityKey, as: SearchKind, who: Identities): readonly string[] | undefined => {
  const read = readEntity(keyKind(thing), keyText(thing));
  const names = (read.ok ? seenNames(read.entity, undefined, who) : [thing]) as readonly EntityKey[];
  if (names.length >= MOST_NAMES) return undefined;
  return [...new Set(names.filter((name) => keyKind(name) === as).flatMap(textsOf))];
};

const filterOf = (match: SearchMatch, who: Identities): LogFilter | Missing => {
  const { field } = match;
  if ('is' in match) return { field, holds: 'exact', anyOf: match.is };
  const thing = match.thing as EntityKey;
  const anyOf = namesOf(thing, match.as, who);
  if (anyOf === undefined) return { missing: `\`${keyText(thing)}\` has more names than can be searched for` };
  if (anyOf.length > 0) return { field, holds: match.as === 'ip' ? 'addresses' : 'names', anyOf };
  return { missing: `the inventory lists no ${match.as} of \`${keyText(thing)}\`` };
};

/** What in a search may not be searched here. */
const refusalOf = (indices: readonly string[], allowed: readonly string[]): string | undefined => {
  for (const pattern of indices) {
    const fault = searchPatternFault(pattern);
    if (fault !== undefined) return fault;
    if (!isAllowedPattern(pattern, allowed)) return `\`lookups.indices\` of the settings does not allow \`${pattern}\``;
  }
  return undefined;
};

/** Values that name things count once a thing; what names nothing, such as `-`, is no value. */
const countOf = (values: ReadonlyArray<string | number | boolean>, as: SearchKind | undefined): number =>
  as === undefined ? values.length : new Set(values.flatMap((value) => keyOf(as, String(value)) ?? [])).size;

const answerOf = (found: LogFound, { distinct }: SearchQuery): { readonly answer: SearchFound } | Missing => {
  if ('why' in found) return { missing: found.why };
  if ('exists' in found) return { answer: { exists: found.exists } };
  if ('documents' in found) return { answer: { count: found.documents } };
  return { answer: { distinct: countOf(found.values, distinct?.as) } };
};

const queryOf = (
  { indices, time, within_ms, answer, distinct }: SearchQuery,
  filters: readonly LogFilter[],
  { now, leftMs }: SearchTime,
): LogQuery => ({
  indices,
  time,
  from: iso(now - within_ms),
  to: iso(now),
  filters,
  answer: answer === 'distinct' ? { values: distinct?.field ?? '' } : answer,
  mostDocuments: MOST_COUNTED,
  mostValues: MOST_VALUES,
  timeoutMs: leftMs(),
});

/** What a declared search finds, or why nobody can say. Throws `StoreUnavailable`. */
export const searchFor = async (
  { searches, who }: SearchPorts,
  query: SearchQuery,
  time: SearchTime,
): Promise<{ readonly answer: SearchFound } | Missing> => {
  const refusal = refusalOf(query.indices, searches?.allowed ?? []);
  if (searches === undefined || refusal !== undefined) return { missing: refusal ?? 'nothing can be searched here' };
  const filters: LogFilter[] = [];
  for (const match of query.match) {
    const filter = filterOf(match, who);
    if ('missing' in filter) return filter;
    filters.push(filter);
  }
  return answerOf(await searches.log.search(queryOf(query, filters, time)), query);
};
