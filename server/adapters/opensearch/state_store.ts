import {
  StoreUnavailable,
  type BulkAndDoc,
  type StateDoc,
  type StateQuery,
  type StateStore,
  type StateWrite,
  type Version,
  type WriteOutcome,
} from '../../runner/ports';
import { isMissingIndex, unexpected, type OpenSearchAnswer } from './answer';
import { sendBulk, type BulkAction, type BulkItem } from './bulk';
import { stateIndexOf } from './definitions';
import { STATE_MAPPINGS } from './mappings/state';
import { docOf, sourceOf, type StateHit, type StateSource } from './state_documents';
import { conditionOf, sortOf } from './state_query';
import type { OpenSearchRequest, OpenSearchTransport } from './transport';
import { writeAliasesOf } from './write_alias';

interface StateStoreOptions {
  /** Begins the name of the index; default `reflex-`. */
  readonly prefix?: string;
  /** Longest time of a write or a get, ms; default 2,000. The heartbeat goes through here, every 300 ms. */
  readonly timeoutMs?: number;
  /** Longest time of a search or a count, ms; default 10,000. */
  readonly searchTimeoutMs?: number;
}

/** OpenSearch returns no more from one search. */
const MOST_FOUND = 10_000;
const DEFAULT_FOUND = 1_000;
const MOST_READ_AT_ONCE = 1_000;
const MOST_ID_BYTES = 512;
const PROBE_ID = 'probe';
/** Tells the clock of the node that has the primary; to the 200 ms by which OpenSearch reads its clock. */
const TELL_TIME = "ctx._source.facets = ['at': ctx._now]";
const MISSING_STATE = 'missing';
/** An update that changes nothing writes nothing, and answers the document as it stands at the primary. */
const AS_IT_IS = { doc: {}, _source: true };
const NO_SUCH_DOCUMENT = 'document_missing_exception';

const tooLong = (id: string): boolean => Buffer.byteLength(id) > MOST_ID_BYTES;

const outcomeOf = (item: BulkItem | undefined): WriteOutcome => {
  switch (item?.kind) {
    case 'written':
      return { kind: 'written', version: { seqNo: item.seqNo, primaryTerm: item.primaryTerm } };
    case 'conflict':
      return { kind: 'conflict' };
    case 'refused':
      return { kind: 'failed', message: item.message };
    case undefined:
      return { kind: 'failed', message: `the id is longer than ${MOST_ID_BYTES} bytes` };
  }
};

/** The document that the last action of a bulk read. Not there and not read are two things. */
const docReadIn = (item: BulkItem | undefined, id: string): StateDoc | undefined => {
  if (item?.kind === 'written' && item.source !== undefined)
    return docOf({
      _id: id,
      _seq_no: item.seqNo,
      _primary_term: item.primaryTerm,
      _source: item.source as StateSource,
    });
  if (item?.kind === 'refused' && item.type === NO_SUCH_DOCUMENT) return undefined;
  throw new StoreUnavailable(`\`${id}\` could not be read: ${JSON.stringify(item)}`);
};

const only = ({ seqNo, primaryTerm }: Version): Record<string, number> => ({
  if_seq_no: seqNo,
  if_primary_term: primaryTerm,
});

const actionOf = ({ id, body, expect }: StateWrite): BulkAction =>
  expect === 'absent'
    ? { verb: 'create', meta: { _id: id }, source: { ...sourceOf(body) } }
    : { verb: 'index', meta: { _id: id, ...only(expect) }, source: { ...sourceOf(body) } };

/**
 * The state index of OpenSearch. One instance belongs to one index for life: it finds its write alias once, and if the
 * index is deleted or replaced everything but `identity` throws `StoreUnavailable` for good.
 */
export class OpenSearchStateStore implements StateStore {
  private readonly transport: OpenSearchTransport;
  private readonly index: string;
  private readonly timeoutMs: number;
  private readonly searchTimeoutMs: number;
  private alias: Promise<string> | undefined;

