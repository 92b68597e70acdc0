import {
  StoreUnavailable,
  type EvidenceEntry,
  type EvidenceFamily,
  type EvidenceFound,
  type EvidenceGlance,
  type EvidenceGlanced,
  type EvidenceLog,
  type EvidenceNamed,
  type EvidenceNames,
  type EvidenceQuery,
} from '../../runner/ports';
import { unexpected, type OpenSearchAnswer } from './answer';
import { DEFAULT_PREFIX, evidencePatternOf } from './definitions';
import { EvidenceAppender, type AppendOptions } from './evidence_append';
import { glanceBody, glanced, type GlanceAnswer } from './evidence_glance';
import { namedIn, namesBody, type NamesAnswer } from './evidence_names';
import { conditionOf, knownField, pageOf, sortOf } from './evidence_query';
import { entryOf, scanEvidence, type EvidenceHit, type Found } from './evidence_scan';
import type { OpenSearchTransport } from './transport';

interface EvidenceLogOptions extends AppendOptions {
  /** Longest time of a search, ms; default 20,000. */
  readonly searchTimeoutMs?: number;
}

type Body = Found['body'];

interface SearchBody {
  readonly hits: { readonly total?: { readonly value: number }; readonly hits: readonly EvidenceHit[] };
  readonly aggregations?: {
    readonly values: {
      readonly buckets: ReadonlyArray<{ key: string | number; key_as_string?: string; doc_count: number }>;
    };
  };
}

/** Values that a tally tells apart; the rarer rest is left out. */
const MOST_VALUES = 1_000;

/** Append-only indices by time, one family of them for each kind of record. */
export class OpenSearchEvidenceLog implements EvidenceLog {
  private readonly transport: OpenSearchTransport;
  private readonly prefix: string;
  private readonly appender: EvidenceAppender;
  private readonly searchTimeoutMs: number;

  constructor(transport: OpenSearchTransport, options: EvidenceLogOptions = {}) {
    this.transport = transport;
    this.prefix = options.prefix ?? DEFAULT_PREFIX;
    this.appender = new EvidenceAppender(transport, options);
    this.searchTimeoutMs = options.searchTimeoutMs ?? 20_000;
  }

  append(entries: readonly EvidenceEntry[]): Promise<void> {
    return this.appender.append(entries);
  }

  async find(query: EvidenceQuery): Promise<EvidenceFound> {
    const { hits } = await this.search(query.family, {
      query: conditionOf(query),
      sort: sortOf(query.order ?? 'newest'),
      ...pageOf(query),
      track_total_hits: true,
    });
    return { total: hits.total?.value ?? 0, entries: hits.hits.map(entryOf) };
  }

  async get(family: EvidenceFamily, id: string): Promise<Body | undefined> {
    const { hits } = await this.search(family, { query: { ids: { values: [id] } }, size: 1 });
    const [hit] = hits.hits;
    return hit ? entryOf(hit).body : this.getUnrefreshed(family, id);
  }

  async kept(family: EvidenceFamily, ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const query = { ids: { values: ids } };
    const { hits } = await this.search(family, { query, size: ids.length, _source: false, track_total_hits: false });
    const durable = await this.durableOf([...new Set(hits.hits.map(({ _index }) => _index))]);
    return new Set(hits.hits.filter(({ _index }) => durable.has(_index)).map(({ _id }) => _id));
  }

  /** Indices among these that have each write on the disk before it is answered. */
  private async durableOf(indices: readonly string[]): Promise<ReadonlySet<string>> {
    if (indices.length === 0) return new Set();
    const answer = await this.transport.request(
      { method: 'GET', path: `/${indices.join(',')}`, querystring: { flat_settings: true, filter_path: '*.settings' } },
      { timeoutMs: this.searchTimeoutMs },
    );
    if (answer.status >= 400) throw unexpected('settings of the evidence could not be read', answer);
    const found = answer.body as Readonly<Record<string, { settings: Readonly<Record<string, string>> }>>;
    const isDurable = (index: string): boolean =>
      found[index]?.settings['index.translog.durability']?.toLowerCase() === 'request';
    return new Set(indices.filter(isDurable));
  }

  async tally(query: Parameters<EvidenceLog['tally']>[0]): Promise<ReadonlyMap<string, number>> {
    const field = knownField(query.family, query.field);
    const { aggregations } = await this.search(query.family, {
      query: conditionOf(query),
      size: 0,
      aggs: { values: { terms: { field, size: MOST_VALUES, shard_size: 10 * MOST_VALUES } } },
    });
    return new Map(
      (aggregations?.values.buckets ?? []).map((bucket) => [
        bucket.key_as_string ?? String(bucket.key),
        bucket.doc_count,
      ]),
    );
  }

  async glance(query: EvidenceGlance): Promise<EvidenceGlanced> {
    return glanced(await this.searchOnce<GlanceAnswer>(query.family, glanceBody(query), query.timeoutMs), query);
  }

  async names(query: EvidenceNames): Promise<EvidenceNamed> {
    return namedIn(await this.searchOnce<NamesAnswer>(query.family, namesBody(query), query.timeoutMs), query);
  }

  scan(...asked: Parameters<EvidenceLog['scan']>): AsyncIterable<Found> {
    return scanEvidence((family, body) => this.search(family, body), ...asked);
  }

  /** Just appended and not yet searchable: asked for by id in every index of the family. */
  private async getUnrefreshed(family: EvidenceFamily, id: string): Promise<Body | undefined> {
    const pattern = evidencePatternOf(family, this.prefix);
    const listed = await this.transport.request({ method: 'GET', path: `/_resolve/index/${pattern}` });
    const { indices = [] } = listed.body as { indices?: ReadonlyArray<{ name: string }> };
    if (indices.length === 0) return undefined;
    const answer = await this.transport.request(
      { method: 'POST', path: '/_mget', body: { docs: indices.map(({ name }) => ({ _index: name, _id: id })) } },
      { timeoutMs: this.searchTimeoutMs },
    );
    if (answer.status >= 400) throw unexpected('records could not be read', answer);
    const { docs } = answer.body as { docs: ReadonlyArray<{ found?: boolean } & EvidenceHit> };
    const found = docs.find((doc) => doc.found === true);
    return found && entryOf(found).body;
  }

  /**
   * An index that was made a moment ago answers that it has no shards: OpenSearch itself waits until it has, and then
   * it is asked once more. Nobody is told of an outage at the first record of a day.
   */
  private async search(family: EvidenceFamily, body: Record<string, unknown>): Promise<SearchBody> {
    try {
      return await this.searchOnce(family, body);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable) || cause.fault !== 'search_phase_execution_exception') throw cause;
      await this.transport.request(
        {
          method: 'GET',
          path: `/_cluster/health/${evidencePatternOf(family, this.prefix)}`,
          querystring: { wait_for_status: 'yellow', timeout: '10s' },
        },
        { timeoutMs: this.searchTimeoutMs },
      );
      return this.searchOnce(family, body);
    }
  }

  /** No index yet means no records yet. */
  private async searchOnce<Body = SearchBody>(
    family: EvidenceFamily,
    body: Record<string, unknown>,
    timeoutMs = this.searchTimeoutMs,
  ): Promise<Body> {
    const answer: OpenSearchAnswer = await this.transport.request(
      {
        method: 'POST',
        path: `/${evidencePatternOf(family, this.prefix)}/_search`,
        querystring: { ignore_unavailable: true, allow_no_indices: true, allow_partial_search_results: false },
        body,
      },
      { timeoutMs },
    );
    if (answer.status >= 400) throw unexpected('records could not be searched', answer);
    return answer.body as Body;
  }
}
