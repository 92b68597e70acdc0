import type { ClusterTransport, IndexDocument, IndexReader } from '../../runner/ports';
import { alertShards, keptPlaces, type AlertShard } from './alert_shards';
import { readShard, startIn } from './read_shard';

/*
 * Reads any index with detections by `_seq_no`, up to the global checkpoint of each primary, with a refresh between
 * reading that bound and searching. An index of Reflex itself is never read.
 */

interface IndexReaderOptions {
  readonly pattern: string;
  /** Indices whose names begin so are left out. */
  readonly ownPrefix: string;
}

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
        const after = startIn(shard, position[shard.key] ?? -1);
        const room = most - documents.length;
        next[shard.key] = after;
        if (shard.checkpoint <= after) continue;
        const hits = room > 0 ? await readShard(transport, shard, { after, most: room }) : [];
        if (hits === undefined) continue;
        const read =
          room <= 0 ? after : hits.length < room ? shard.checkpoint : (hits[hits.length - 1]?._seq_no ?? after);
        next[shard.key] = read;
        lag += shard.checkpoint - read;
        for (const { _index, _id, _source } of hits) documents.push({ index: _index, id: _id, source: _source });
      }
      return { documents, position: next, lag };
    },
  };
};
