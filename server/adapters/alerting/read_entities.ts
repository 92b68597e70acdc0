import { StoreUnavailable, type AlertReader, type ClusterTransport, type RelatedDocument } from '../../runner/ports';

type Search = Parameters<AlertReader['entities']>[0];

interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _seq_no?: number;
  readonly _source?: Readonly<Record<string, unknown>>;
}

interface Bucket {
  readonly newest?: { readonly hits?: { readonly hits?: readonly Hit[] } };
}

const LONG_MS = 30_000;
/** Values that one alert is about, at most; a query that finds more is about no entity. */
const MOST_ENTITIES = 50;
const MOST_HITS = 500;

const documentOf = ({ _id, _index, _seq_no, _source }: Hit): readonly RelatedDocument[] =>
  _source === undefined ? [] : [{ index: _index, id: _id, seqNo: _seq_no ?? 0, source: _source }];

const ask = (transport: ClusterTransport, { indices }: Search, body: Readonly<Record<string, unknown>>) =>
  transport.request(
    {
      method: 'POST',
      path: `/${encodeURIComponent(indices.join(','))}/_search`,
      querystring: {
        ignore_unavailable: true,
        allow_no_indices: true,
        allow_partial_search_results: false,
        seq_no_primary_term: true,
      },
      body: { timeout: '20s', track_total_hits: false, ...body },
    },
    { timeoutMs: LONG_MS, anyAnswer: true },
  );

/**
 * One document for each value of a field: by an aggregation, or from the first hits where the field cannot be
 * aggregated (it is analysed text).
 */
export const readEntities = async (
  transport: ClusterTransport,
  search: Search,
): Promise<readonly RelatedDocument[]> => {
  const newest = { top_hits: { size: 1, seq_no_primary_term: true } };
  const grouped = await ask(transport, search, {
    size: 0,
    query: search.query,
    aggs: { entities: { terms: { field: search.field, size: MOST_ENTITIES }, aggs: { newest } } },
  });
  if (grouped.status === 200) {
    const { aggregations } = grouped.body as { aggregations?: { entities?: { buckets?: readonly Bucket[] } } };
    return (aggregations?.entities?.buckets ?? []).flatMap(({ newest: found }) =>
      (found?.hits?.hits ?? []).flatMap(documentOf),
    );
  }
  const listed = await ask(transport, search, { size: MOST_HITS, query: search.query });
  if (listed.status >= 500 || listed.status === 429)
    throw new StoreUnavailable(`the query of a monitor answered ${listed.status}`);
  // A query that Reflex may not make, or that is none: its entities are unknown, and nothing else waits for it.
  if (listed.status !== 200) return [];
  return ((listed.body as { hits?: { hits?: readonly Hit[] } }).hits?.hits ?? []).flatMap(documentOf);
};
