import { isIP } from 'net';
import {
  MOST_PART,
  MOST_WANTED,
  type EvidenceFamily,
  type EvidenceMatch,
  type EvidenceQuery,
} from '../../runner/ports';
import { SEARCH_FIELDS } from './mappings/evidence';

type Clause = Readonly<Record<string, unknown>>;
type Condition = Pick<EvidenceQuery, 'family' | 'where' | 'anyOf' | 'matching' | 'text' | 'from' | 'to'>;
type Wanted = NonNullable<EvidenceQuery['where']>[string];

/** The field, if records of the family are found by it. A misspelt one is a bug, not an empty list. */
export const knownField = (family: EvidenceFamily, field: string): string => {
  if (field !== 'id' && SEARCH_FIELDS[family][field] === undefined)
    throw new Error(`\`${field}\` is no search field of \`${family}\`; see mappings/evidence.ts`);
  return field;
};

const isAddress = (value: unknown): boolean => typeof value === 'string' && isIP(value.split('/')[0] ?? '') !== 0;

/**
 * Exact values; a boolean that a record does not have counts as false. OpenSearch refuses to look for an address that
 * is none.
 */
const equals = (family: EvidenceFamily, field: string, wanted: Wanted): Clause => {
  if (wanted === false) return { bool: { must_not: { term: { [knownField(family, field)]: true } } } };
  const values = typeof wanted === 'object' ? wanted : [wanted];
  if (values.length > MOST_WANTED) throw new Error(`more than ${MOST_WANTED} values of \`${field}\` at once`);
  const type = SEARCH_FIELDS[family][knownField(family, field)]?.mapping.type;
  const possible = type === 'ip' ? values.filter(isAddress) : values;
  return { terms: { [field]: possible } };
};

/** An index of an earlier version lacks newer fields: there nothing has the value. */
const hasAnyOf = (family: EvidenceFamily, fields: NonNullable<EvidenceQuery['anyOf']>): Clause => ({
  bool: {
    should: Object.entries(fields).map(([field, values]) => equals(family, field, values)),
    minimum_should_match: 1,
  },
});

/** A regular expression of Lucene for one character, in either case. */
const eitherCase = (character: string): string => {
  const cases = new Set([character, character.toLowerCase(), character.toUpperCase()]);
  const single = [...cases].filter((each) => [...each].length === 1);
  if (single.length > 1) return `[${single.join('')}]`;
  return /^[\p{L}\p{N}]$/u.test(character) ? character : `\\${character}`;
};

/** A regular expression of Lucene for all that has a text in it; every character is data. */
export const having = (text: string): string => `.*${[...text].map(eitherCase).join('')}.*`;

/** Longer keywords are not indexed: nothing is them. */
const MOST_WHOLE = 1_024;

const saysIt = (field: string, { text, whole = false }: NonNullable<EvidenceMatch['says']>): Clause =>
  whole
    ? { term: { [field]: { value: text, case_insensitive: true } } }
    : { regexp: { [field]: { value: having(text) } } };

const canBeSaid = ({ text, whole = false }: NonNullable<EvidenceMatch['says']>): boolean =>
  text !== '' && text.length <= (whole ? MOST_WHOLE : MOST_PART);

/** Any part of what somebody looks for. Without a part nothing has it; to OpenSearch an empty list is no condition. */
export const matches = (family: EvidenceFamily, { is = {}, says: said, within }: EvidenceMatch): Clause => {
  const should = [
    ...Object.entries(is).map(([field, values]) => equals(family, field, values)),
    ...(said !== undefined && canBeSaid(said)
      ? said.fields.map((field) => saysIt(knownField(family, field), said))
      : []),
    ...(within?.fields ?? []).map((field) => equals(family, field, within?.networks ?? [])),
  ];
  return should.length === 0 ? { match_none: {} } : { bool: { should, minimum_should_match: 1 } };
};

const MOST_QUERY_TEXT = 1_000;

/** All words must be there; a `*` at the end of a word stands for the rest of it, quotes keep words together. */
const says = (text: string): Clause => ({
  simple_query_string: {
    query: text.slice(0, MOST_QUERY_TEXT),
    fields: ['search'],
    default_operator: 'and',
    flags: 'PREFIX|PHRASE|WHITESPACE',
  },
});

/** The condition of a query: from inclusive, to exclusive. */
export const conditionOf = ({ family, where, anyOf, matching, text, from, to }: Condition): Clause => ({
  bool: {
    filter: [
      ...Object.entries(where ?? {}).map(([field, wanted]) => equals(family, field, wanted)),
      ...(anyOf === undefined ? [] : [hasAnyOf(family, anyOf)]),
      ...(matching ?? []).map((each) => matches(family, each)),
      ...(text === undefined || text.trim() === '' ? [] : [says(text)]),
      ...(from === undefined ? [] : [{ range: { '@timestamp': { gte: from } } }]),
      ...(to === undefined ? [] : [{ range: { '@timestamp': { lt: to } } }]),
    ],
  },
});

/** By time of writing, then by id: the same order at every moment, as records never change. */
export const sortOf = (order: 'newest' | 'oldest'): readonly Clause[] => {
  const direction = order === 'newest' ? 'desc' : 'asc';
  return [
    { '@timestamp': { order: direction, unmapped_type: 'date' } },
    { id: { order: direction, unmapped_type: 'keyword' } },
  ];
};

/** OpenSearch pages no deeper by offset; whoever wants more goes on after a record, or scans. */
const DEEPEST = 10_000;

/** Where a page begins, and how long it is. */
export const pageOf = ({ limit, offset = 0, after }: Pick<EvidenceQuery, 'limit' | 'offset' | 'after'>) =>
  after === undefined
    ? { from: Math.min(offset, DEEPEST), size: Math.max(0, Math.min(limit, DEEPEST - offset)) }
    : { search_after: [Date.parse(after.at), after.id], size: Math.min(limit, DEEPEST) };
