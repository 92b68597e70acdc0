import type { ClusterTransport } from '../../runner/ports';
import type { AlertShard } from './alert_shards';

const LONG_MS = 15_000;

/** One document as it lies in a shard. */
interface ShardHit {
  readonly _id: string;
  readonly _index: string;
  readonly _seq_no: number;
  readonly _source: Readonly<Record<string, unknown>>;
}

const hitsIn = (body: unknown): readonly ShardHit[] =>
  (body as { hits?: { hits?: readonly ShardHit[] } }).hits?.hits ?? [];

/**
 * What was written to a shard after a place, up to its checkpoint; a refresh comes first.
 *
 * @param filter of the query language; all must hold
 * @returns undefined if the index was deleted between looking and reading
 */
export const readShard = async (
  transport: ClusterTransport,
  { index, shard, checkpoint }: AlertShard,
  { after, most, filter = [] }: { after: number; most: number; filter?: readonly object[] },
): Promise<readonly ShardHit[] | undefined> => {
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
      body: {
        size: most,
        query: { bool: { filter: [{ range: { _seq_no: { gt: after, lte: checkpoint } } }, ...filter] } },
        sort: [{ _seq_no: 'asc' }],
      },
    },
    { timeoutMs: LONG_MS, keepDigits: true },
  );
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`searching \`${index}\` answered ${status}`);
  return hitsIn(body);
};

/**
 * Where to go on in a shard. If it knows less than was read from it, it went back to an older copy and is read again
 * from its start. A checkpoint that is behind is no such sign: a new primary learns it a moment later.
 */
export const startIn = ({ highest }: AlertShard, after: number): number => (highest < after ? -1 : after);