  constructor(transport: OpenSearchTransport, options: StateStoreOptions = {}) {
    this.transport = transport;
    this.index = stateIndexOf(options.prefix);
    this.timeoutMs = options.timeoutMs ?? 2_000;
    this.searchTimeoutMs = options.searchTimeoutMs ?? 10_000;
  }

  async get(id: string): Promise<StateDoc | undefined> {
    return (await this.getMany([id])).get(id);
  }

  /** Realtime, from the primary: what was answered to any agent before is seen. */
  async getMany(ids: readonly string[]): Promise<ReadonlyMap<string, StateDoc>> {
    const wanted = [...new Set(ids)].filter((id) => id !== '' && !tooLong(id));
    const found = new Map<string, StateDoc>();
    for (let from = 0; from < wanted.length; from += MOST_READ_AT_ONCE) {
      const answer = await this.ask('_mget', {
        method: 'POST',
        querystring: { preference: '_primary' },
        body: { ids: wanted.slice(from, from + MOST_READ_AT_ONCE) },
      });
      const { docs } = answer.body as { docs: ReadonlyArray<StateHit & { found?: boolean; error?: unknown }> };
      for (const doc of docs) {
        // Not found and could not look are two things; taking one for the other would create what exists.
        if (doc.error !== undefined || doc.found === undefined)
          throw new StoreUnavailable(`\`${doc._id}\` could not be read: ${JSON.stringify(doc.error)}`);
        if (doc.found) found.set(doc._id, docOf(doc));
      }
    }
    return found;
  }

  async bulk(writes: readonly StateWrite[]): Promise<readonly WriteOutcome[]> {
    const items = await this.write(writes.filter(({ id }) => !tooLong(id)).map(actionOf));
    let next = 0;
    return writes.map(({ id }) => outcomeOf(tooLong(id) ? undefined : items[next++]));
  }

  async bulkThenGet(writes: readonly StateWrite[], id: string): Promise<BulkAndDoc> {
    if (id === '' || tooLong(id) || writes.some((write) => tooLong(write.id)))
      throw new Error('such an id cannot be written and read at once');
    const actions = writes.map(actionOf);
    const items = await this.write([...actions, { verb: 'update', meta: { _id: id }, source: AS_IT_IS }]);
    return { outcomes: items.slice(0, -1).map(outcomeOf), doc: docReadIn(items[items.length - 1], id) };
  }

  async remove(id: string, expect: Version): Promise<WriteOutcome> {
    const [outcome] = await this.removeMany([{ id, version: expect }]);
    return outcome ?? outcomeOf(undefined);
  }

  async removeMany(docs: ReadonlyArray<Pick<StateDoc, 'id' | 'version'>>): Promise<readonly WriteOutcome[]> {
    const deletions = docs.map(({ id, version }): BulkAction => ({
      verb: 'delete',
      meta: { _id: id, ...only(version) },
    }));
    return (await this.write(deletions)).map(outcomeOf);
  }

  async search(query: StateQuery): Promise<readonly StateDoc[]> {
    if (query.fresh === true) await this.ask('_refresh', { method: 'POST' }, this.searchTimeoutMs);
    const answer = await this.find({
      query: conditionOf(query),
      sort: sortOf(query.sort),
      ...(query.after ? { search_after: [query.after.ordinal, query.after.version.seqNo] } : {}),
      size: Math.min(query.limit ?? DEFAULT_FOUND, MOST_FOUND),
      seq_no_primary_term: true,
      ...(query.bare === true ? { _source: { excludes: ['content', 'outbox'] } } : {}),
      track_total_hits: false,
    });
    return (answer.body as { hits: { hits: readonly StateHit[] } }).hits.hits.map(docOf);
  }

  async count(query: StateQuery): Promise<number> {
    const answer = await this.find({ query: conditionOf(query), size: 0, track_total_hits: true });
    return (answer.body as { hits: { total: { value: number } } }).hits.total.value;
  }

