import type { ClusterTransport, IndexDocument, IndexReader } from '../../runner/ports';
import { alertShards, keptPlaces, type AlertShard } from './alert_shards';

/*
 * Reads any index with detections by `_seq_no`, up to the global checkpoint of each primary, with a refresh between
 * reading that bound and searching. An index of Reflex itself is never read.
 */

const LONG_MS = 15_000;

export interface IndexReaderOptions {
  readonly pattern: string;
  /** Indices whose names begin so are left out. */
  readonly ownPrefix: string;
}

interface Hit {
  readonly _index: string;
  readonly _id: string;
  readonly _seq_no: number;
  readonly _source?: Readonly<Record<string, unknown>>;
}

/** @returns undefined if the index was deleted between looking and reading */
const readShard = async (
  transport: ClusterTransport,
  { index, shard, checkpoint }: AlertShard,
  { after, most }: { readonly after: number; readonly most: number },
): Promise<readonly Hit[] | undefined> => {
  const path = `/${encodeURIComponent(index)}`;
  await transport.request({ method: 'POST', path: `${path}/_refresh` }, { timeoutMs: LONG_MS });
  const { status, body } = await transport.request(
    {
      method: 'POST',
      path: `${path}/_search`,
      querystring: {
        preference: `_shards:${shard}|_primary`,
        allow_partial_search_results: false,
        seq_no_primary_term: true,
      },
      body: { size: most, query: { range: { _seq_no: { gt: after, lte: checkpoint } } }, sort: [{ _seq_no: 'asc' }] },
    },
    { timeoutMs: LONG_MS },
  );
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`searching \`${index}\` answered ${status}`);
  return (body as { hits?: { hits?: readonly Hit[] } }).hits?.hits ?? [];
};

/** A shard that knows less than was read from it went back to an older copy: it is read again from its start. */
const placeIn = ({ highest }: AlertShard, after: number): number => (highest < after ? -1 : after);

export const indexReader = (transport: ClusterTransport, { pattern, ownPrefix }: IndexReaderOptions): IndexReader => {
  const shardsNow = async (): Promise<readonly AlertShard[]> =>
    (await alertShards(transport, pattern)).filter(({ index }) => !index.startsWith(ownPrefix));
  return {
    end: async () => Object.fromEntries((await shardsNow()).map(({ key, checkpoint }) => [key, checkpoint])),

    since: async (position, most) => {
      const shards = await shardsNow();
      const next: Record<string, number> = { ...(await keptPlaces(transport, pattern, { position, shards })) };
      const documents: IndexDocument[] = [];
      let lag = 0;
      for (const shard of shards) {
        const after = placeIn(shard, position[shard.key] ?? -1);
        const room = most - documents.length;
        next[shard.key] = after;
        if (shard.checkpoint <= after) continue;
        const hits = room > 0 ? await readShard(transport, shard, { after, most: room }) : [];
        if (hits === undefined) continue;
        const read =
          room <= 0 ? after : hits.length < room ? shard.checkpoint : (hits[hits.length - 1]?._seq_no ?? after);
        next[shard.key] = read;
        lag += shard.checkpoint - read;
        for (const { _index, _id, _source } of hits) documents.push({ index: _index, id: _id, source: _source ?? {} });
      }
      return { documents, position: next, lag };
    },
  };
};
