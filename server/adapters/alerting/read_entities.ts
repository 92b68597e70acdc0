import { present } from '../../../common/present';
import { StoreUnavailable, type AlertReader, type ClusterTransport, type RelatedDocument } from '../../runner/ports';

type Search = Parameters<AlertReader['entities']>[0];
type Found = Awaited<ReturnType<AlertReader['entities']>>;

interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _seq_no?: number;
  readonly _source?: Readonly<Record<string, unknown>>;
}

interface Bucket {
  readonly newest?: { readonly hits?: { readonly hits?: readonly Hit[] } };
}

interface Grouped {
  readonly buckets?: readonly Bucket[];
  readonly after_key?: Readonly<Record<string, unknown>>;
}

const LONG_MS = 30_000;
/** Values, each with a document, in one request. */
const PAGE = 500;

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

/** Undefined if the field cannot be grouped by, or the cluster cannot do it now. */
const byValue = async (transport: ClusterTransport, search: Search): Promise<Found | undefined> => {
  const { query, field, most } = search;
  const documents: RelatedDocument[] = [];
  let values = 0;
  let after: Grouped['after_key'];
  do {
    const size = Math.min(PAGE, most + 1 - values);
    const sources = [{ entity: { terms: { field } } }];
    const { status, body } = await ask(transport, search, {
      size: 0,
      query,
      aggs: {
        entities: {
          composite: { size, sources, ...present({ after }) },
          aggs: { newest: { top_hits: { size: 1, seq_no_primary_term: true } } },
        },
      },
    });
    if (status !== 200) return undefined;
    const { buckets = [], after_key } =
      (body as { aggregations?: { entities?: Grouped } }).aggregations?.entities ?? {};
    documents.push(...buckets.flatMap(({ newest }) => (newest?.hits?.hits ?? []).flatMap(documentOf)));
    values += buckets.length;
    after = buckets.length === size ? after_key : undefined;
  } while (after !== undefined && values <= most);
  return { documents: documents.slice(0, most), more: values > most };
};

/**
 * One document for each value of a field: by an aggregation, page by page, or from the first hits where the field
 * cannot be aggregated (it is analysed text).
 *
 * @throws StoreUnavailable if the cluster cannot answer now
 */
export const readEntities = async (transport: ClusterTransport, search: Search): Promise<Found> => {
  const grouped = await byValue(transport, search);
  if (grouped !== undefined) return grouped;
  const { most } = search;
  const { status, body } = await ask(transport, search, { size: most + 1, query: search.query });
  if (status >= 500 || status === 429) throw new StoreUnavailable(`the query of a monitor answered ${status}`);
  // A query that Reflex may not make, or that is none: its entities are unknown, and nothing else waits for it.
  if (status !== 200) return { documents: [], more: false };
  const hits = (body as { hits?: { hits?: readonly Hit[] } }).hits?.hits ?? [];
  return { documents: hits.slice(0, most).flatMap(documentOf), more: hits.length > most };
};
