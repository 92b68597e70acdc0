import { StoreUnavailable, type AnchoredCheckpoint, type CheckpointIndex } from '../../runner/ports';
import { isMissingIndex, unexpected } from './answer';
import { sendBulk } from './bulk';
import { checkpointDefinition, DEFAULT_PREFIX, type IndexOptions } from './definitions';
import { copiesNow } from './copies';
import { createIndex } from './index_admin';
import type { OpenSearchTransport } from './transport';

/* Checkpoints in an index of their own, where OpenSearch changes and deletes none of them. */

const TIMEOUT_MS = 20_000;
const PAGE = 500;

const idOf = ({ origin, size }: Pick<AnchoredCheckpoint, 'origin' | 'size'>): string => `${origin}@${size}`;

/** Origin, size and root: what a checkpoint says of its tree. */
const treeOf = (note: string): string => note.split('\n').slice(0, 3).join('\n');

/** As it is stored: a list of hashes is nothing to search for. */
type Source = Omit<AnchoredCheckpoint, 'tree'> & { readonly tree: string };
type Hit = { readonly _source: Source; readonly sort: readonly unknown[] };

export class OpenSearchCheckpointIndex implements CheckpointIndex {
  private readonly index: string;
  private isThere = false;

  constructor(
    private readonly transport: OpenSearchTransport,
    private readonly options: IndexOptions = {},
  ) {
    this.index = `${options.prefix ?? DEFAULT_PREFIX}checkpoints`;
  }

  async file(checkpoint: AnchoredCheckpoint): Promise<'filed' | 'differs'> {
    await this.make();
    const request = { path: `/${this.index}/_bulk`, timeoutMs: TIMEOUT_MS };
    const action = {
      verb: 'create' as const,
      meta: { _id: idOf(checkpoint) },
      source: { ...checkpoint, tree: JSON.stringify(checkpoint.tree) },
    };
    const [item] = await sendBulk(this.transport, request, [action]);
    if (item?.kind === 'refused') throw new Error(`the checkpoint could not be filed: ${item.message}`);
    if (item?.kind !== 'conflict') return 'filed';
    return treeOf(await this.noteOf(checkpoint)) === treeOf(checkpoint.note) ? 'filed' : 'differs';
  }

  async largest(origin: string): Promise<number | undefined> {
    await this.refresh();
    const sort = [{ size: { order: 'desc', unmapped_type: 'long' } }];
    const [hit] = await this.search({ query: { term: { origin } }, sort, size: 1 });
    return hit?._source.size;
  }

  async *all(): AsyncIterable<AnchoredCheckpoint> {
    await this.refresh();
    let after: readonly unknown[] | undefined;
    for (;;) {
      const sort = [
        { origin: { order: 'asc', unmapped_type: 'keyword' } },
        { size: { order: 'asc', unmapped_type: 'long' } },
      ];
      const hits = await this.search({ sort, size: PAGE, ...(after === undefined ? {} : { search_after: after }) });
      for (const { _source } of hits)
        yield { ..._source, tree: JSON.parse(_source.tree) as AnchoredCheckpoint['tree'] };
      after = hits[hits.length - 1]?.sort;
      if (after === undefined || hits.length < PAGE) return;
    }
  }

  /** Made where it is missing: OpenSearch would make one that takes changes. */
  private async make(): Promise<void> {
    if (this.isThere) return;
    const replicas = this.options.replicas ?? (await copiesNow(this.transport, this.options.prefix));
    await createIndex(this.transport, this.index, checkpointDefinition({ ...this.options, replicas }));
    this.isThere = true;
  }

  private async noteOf(checkpoint: AnchoredCheckpoint): Promise<string> {
    const path = `/${this.index}/_mget`;
    const answer = await this.transport.request(
      { method: 'POST', path, body: { ids: [idOf(checkpoint)] } },
      { timeoutMs: TIMEOUT_MS },
    );
    if (answer.status >= 400) throw unexpected('a checkpoint could not be read', answer);
    const [doc] = (answer.body as { docs: ReadonlyArray<{ _source?: Source }> }).docs;
    if (doc?._source === undefined) throw new StoreUnavailable('a checkpoint could not be read');
    return doc._source.note;
  }

  private async refresh(): Promise<void> {
    const path = `/${this.index}/_refresh`;
    const answer = await this.transport.request({ method: 'POST', path }, { timeoutMs: TIMEOUT_MS });
    if (answer.status >= 400 && !isMissingIndex(answer)) throw unexpected('checkpoints could not be read', answer);
  }

  private async search(body: Readonly<Record<string, unknown>>): Promise<readonly Hit[]> {
    const answer = await this.transport.request(
      {
        method: 'POST',
        path: `/${this.index}/_search`,
        querystring: { allow_partial_search_results: false },
        body: { ...body, track_total_hits: false },
      },
      { timeoutMs: TIMEOUT_MS },
    );
    if (isMissingIndex(answer)) return [];
    if (answer.status >= 400) throw unexpected('checkpoints could not be read', answer);
    return (answer.body as { hits: { hits: readonly Hit[] } }).hits.hits;
  }
}
