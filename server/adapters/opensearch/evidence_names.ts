import { MOST_PART, type EvidenceNamed, type EvidenceNames } from '../../runner/ports';
import { having, knownField, matches } from './evidence_query';

/* Which names have a text in them: values counted by OpenSearch itself, so that one busy name hides no other. */

export interface NamesAnswer {
  readonly timed_out?: boolean;
  readonly aggregations?: Readonly<
    Record<
      string,
      {
        readonly values: {
          readonly sum_other_doc_count?: number;
          readonly buckets: ReadonlyArray<{ readonly key: string | number; readonly doc_count: number }>;
        };
      }
    >
  >;
}

/** What is asked; OpenSearch itself stops at the time. */
export const namesBody = ({ family, fields, text, within, most, timeoutMs }: EvidenceNames) => {
  const hasText = text !== '' && text.length <= MOST_PART;
  const counted = (field: string, include?: string) => ({
    filter: matches(
      family,
      include === undefined
        ? { within: { fields: [field], networks: within?.networks ?? [] } }
        : { says: { fields: [field], text } },
    ),
    aggs: {
      values: {
        terms: { field: knownField(family, field), size: most, ...(include === undefined ? {} : { include }) },
      },
    },
  });
  const texts = hasText ? fields : [];
  const addresses = within?.fields ?? [];
  return {
    size: 0,
    track_total_hits: false,
    timeout: `${Math.max(1, Math.floor(timeoutMs))}ms`,
    query: matches(family, { ...(within ? { within } : {}), says: { fields: texts, text } }),
    aggs: Object.fromEntries([
      ...texts.map((field) => [field, counted(field, having(text))] as const),
      ...addresses.map((field) => [field, counted(field)] as const),
    ]),
  };
};

/** What came of it. */
export const namedIn = ({ timed_out, aggregations = {} }: NamesAnswer, { text }: EvidenceNames): EvidenceNamed => {
  const fields = Object.entries(aggregations);
  return {
    found: fields.flatMap(([field, { values }]) =>
      values.buckets.map(({ key, doc_count: count }) => ({ field, value: String(key), count })),
    ),
    isWhole:
      timed_out !== true &&
      text.length <= MOST_PART &&
      fields.every(([, { values }]) => (values.sum_other_doc_count ?? 0) === 0),
  };
};
