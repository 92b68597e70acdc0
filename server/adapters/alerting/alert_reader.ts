import type { AlertDocument, AlertPosition, AlertReader, ClusterTransport } from '../../runner/ports';

/*
 * Reads the indices of OpenSearch Alerting by `_seq_no`. It gives the latest state of each document, never one that
 * is still in flight: the upper bound is the global checkpoint of the primary, and a refresh comes between reading
 * the bound and searching, so that nothing below it is invisible.
 */

/** Active alerts, and the history that completed and acknowledged ones move to. */
export const ALERT_PATTERN = '.opendistro-alerting-alert*';

const LONG_MS = 15_000;

interface ShardStats {
  readonly routing?: { readonly primary?: boolean };
  readonly seq_no?: { readonly max_seq_no?: number; readonly global_checkpoint?: number };
}

interface StatsBody {
  readonly indices?: Readonly<
    Record<string, { readonly uuid?: string; readonly shards?: Readonly<Record<string, readonly ShardStats[]>> }>
  >;
}

interface Shard {
  readonly key: string;
  readonly index: string;
  readonly shard: string;
  readonly checkpoint: number;
}

interface Hit {
  readonly _id: string;
  readonly _index: string;
  readonly _seq_no: number;
  readonly _source: Readonly<Record<string, unknown>>;
}

const hitsIn = (body: unknown): readonly Hit[] => (body as { hits?: { hits?: readonly Hit[] } }).hits?.hits ?? [];

/** The primaries of all indices of a pattern with the checkpoint up to which each is complete. */
const shardsOf = async (transport: ClusterTransport, pattern: string): Promise<readonly Shard[]> => {
  const { status, body } = await transport.request(
    {
      method: 'GET',
      path: `/${encodeURIComponent(pattern)}/_stats`,
      querystring: { level: 'shards', expand_wildcards: 'all', ignore_unavailable: true },
    },
    { timeoutMs: LONG_MS },
  );
  if (status === 404) return [];
  if (status !== 200) throw new Error(`the statistics of \`${pattern}\` answered ${status}`);
  return Object.entries((body as StatsBody).indices ?? {}).flatMap(([index, { uuid, shards }]) =>
    Object.entries(shards ?? {}).flatMap(([shard, copies]) => {
      const primary = copies.find((copy) => copy.routing?.primary === true)?.seq_no;
      return primary
        ? [{ key: `${uuid ?? index}/${shard}`, index, shard, checkpoint: primary.global_checkpoint ?? -1 }]
        : [];
    }),
  );
};

const readShard = async (
  transport: ClusterTransport,
  { index, shard, checkpoint }: Shard,
  { after, most }: { after: number; most: number },
): Promise<readonly Hit[]> => {
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
  // Deleted between looking and reading: its alerts are in the history, or gone for good.
  if (status === 404) return [];
  if (status !== 200) throw new Error(`searching \`${index}\` answered ${status}`);
  return hitsIn(body);
};

/** The reader over a pattern of alert indices. */
export const alertReader = (transport: ClusterTransport, pattern: string = ALERT_PATTERN): AlertReader => ({
  now: async () =>
    Object.fromEntries((await shardsOf(transport, pattern)).map(({ key, checkpoint }) => [key, checkpoint])),

  since: async (position, most) => {
    const next: Record<string, number> = {};
    const alerts: AlertDocument[] = [];
    for (const shard of await shardsOf(transport, pattern)) {
      const after = position[shard.key] ?? -1;
      // Fewer than known: the shard went back to an older copy, so it is read again from its start.
      const from = shard.checkpoint < after ? -1 : after;
      const room = most - alerts.length;
      if (room <= 0 || shard.checkpoint <= from) {
        next[shard.key] = from;
        continue;
      }
      const hits = await readShard(transport, shard, { after: from, most: room });
      alerts.push(...hits.map(({ _id, _source }) => ({ id: _id, source: _source })));
      const last = hits[hits.length - 1]?._seq_no;
      next[shard.key] = hits.length < room ? shard.checkpoint : (last ?? shard.checkpoint);
    }
    return { alerts, position: next satisfies AlertPosition };
  },

  documents: async (wanted) => {
    const unique = [...new Map(wanted.map((each) => [`${each.index}\n${each.id}`, each])).values()].slice(0, 1_000);
    const { status, body } = await transport.request(
      { method: 'POST', path: '/_mget', body: { docs: unique.map(({ index, id }) => ({ _index: index, _id: id })) } },
      { timeoutMs: LONG_MS },
    );
    if (status !== 200) throw new Error(`reading documents answered ${status}`);
    const docs = (body as { docs?: ReadonlyArray<Partial<Hit> & { found?: boolean }> }).docs ?? [];
    return docs.flatMap(({ found, _index, _id, _seq_no, _source }) =>
      found === true && _index !== undefined && _id !== undefined && _source !== undefined
        ? [{ index: _index, id: _id, seqNo: _seq_no ?? 0, source: _source }]
        : [],
    );
  },
});
