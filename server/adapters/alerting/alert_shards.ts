import type { AlertPosition, ClusterTransport } from '../../runner/ports';

/** The primary of one shard of an alert index. */
export interface AlertShard {
  /** `index uuid/shard/history uuid`: what is restored or made again under the same name is another one. */
  readonly key: string;
  readonly index: string;
  readonly shard: string;
  /** Every operation up to here is complete; -1 if there is none. */
  readonly checkpoint: number;
  /** Highest operation that the primary knows, complete or not; -1 if there is none. */
  readonly highest: number;
}

interface ShardStats {
  readonly routing?: { readonly primary?: boolean };
  readonly commit?: { readonly user_data?: { readonly history_uuid?: string } };
  readonly seq_no?: { readonly max_seq_no?: number; readonly global_checkpoint?: number };
}

interface StatsBody {
  readonly indices?: Readonly<
    Record<string, { readonly uuid?: string; readonly shards?: Readonly<Record<string, readonly ShardStats[]>> }>
  >;
}

const LONG_MS = 15_000;
const STATS_FIELDS = ['uuid', 'shards.*.routing.primary', 'shards.*.commit.user_data.history_uuid', 'shards.*.seq_no'];

const byIndexAndShard = (a: AlertShard, b: AlertShard): number =>
  a.index === b.index ? Number(a.shard) - Number(b.shard) : a.index < b.index ? -1 : 1;

/** The primaries of all open indices of a pattern. A shard without a started primary is not among them. */
export const alertShards = async (transport: ClusterTransport, pattern: string): Promise<readonly AlertShard[]> => {
  const { status, body } = await transport.request(
    {
      method: 'GET',
      path: `/${encodeURIComponent(pattern)}/_stats/docs`,
      querystring: {
        level: 'shards',
        expand_wildcards: 'all',
        ignore_unavailable: true,
        filter_path: STATS_FIELDS.map((field) => `indices.*.${field}`).join(','),
      },
    },
    { timeoutMs: LONG_MS },
  );
  if (status === 404) return [];
  if (status !== 200) throw new Error(`the statistics of \`${pattern}\` answered ${status}`);
  return Object.entries((body as StatsBody).indices ?? {})
    .flatMap(([index, { uuid, shards }]) =>
      Object.entries(shards ?? {}).flatMap(([shard, copies]) => {
        const primary = copies.find((copy) => copy.routing?.primary === true);
        const history = primary?.commit?.user_data?.history_uuid;
        if (uuid === undefined || history === undefined || primary?.seq_no === undefined) return [];
        const { max_seq_no: highest = -1, global_checkpoint: checkpoint = -1 } = primary.seq_no;
        return [{ key: `${uuid}/${shard}/${history}`, index, shard, checkpoint, highest }];
      }),
    )
    .sort(byIndexAndShard);
};

/** UUIDs of all indices of a pattern, closed ones and those without a primary too. */
const existing = async (transport: ClusterTransport, pattern: string): Promise<ReadonlySet<string>> => {
  const { status, body } = await transport.request(
    {
      method: 'GET',
      path: `/${encodeURIComponent(pattern)}/_settings/index.uuid`,
      querystring: { expand_wildcards: 'all', ignore_unavailable: true, flat_settings: true },
    },
    { timeoutMs: LONG_MS },
  );
  if (status === 404) return new Set();
  if (status !== 200) throw new Error(`the settings of \`${pattern}\` answered ${status}`);
  const settings = Object.values(body as Readonly<Record<string, { settings?: Record<string, string> }>>);
  return new Set(settings.map((each) => each.settings?.['index.uuid'] ?? ''));
};

const placeOf = (key: string): string => key.split('/').slice(0, 2).join('/');

/**
 * Places that must not be forgotten although their shard cannot be read now: its index is closed, or has no primary
 * for a while. Forgotten, it would be read again from its start. What was deleted is forgotten.
 */
export const keptPlaces = async (
  transport: ClusterTransport,
  pattern: string,
  { position, shards }: { readonly position: AlertPosition; readonly shards: readonly AlertShard[] },
): Promise<AlertPosition> => {
  const readable = new Set(shards.map(({ key }) => placeOf(key)));
  const away = Object.entries(position).filter(([key]) => !readable.has(placeOf(key)));
  if (away.length === 0) return {};
  const uuids = await existing(transport, pattern);
  return Object.fromEntries(away.filter(([key]) => uuids.has(key.split('/')[0] ?? '')));
};