  /** UUID of the index and of its history; `missing` if OpenSearch is sure that there is no such index. */
  async identity(): Promise<string> {
    const answer = await this.transport.request(
      { method: 'GET', path: `/${this.index}/_stats/docs`, querystring: { level: 'shards' } },
      { timeoutMs: this.searchTimeoutMs },
    );
    if (isMissingIndex(answer)) return MISSING_STATE;
    if (answer.status >= 400) throw unexpected('the identity of the state index could not be read', answer);
    const { indices } = answer.body as { indices?: Record<string, IndexStats> };
    const [stats] = Object.values(indices ?? {});
    const primary = stats?.shards?.['0']?.find((shard) => shard.routing.primary);
    const history = primary?.commit?.user_data?.history_uuid;
    if (stats?.uuid === undefined || history === undefined)
      throw new StoreUnavailable('the primary shard of the state index is not up');
    return `${stats.uuid}/${history}`;
  }

  /** Adds the fields of this version too; what is mapped already stays as it is. */
  async raiseSchema(schema: number): Promise<void> {
    const body = { ...STATE_MAPPINGS, _meta: { reflex_schema: schema } };
    await this.ask('_mapping', { method: 'PUT', body }, this.searchTimeoutMs);
  }

  async nodeTime(): Promise<number> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.ask(`_update/${PROBE_ID}`, {
        method: 'POST',
        querystring: { _source: true, retry_on_conflict: 5, require_alias: true, timeout: `${this.timeoutMs}ms` },
        body: { script: { lang: 'painless', source: TELL_TIME }, upsert: { kind: 'probe', facets: {} } },
      });
      const { get } = answer.body as { get?: { _source?: { facets?: { at?: unknown } } } };
      const at = get?._source?.facets?.at;
      if (typeof at === 'number') return at;
      // The very first time the document is made, which runs no script.
      if (attempt > 0) throw unexpected('the node does not tell its time', answer);
    }
  }

  private async write(actions: readonly BulkAction[]): Promise<readonly BulkItem[]> {
    const path = `/${await this.writeAlias()}/_bulk`;
    const querystring = { require_alias: true, refresh: false, timeout: `${this.timeoutMs}ms` };
    return sendBulk(this.transport, { path, querystring, timeoutMs: this.timeoutMs }, actions);
  }

  private find(body: Record<string, unknown>): Promise<OpenSearchAnswer> {
    const querystring = { allow_partial_search_results: false };
    return this.ask('_search', { method: 'POST', querystring, body }, this.searchTimeoutMs);
  }

  /** A request to the index by its alias. */
  private async ask(
    what: string,
    request: Omit<OpenSearchRequest, 'path'>,
    timeoutMs = this.timeoutMs,
  ): Promise<OpenSearchAnswer> {
    const answer = await this.transport.request(
      { ...request, path: `/${await this.writeAlias()}/${what}` },
      { timeoutMs },
    );
    if (isMissingIndex(answer)) throw new StoreUnavailable('the state index was deleted or replaced');
    if (answer.status >= 400) throw unexpected(`\`${what}\` on the state index was refused`, answer);
    return answer;
  }

  private writeAlias(): Promise<string> {
    this.alias ??= this.findAlias().catch((error: unknown) => {
      this.alias = undefined;
      throw error;
    });
    return this.alias;
  }

  private async findAlias(): Promise<string> {
    const answer = await this.transport.request(
      { method: 'GET', path: `/${this.index}/_alias` },
      { timeoutMs: this.timeoutMs },
    );
    const found = (answer.body as Record<string, { aliases?: object } | undefined>)[this.index];
    const [alias, another] = writeAliasesOf(this.index, Object.keys(found?.aliases ?? {}));
    if (answer.status >= 400 || alias === undefined || another !== undefined)
      throw new StoreUnavailable(`the state index \`${this.index}\` is missing or was not made by Reflex`);
    return alias;
  }
}

interface IndexStats {
  readonly uuid?: string;
  readonly shards?: Readonly<
    Record<
      string,
      ReadonlyArray<{
        readonly routing: { readonly primary: boolean };
        readonly commit?: { readonly user_data?: { readonly history_uuid?: string } };
      }>
    >
  >;
}
