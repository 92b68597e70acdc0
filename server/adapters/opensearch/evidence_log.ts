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
import { sendBulk, type BulkAction, type BulkItem } from './bulk';
import { deadLetterOf } from './dead_letter';
import { DEFAULT_PREFIX, evidencePatternOf, type IndexOptions } from './definitions';
import { EvidenceIndices } from './evidence_indices';
import { glanceBody, glanced, type GlanceAnswer } from './evidence_glance';
import { namedIn, namesBody, type NamesAnswer } from './evidence_names';
import { conditionOf, knownField, pageOf, sortOf } from './evidence_query';
import { entryOf, scanEvidence, type EvidenceHit, type Found } from './evidence_scan';
import { searchFieldsOf } from './search_fields';
import type { OpenSearchTransport } from './transport';

interface EvidenceLogOptions extends IndexOptions {
  /** Longest time of an append, ms; default 10,000. Repeating it is harmless. */
  readonly appendTimeoutMs?: number;
  /** Longest time of a search, ms; default 20,000. */
  readonly searchTimeoutMs?: number;
  /** Told of each record that OpenSearch refused twice; `isFiled` if the quarantine has it instead. */
  readonly onRefused?: (record: {
    readonly family: string;
    readonly id: string;
    readonly why: string;
    readonly isFiled: boolean;
  }) => void;
}

/** A record that OpenSearch will not have. */
interface Refused {
  readonly entry: EvidenceEntry;
  readonly why: string;
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

/** A record as it is stored; `plain` leaves out the search fields, for a record that they do not fit. */
const sourceOf = ({ family, id, at, body }: EvidenceEntry, plain: boolean): Record<string, unknown> => ({
  ...(plain ? {} : searchFieldsOf(family, body)),
  '@timestamp': at,
  id,
  record: JSON.stringify(body),
});

/** Append-only indices by time, one family of them for each kind of record. */
export class OpenSearchEvidenceLog implements EvidenceLog {
  private readonly transport: OpenSearchTransport;
  private readonly prefix: string;
  private readonly indices: EvidenceIndices;
  private readonly appendTimeoutMs: number;
  private readonly searchTimeoutMs: number;
  private readonly onRefused: NonNullable<EvidenceLogOptions['onRefused']>;

  constructor(transport: OpenSearchTransport, options: EvidenceLogOptions = {}) {
    this.transport = transport;
    this.prefix = options.prefix ?? DEFAULT_PREFIX;
    this.indices = new EvidenceIndices(transport, options);
    this.appendTimeoutMs = options.appendTimeoutMs ?? 10_000;
    this.searchTimeoutMs = options.searchTimeoutMs ?? 20_000;
    this.onRefused = options.onRefused ?? (() => undefined);
  }

  async append(entries: readonly EvidenceEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const names: string[] = [];
    for (const { family, at } of entries) names.push(await this.indices.forRecord(family, at));
    const places = entries.map((entry, index) => ({ entry, index: names[index] ?? '' }));
    const items = await this.create(places, false);
    const refused = places.filter((_, index) => items[index]?.kind === 'refused');
    // A record that the search fields do not fit is kept without them: losing it would be worse, and so would stalling.
    const again = refused.length === 0 ? [] : await this.create(refused, true);
    const letters = refused.flatMap(({ entry }, index) => {
      const item = again[index];
      return item?.kind === 'refused' ? [{ entry, why: item.message }] : [];
    });
    if (letters.length > 0) await this.fileRefused(letters);
    const known = places.filter((_, index) => items[index]?.kind === 'conflict');
    await this.settle([...new Set(known.map((place) => place.index))]);
  }

  /** What OpenSearch refuses twice must not hold up everything behind it: it is filed in the quarantine, and told. */
  private async fileRefused(refused: readonly Refused[]): Promise<void> {
    for (const { entry, why } of refused) {
      const letters = [deadLetterOf(entry, why), deadLetterOf(entry, why, 0)];
      let isFiled = false;
      for (const letter of letters) {
        if (isFiled) break;
        const index = await this.indices.forRecord(letter.family, letter.at);
        const [item] = await this.create([{ entry: letter, index }], true);
        isFiled = item?.kind !== 'refused';
      }
      this.onRefused({ family: entry.family, id: entry.id, why, isFiled });
    }
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

  private async create(
    places: ReadonlyArray<{ readonly entry: EvidenceEntry; readonly index: string }>,
    plain: boolean,
  ): Promise<readonly BulkItem[]> {
    const actions = places.map(({ entry, index }): BulkAction => ({
      verb: 'create',
      meta: { _index: index, _id: entry.id },
      source: sourceOf(entry, plain),
    }));
    try {
      return await sendBulk(this.transport, { path: '/_bulk', timeoutMs: this.appendTimeoutMs }, actions);
    } catch (cause) {
      if (cause instanceof StoreUnavailable) this.indices.forget();
      throw cause;
    }
  }

  /**
   * A record that is there already may be one whose first append was never answered: OpenSearch knows it before it is
   * on disk. A flush is answered once everything before it is.
   */
  private async settle(indices: readonly string[]): Promise<void> {
    if (indices.length === 0) return;
    const answer = await this.transport.request(
      { method: 'POST', path: `/${indices.join(',')}/_flush`, querystring: { wait_if_ongoing: true } },
      { timeoutMs: this.appendTimeoutMs },
    );
    const failed = (answer.body as { _shards?: { failed?: number } })._shards?.failed ?? 0;
    if (answer.status >= 400 || failed > 0) throw new StoreUnavailable('records could not be made durable');
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
