import type { StateQuery } from '../../runner/ports';

type Clause = Readonly<Record<string, unknown>>;

const anyOf = (field: string, values: readonly string[] | undefined): Clause[] =>
  values === undefined ? [] : [{ terms: { [field]: values } }];

/** A flag that was never set counts as false. */
const flag = (field: string, wanted: boolean | undefined): { must: Clause[]; mustNot: Clause[] } => {
  if (wanted === undefined) return { must: [], mustNot: [] };
  const isTrue = { term: { [field]: true } };
  return wanted ? { must: [isTrue], mustNot: [] } : { must: [], mustNot: [isTrue] };
};

/** The condition of a query, in OpenSearch's language. */
export const conditionOf = (query: StateQuery): Clause => {
  const requested = flag('facets.requested', query.requested);
  const demo = flag('facets.demo', query.demo);
  return {
    bool: {
      filter: [
        ...anyOf('kind', query.kinds),
        ...anyOf('facets.state', query.states),
        ...anyOf('facets.policy', query.policies),
        ...anyOf('facets.severity', query.severities),
        ...anyOf('owner', query.owners),
        ...anyOf('session', query.writers),
        ...(query.ids === undefined ? [] : [{ ids: { values: query.ids } }]),
        ...(query.dueBefore === undefined ? [] : [{ range: { 'facets.due': { lt: query.dueBefore } } }]),
        ...(query.atBefore === undefined ? [] : [{ range: { 'facets.at': { lt: query.atBefore } } }]),
        ...(query.ordinalAbove === undefined ? [] : [{ range: { ordinal: { gt: query.ordinalAbove } } }]),
        ...requested.must,
        ...demo.must,
      ],
      must_not: [
        ...anyOf('facets.state', query.notStates),
        ...anyOf('owner', query.notOwners),
        ...requested.mustNot,
        ...demo.mustNot,
      ],
    },
  };
};

/** The order of a query; documents without the moment come last. */
export const sortOf = (sort: StateQuery['sort']): readonly Clause[] => {
  switch (sort) {
    case 'due':
      return [{ 'facets.due': 'asc' }];
    case 'at':
      return [{ 'facets.at': 'asc' }];
    case 'newest':
      return [{ 'facets.at': 'desc' }];
    case 'ordinal':
      // The second makes the order whole: in one shard no two documents share it.
      return [{ ordinal: 'asc' }, { _seq_no: 'asc' }];
    case undefined:
      return [{ _doc: 'asc' }];
  }
};
