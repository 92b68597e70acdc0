import { isSearchable } from '../../../common/policy/search_indices';
import type { LogFilter, LogFound, LogQuery, LogSearch } from '../../runner/ports';
import { faultOf } from './answer';
import { fieldFault, type FieldCaps } from './log_fields';
import type { OpenSearchTransport } from './transport';

/*
 * Bounded searches in indices that an operator lists. A search that skips something would count too little, and too
 * little is an answer like any other: so what the indices are and how their fields are mapped is asked beside it.
 */

/** So many indices may a pattern mean. */
const MOST_INDICES = 1_000;
/** Nothing is skipped in silence: a closed, missing or failed part is an error. */
const WHOLE = { ignore_unavailable: false, allow_no_indices: false };

interface SearchBody {
  readonly timed_out?: boolean;
  readonly terminated_early?: boolean;
  readonly hits?: { readonly total?: { readonly value: number } };
  readonly aggregations?: {
    readonly values: {
      readonly sum_other_doc_count?: number;
      readonly buckets: ReadonlyArray<{ readonly key: string | number; readonly key_as_string?: string }>;
    };
  };
}

const termOf = ({ field, holds }: LogFilter, value: string | number | boolean): object =>
  // Fields with addresses refuse to compare letters.
  ({ term: { [field]: holds === 'names' ? { value, case_insensitive: true } : { value } } });

const conditionOf = ({ time, from, to, filters }: LogQuery): object => ({
  bool: {
    filter: [
      { range: { [time]: { gte: from, lte: to, format: 'strict_date_optional_time' } } },
      ...filters.map((filter) => ({
        bool: { should: filter.anyOf.map((value) => termOf(filter, value)), minimum_should_match: 1 },
      })),
    ],
  },
});

/** No document is returned, and each shard stops once there are too many. */
const bodyOf = (query: LogQuery): Record<string, unknown> => {
  const { answer, mostDocuments, mostValues, timeoutMs } = query;
  const most = answer === 'exists' ? 1 : mostDocuments + 1;
  return {
    query: conditionOf(query),
    size: 0,
    track_total_hits: most,
    terminate_after: most,
    timeout: `${Math.max(1, Math.floor(timeoutMs))}ms`,
    ...(typeof answer === 'object' && {
      // By the values of the documents that fit: the usual way first reads every value of the index.
      aggs: { values: { terms: { field: answer.values, size: mostValues + 1, execution_hint: 'map' } } },
    }),
  };
};

const pathOf = (indices: readonly string[]): string => indices.map(encodeURIComponent).join(',');

const foundIn = (body: SearchBody, { answer, mostDocuments, mostValues }: LogQuery): LogFound => {
  const documents = body.hits?.total?.value;
  if (documents === undefined) return { why: 'OpenSearch did not say how many documents match' };
  // Where one is enough it does not matter what else there is.
  if (answer === 'exists' && documents > 0) return { exists: true };
  if (body.timed_out === true) return { why: 'not everything could be looked at in time' };
  if (answer === 'exists') return { exists: false };
  if (body.terminated_early === true || documents > mostDocuments)
    return { why: `more than ${mostDocuments} documents match` };
  if (answer === 'count') return { documents };
  const { buckets, sum_other_doc_count: others = 0 } = body.aggregations?.values ?? { buckets: [] };
  return buckets.length > mostValues || others > 0
    ? { why: `more than ${mostValues} values` }
    : { values: buckets.map(({ key, key_as_string }) => key_as_string ?? key) };
};

/** Searches in the indices of others, as Reflex' own user. */
export class OpenSearchLogSearch implements LogSearch {
  constructor(private readonly transport: OpenSearchTransport) {}

  async search(query: LogQuery): Promise<LogFound> {
    const [fault, found] = await Promise.all([this.faultOf(query), this.found(query)]);
    return fault === undefined ? found : { why: fault };
  }

  private async found(query: LogQuery): Promise<LogFound> {
    const limit = `${Math.max(1, Math.floor(query.timeoutMs))}ms`;
    const { status, body } = await this.transport.request(
      {
        method: 'POST',
        path: `/${pathOf(query.indices)}/_search`,
        querystring: {
          ...WHOLE,
          allow_partial_search_results: false,
          request_cache: false,
          cancel_after_time_interval: limit,
        },
        body: bodyOf(query),
      },
      { timeoutMs: query.timeoutMs },
    );
    if (status >= 400) return { why: `OpenSearch answered ${status}: ${faultOf(body).text}` };
    return foundIn(body as SearchBody, query);
  }

  /** Why what is found would not be the whole: undefined if it is. */
  private async faultOf(query: LogQuery): Promise<string | undefined> {
    const { indices, time, filters, answer, timeoutMs } = query;
    const fields = [time, ...filters.map(({ field }) => field), ...(typeof answer === 'object' ? [answer.values] : [])];
    const { status, body } = await this.transport.request(
      {
        method: 'GET',
        path: `/${pathOf(indices)}/_field_caps`,
        querystring: { ...WHOLE, fields: [...new Set(fields)].join(',') },
      },
      { timeoutMs },
    );
    if (status >= 400) return `OpenSearch answered ${status}: ${faultOf(body).text}`;
    const caps = body as FieldCaps;
    const found = caps.indices ?? [];
    const secret = found.find((index) => !isSearchable(index));
    if (secret !== undefined) return `\`${secret}\` is behind it, which look-ups may not read`;
    if (found.length === 0) return 'there is no such index';
    return found.length > MOST_INDICES ? `more than ${MOST_INDICES} indices` : fieldFault(caps, query);
  }
}
