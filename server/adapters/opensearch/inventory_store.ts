import { randomUUID } from 'crypto';
import { StoreUnavailable, type InventoryItem, type InventoryStore } from '../../runner/ports';
import { unexpected } from './answer';
import { sendBulk, type BulkAction, type BulkItem } from './bulk';
import { DEFAULT_PREFIX } from './definitions';
import { discoverAssets } from './discover';
import type { OpenSearchTransport } from './transport';

/*
 * The inventory is replaced as a whole or not at all: a half-written one would have fewer hosts, and limits are shares
 * of them. Items lie in portions of a batch; the head of their origin names the batch in force, by compare-and-set.
 */

interface InventoryStoreOptions {
  /** Begins the name of the index; default `reflex-`. */
  readonly prefix?: string;
  /** Longest time of a request, ms; default 20,000. */
  readonly timeoutMs?: number;
}

type Origin = InventoryItem['origin'];

interface Batch {
  readonly id: string;
  readonly portions: number;
}

interface Head {
  readonly current?: Batch;
  /** Claimed by somebody who is writing it, or who died over it. */
  readonly writing?: Batch;
}

interface Doc {
  readonly found: boolean;
  readonly seqNo: number;
  readonly primaryTerm: number;
  readonly text: string | undefined;
}

const ORIGINS: readonly Origin[] = ['file', 'cluster', 'demo'];
const PORTION = 500;
const MOST_ATTEMPTS = 5;

const headId = (origin: Origin): string => `head:${origin}`;
const portionIds = (origin: Origin, { id, portions }: Batch): string[] =>
  Array.from({ length: portions }, (_, portion) => `${origin}:${id}:${portion}`);

const inPortionsOf = <Item>(items: readonly Item[], size: number): ReadonlyArray<readonly Item[]> =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

export class OpenSearchInventoryStore implements InventoryStore {
  private readonly transport: OpenSearchTransport;
  private readonly index: string;
  private readonly timeoutMs: number;

  constructor(transport: OpenSearchTransport, options: InventoryStoreOptions = {}) {
    this.transport = transport;
    this.index = `${options.prefix ?? DEFAULT_PREFIX}assets`;
    this.timeoutMs = options.timeoutMs ?? 20_000;
  }

  async load(): Promise<{ readonly version: string; readonly items: readonly InventoryItem[] }> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const heads = await this.read(ORIGINS.map(headId));
      const batches = ORIGINS.flatMap((origin) => {
        const { current } = headOf(heads.get(headId(origin)));
        return current === undefined ? [] : [{ origin, ...current }];
      });
      const ids = batches.flatMap((batch) => portionIds(batch.origin, batch));
      const portions = await this.read(ids);
      // A portion is gone when its batch was replaced since the heads were read.
      if (ids.some((id) => portions.get(id)?.found !== true)) continue;
      return {
        version: batches.map(({ origin, id }) => `${origin}:${id}`).join(',') || 'empty',
        items: ids.flatMap((id) => JSON.parse(portions.get(id)?.text ?? '[]') as InventoryItem[]),
      };
    }
    throw new StoreUnavailable('the inventory is being replaced again and again');
  }

  async replace(origin: Origin, items: readonly InventoryItem[]): Promise<void> {
    const foreign = items.find((item) => item.origin !== origin);
    if (foreign) throw new Error(`\`${foreign.value}\` is of origin \`${foreign.origin}\`, not \`${origin}\``);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) if (await this.replaceOnce(origin, items)) return;
    throw new StoreUnavailable('others replace the inventory at the same time');
  }

  discover(indices: readonly string[]): Promise<readonly InventoryItem[]> {
    return discoverAssets(this.transport, indices, this.timeoutMs);
  }

  /** False if somebody else began to replace the same origin meanwhile. */
  private async replaceOnce(origin: Origin, items: readonly InventoryItem[]): Promise<boolean> {
    const portions = inPortionsOf(items, PORTION);
    const batch: Batch = { id: randomUUID(), portions: portions.length };
    const before = (await this.read([headId(origin)])).get(headId(origin));
    const { current, writing } = headOf(before);
    const claimed = await this.writeHead(origin, { ...(current && { current }), writing: batch }, before);
    if (claimed === undefined) return false;
    await this.writeAll(
      portions.map((portion, index) => ({
        verb: 'create',
        meta: { _id: portionIds(origin, batch)[index] },
        source: { origin, batch: batch.id, portion: index, items: JSON.stringify(portion) },
      })),
    );
    const swapped = await this.writeHead(origin, { current: batch }, claimed);
    // What nothing names any more: the batch before and one that was never finished; or this one, if it came too late.
    const unused = swapped === undefined ? [batch] : [current, writing].filter((each) => each !== undefined);
    // Refused means that it is gone already: whoever came too late cleans up after itself.
    await this.send(
      unused.flatMap((each) => portionIds(origin, each)).map((id) => ({ verb: 'delete', meta: { _id: id } })),
    );
    return swapped !== undefined;
  }

  private async writeHead(origin: Origin, head: Head, before: Doc | undefined): Promise<Doc | undefined> {
    const source = { origin, head: JSON.stringify(head) };
    const only = { if_seq_no: before?.seqNo, if_primary_term: before?.primaryTerm };
    const [item] = await this.send([
      before?.found === true
        ? { verb: 'index', meta: { _id: headId(origin), ...only }, source }
        : { verb: 'create', meta: { _id: headId(origin) }, source },
    ]);
    if (item?.kind === 'refused') throw new Error(`the inventory could not be written: ${item.message}`);
    return item?.kind === 'written'
      ? { found: true, seqNo: item.seqNo, primaryTerm: item.primaryTerm, text: undefined }
      : undefined;
  }

  private async writeAll(actions: readonly BulkAction[]): Promise<void> {
    for (const item of await this.send(actions))
      if (item.kind === 'refused') throw new Error(`the inventory could not be written: ${item.message}`);
  }

  private send(actions: readonly BulkAction[]): Promise<readonly BulkItem[]> {
    return sendBulk(this.transport, { path: `/${this.index}/_bulk`, timeoutMs: this.timeoutMs }, actions);
  }

  /** Realtime. */
  private async read(ids: readonly string[]): Promise<ReadonlyMap<string, Doc>> {
    if (ids.length === 0) return new Map();
    const answer = await this.transport.request(
      { method: 'POST', path: `/${this.index}/_mget`, body: { ids } },
      { timeoutMs: this.timeoutMs },
    );
    if (answer.status >= 400) throw unexpected('the inventory could not be read', answer);
    const { docs } = answer.body as { docs: readonly RawDoc[] };
    return new Map(docs.map((doc) => [doc._id, docOf(doc)]));
  }
}

interface RawDoc {
  readonly _id: string;
  readonly _seq_no?: number;
  readonly _primary_term?: number;
  readonly found?: boolean;
  readonly _source?: { readonly items?: string; readonly head?: string };
}

const docOf = (raw: RawDoc): Doc => {
  if (raw.found === undefined) throw new StoreUnavailable(`\`${raw._id}\` of the inventory could not be read`);
  return {
    found: raw.found,
    seqNo: raw._seq_no ?? 0,
    primaryTerm: raw._primary_term ?? 0,
    text: raw._source?.head ?? raw._source?.items,
  };
};

const headOf = (doc: Doc | undefined): Head => (doc?.text === undefined ? {} : (JSON.parse(doc.text) as Head));
