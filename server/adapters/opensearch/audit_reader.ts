import { present } from '../../../common/present';
import {
  EVIDENCE_FAMILIES,
  StoreUnavailable,
  type AuditRange,
  type AuditReader,
  type AuditStamp,
  type ChainTally,
  type EvidenceFamily,
  type EvidenceFields,
  type FoundRecord,
  type FoundStamp,
} from '../../runner/ports';
import { faultOf, unexpected } from './answer';
import { DEFAULT_PREFIX, evidenceIndexOf, evidencePatternOf } from './definitions';
import type { OpenSearchTransport } from './transport';

/* Reads evidence as it is stored, to check it: every record of a chain, and what has no place in one. */

interface ReaderOptions {
  /** Begins the name of every index; default `reflex-`. */
  readonly prefix?: string;
  /** Longest time of a request, ms; default 60,000: it reads whole records, many at a time. */
  readonly timeoutMs?: number;
}

interface Source {
  readonly '@timestamp': string;
  readonly id: string;
  readonly record: string;
  readonly audit?: AuditStamp;
}

interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _source: Source;
}

interface Bucket {
  readonly key: { readonly chain: string };
  readonly doc_count: number;
  readonly lowest: { readonly value: number };
  readonly highest: { readonly value: number };
  readonly from: { readonly value: number };
  readonly to: { readonly value: number };
}

interface Chains {
  readonly aggregations?: {
    readonly chains: { readonly buckets: readonly Bucket[]; readonly after_key?: { readonly chain: string } };
  };
}

/** Records read at once. */
const AT_ONCE = 200;
const CHAINS_AT_ONCE = 200;

const withinTime = ({ from, to }: AuditRange): readonly object[] =>
  from === undefined && to === undefined ? [] : [{ range: { '@timestamp': present({ gte: from, lt: to }) } }];

const instantOf = (value: number): string => new Date(value).toISOString();

const tallyOf = ({ key, doc_count: records, lowest, highest, from, to }: Bucket): ChainTally => ({
  chain: key.chain,
  records,
  lowest: lowest.value,
  highest: highest.value,
  from: instantOf(from.value),
  to: instantOf(to.value),
});

/** The evidence of a cluster, for whoever checks it. */
export class OpenSearchAuditReader implements AuditReader {
  private readonly prefix: string;
  private readonly timeoutMs: number;
  private readonly pattern: string;

  constructor(
    private readonly transport: OpenSearchTransport,
    options: ReaderOptions = {},
  ) {
    this.prefix = options.prefix ?? DEFAULT_PREFIX;
    this.timeoutMs = options.timeoutMs ?? 60_000;
    this.pattern = EVIDENCE_FAMILIES.map((family) => evidencePatternOf(family, this.prefix)).join(',');
  }

  readonly indexOf = (family: EvidenceFamily, at: string): string => evidenceIndexOf(family, at, this.prefix);

  async stampsOf(records: ReadonlyArray<Pick<FoundRecord, 'family' | 'id' | 'at'>>): Promise<readonly FoundStamp[]> {
    if (records.length === 0) return [];
    const docs = records.map(({ family, id, at }) => ({ _index: this.indexOf(family, at), _id: id }));
    const answer = await this.ask('/_mget', { docs });
    const found = (answer as { docs: ReadonlyArray<{ found?: boolean; error?: object; _source?: Source }> }).docs;
    return found.map((doc) => {
      if (doc.error !== undefined && faultOf(doc).type !== 'index_not_found_exception')
        throw new StoreUnavailable('records could not be read');
      const source = doc._source;
      if (source === undefined) return { there: false, fieldless: false };
      const fieldless = Object.keys(this.fieldsOf(source)).length === 0;
      return { there: true, fieldless, ...present({ audit: source.audit }) };
    });
  }

  async *chain(chain: string, from: number, to: number): AsyncIterable<FoundRecord> {
    for (let first = from; first <= to;) {
      const filter = [{ term: { 'audit.chain': chain } }, { range: { 'audit.seq': { gte: first, lte: to } } }];
      const sort = [{ 'audit.seq': { order: 'asc', unmapped_type: 'long' } }];
      const found = await this.search({ query: { bool: { filter } }, sort, size: AT_ONCE });
      const records = found.map((hit) => this.recordOf(hit));
      const last = records[records.length - 1]?.audit?.seq ?? to;
      // A place that was filled twice must not be torn apart: the last one of a full page is read with the next.
      const isTorn = found.length === AT_ONCE && records[0]?.audit?.seq !== last;
      yield* isTorn ? records.filter(({ audit }) => audit?.seq !== last) : records;
      if (found.length < AT_ONCE) return;
      first = isTorn ? last : last + 1;
    }
  }

