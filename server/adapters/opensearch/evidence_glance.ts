import type { EvidenceGlance, EvidenceGlanced } from '../../runner/ports';
import { conditionOf, knownField, sortOf } from './evidence_query';

/* A search that reads a few fields of records, never the records, and is given up when its time is over. */

type Plain = string | number | boolean;
type Source = Readonly<Record<string, Plain | readonly Plain[]>>;

export interface GlanceAnswer {
  readonly timed_out?: boolean;
  readonly terminated_early?: boolean;
  readonly hits: {
    readonly total?: { readonly value: number };
    readonly hits: ReadonlyArray<{ readonly _source?: Source }>;
  };
}

/** Records of each shard that a glance looks at. */
const MOST_LOOKED_AT = 50_000;

/** What is asked; OpenSearch itself stops at the time and at the number of records. */
export const glanceBody = (query: EvidenceGlance): Record<string, unknown> => ({
  query: conditionOf(query),
  sort: sortOf('newest'),
  size: query.limit,
  _source: query.fields.map((field) => knownField(query.family, field)),
  track_total_hits: query.limit + 1,
  terminate_after: MOST_LOOKED_AT,
  timeout: `${Math.max(1, Math.floor(query.timeoutMs))}ms`,
});

const fieldsIn = (source: Source, fields: readonly string[]): Record<string, readonly Plain[]> => {
  const found: Record<string, readonly Plain[]> = {};
  for (const field of fields) {
    const value = source[field];
    if (value !== undefined) found[field] = typeof value === 'object' ? value : [value];
  }
  return found;
};

/** What came of it. */
export const glanced = (
  { hits, timed_out, terminated_early }: GlanceAnswer,
  query: EvidenceGlance,
): EvidenceGlanced => ({
  found: hits.hits.map(({ _source = {} }) => fieldsIn(_source, query.fields)),
  isWhole: timed_out !== true && terminated_early !== true && (hits.total?.value ?? 0) <= query.limit,
});