  async *chains(range: AuditRange): AsyncIterable<ChainTally> {
    let after: { readonly chain: string } | undefined;
    do {
      const sources = [{ chain: { terms: { field: 'audit.chain' } } }];
      const aggs = {
        lowest: { min: { field: 'audit.seq' } },
        highest: { max: { field: 'audit.seq' } },
        from: { min: { field: '@timestamp' } },
        to: { max: { field: '@timestamp' } },
      };
      const composite = { size: CHAINS_AT_ONCE, sources, ...present({ after }) };
      const body = { size: 0, query: { bool: { filter: withinTime(range) } }, aggs: { chains: { composite, aggs } } };
      const { aggregations } = (await this.askSearch(body)) as Chains;
      yield* (aggregations?.chains.buckets ?? []).map(tallyOf);
      after = aggregations?.chains.after_key;
    } while (after !== undefined);
  }

  async unchained(range: AuditRange, most: number): ReturnType<AuditReader['unchained']> {
    const answer = (await this.askSearch({
      query: { bool: { filter: withinTime(range), must_not: { exists: { field: 'audit.chain' } } } },
      sort: [{ '@timestamp': { order: 'asc', unmapped_type: 'date' } }],
      size: most,
      track_total_hits: true,
    })) as { hits: { total?: { value: number }; hits: readonly Hit[] } };
    return { total: answer.hits.total?.value ?? 0, first: answer.hits.hits.map((hit) => this.recordOf(hit)) };
  }

  async refresh(): Promise<void> {
    const path = `/${this.pattern}/_refresh`;
    const querystring = { ignore_unavailable: true, allow_no_indices: true };
    const answer = await this.transport.request({ method: 'POST', path, querystring }, { timeoutMs: this.timeoutMs });
    if (answer.status >= 400) throw unexpected('records could not be refreshed', answer);
  }

  async indices(): Promise<Readonly<Record<string, string>>> {
    const answer = await this.transport.request(
      {
        method: 'GET',
        path: `/${this.pattern}/_settings/index.uuid`,
        querystring: { flat_settings: true, ignore_unavailable: true, allow_no_indices: true },
      },
      { timeoutMs: this.timeoutMs },
    );
    if (answer.status >= 400) throw unexpected('the indices of evidence could not be listed', answer);
    const found = answer.body as Readonly<Record<string, { settings: { 'index.uuid'?: string } }>>;
    return Object.fromEntries(
      Object.entries(found).map(([name, { settings }]) => [name, settings['index.uuid'] ?? '']),
    );
  }

  private recordOf({ _id: id, _index: index, _source: source }: Hit): FoundRecord {
    const family = EVIDENCE_FAMILIES.find((each) => index.startsWith(`${this.prefix}${each}-`)) ?? 'audit';
    const saysId = source.id === id ? undefined : source.id;
    const { '@timestamp': at, record, audit } = source;
    return { family, id, at, index, record, fields: this.fieldsOf(source), ...present({ saysId, audit }) };
  }

  private fieldsOf({ '@timestamp': _at, id: _id, record: _record, audit: _audit, ...fields }: Source): EvidenceFields {
    return fields;
  }

  private async search(body: Readonly<Record<string, unknown>>): Promise<readonly Hit[]> {
    const answer = await this.askSearch({ ...body, track_total_hits: false });
    return (answer as { hits: { hits: readonly Hit[] } }).hits.hits;
  }

  private askSearch(body: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.ask(`/${this.pattern}/_search`, body, {
      ignore_unavailable: true,
      allow_no_indices: true,
      allow_partial_search_results: false,
    });
  }

  private async ask(
    path: string,
    body: Readonly<Record<string, unknown>>,
    querystring: Readonly<Record<string, boolean>> = {},
  ): Promise<unknown> {
    const answer = await this.transport.request(
      { method: 'POST', path, body, querystring },
      { timeoutMs: this.timeoutMs },
    );
    if (answer.status >= 400) throw unexpected('records could not be read', answer);
    return answer.body;
  }
}
