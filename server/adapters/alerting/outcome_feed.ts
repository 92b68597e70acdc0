import { iso } from '../../../common/iso';
import type { Intake } from '../../../common/flow/intake';
import type { AlertPosition, ClusterTransport, FedRecord, OutcomeFeed, PlacedDecision } from '../../runner/ports';
import { alertShards, type AlertShard } from './alert_shards';
import { readShard, startIn } from './read_shard';

/*
 * The evidence in the order of writing, read like any index: by `_seq_no` up to the global checkpoint. Only the newest
 * days are looked at: what is older is given up by then (`keep_hours` is 7 days at most).
 */

interface EvidenceShardsOptions {
  /** Begins the name of every index of Reflex. */
  readonly prefix: string;
  /** Milliseconds since 1970, UTC. */
  readonly utc: () => number;
}

const DAY_MS = 86_400_000;
const DAYS_READ = 9;
/** Receivers of one agent share what is known of the shards for so long, ms. */
const SHARED_MS = 800;
const LONG_MS = 15_000;
const FAMILIES = ['decisions', 'actions', 'audit'] as const;
type Family = (typeof FAMILIES)[number];

/** A place names its index first: what leaves the days that are read is known by that, without asking for it. */
const withIndex = (shard: AlertShard): AlertShard => ({ ...shard, key: `${shard.index} ${shard.key}` });
const indexOf = (key: string): string => key.split(' ')[0] ?? '';

/** The shards in which the newest evidence lies. */
export class EvidenceShards {
  private known: { readonly until: number; readonly shards: Promise<readonly AlertShard[]> } | undefined;

  constructor(
    readonly transport: ClusterTransport,
    private readonly options: EvidenceShardsOptions,
  ) {}

  now(): Promise<readonly AlertShard[]> {
    const utc = this.options.utc();
    if (this.known !== undefined && utc < this.known.until && utc >= this.known.until - SHARED_MS)
      return this.known.shards;
    const shards = alertShards(this.transport, this.names.join(',')).then((found) => found.map(withIndex));
    this.known = { until: utc + SHARED_MS, shards };
    shards.catch(() => {
      this.known = undefined;
    });
    return shards;
  }

  /** Which family an index is of; undefined for one that is none of these. */
  familyOf({ index }: Pick<AlertShard, 'index'>): Family | undefined {
    return FAMILIES.find((family) => index.startsWith(`${this.options.prefix}${family}-`));
  }

  get decisions(): string {
    return `${this.options.prefix}decisions-*`;
  }

  /** The indices that are read, tomorrow's as well: another machine's clock may be ahead. */
  get names(): readonly string[] {
    const utc = this.options.utc();
    const days = Array.from({ length: DAYS_READ + 1 }, (_, back) => iso(utc + DAY_MS * (1 - back)).slice(0, 10));
    const dated = (family: Family, times: readonly string[]): string[] =>
      [...new Set(times)].map((time) => `${this.options.prefix}${family}-${time.replace(/-/g, '.')}`);
    return [
      ...dated('decisions', days),
      ...dated('actions', days),
      ...dated(
        'audit',
        days.map((day) => day.slice(0, 7)),
      ),
    ];
  }
}

/** What one receiver wants to hear of. */
interface FeedWishes {
  /** `*` as id: every source of that kind. */
  readonly source: Intake;
  /** Whether decisions are told, and what people refuse. */
  readonly decisions: boolean;
  readonly states: readonly string[];
}

const NOTHING = [{ match_none: {} }];

const filterOf = (family: Family, { source, decisions, states }: FeedWishes): readonly object[] => {
  switch (family) {
    case 'decisions':
      if (!decisions) return NOTHING;
      return [
        { term: { 'intake.type': source.type } },
        ...(source.id === '*' ? [] : [{ term: { 'intake.id': source.id } }]),
      ];
    case 'actions':
      return [{ terms: { state: states } }];
    case 'audit':
      return decisions ? [{ term: { verb: 'deny' } }] : NOTHING;
  }
};

const recordIn = (
  family: Family,
  hit: { readonly _id: string; readonly _source: Readonly<Record<string, unknown>> },
  after: AlertPosition,
): FedRecord => ({
  family,
  id: hit._id,
  at: String(hit._source['@timestamp']),
  body: JSON.parse(String(hit._source.record)) as FedRecord['body'],
  after,
});

const byFamily =
  (shards: EvidenceShards) =>
  (a: AlertShard, b: AlertShard): number =>
    FAMILIES.indexOf(shards.familyOf(a) ?? 'audit') - FAMILIES.indexOf(shards.familyOf(b) ?? 'audit') ||
    (a.index < b.index ? -1 : 1);

interface DecisionHits {
  readonly hits: {
    readonly hits: ReadonlyArray<{
      readonly _id: string;
      readonly _index: string;
      readonly _seq_no: number;
      readonly _source: { readonly record: string };
    }>;
  };
}

/** Decisions by their ids, each with where it lies. One that was written within the last second may be missing. */
const findDecisions = async (
  shards: EvidenceShards,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PlacedDecision>> => {
  const { status, body } = await shards.transport.request(
    {
      method: 'POST',
      path: `/${shards.decisions}/_search`,
      querystring: { ignore_unavailable: true, allow_no_indices: true, allow_partial_search_results: false },
      body: { size: ids.length, query: { ids: { values: ids } }, seq_no_primary_term: true },
    },
    { timeoutMs: LONG_MS },
  );
  if (status !== 200) throw new Error(`searching decisions answered ${status}`);
  const isRead = new Set(shards.names);
  const keys = new Map((await shards.now()).map(({ index, key }) => [index, key]));
  return new Map(
    (body as DecisionHits).hits.hits.map(({ _id, _index, _seq_no, _source }) => {
      const key = keys.get(_index);
      // An index that is not read any more is older than everything that is; one that was just made is read next.
      const isBefore = (position: AlertPosition): boolean =>
        key === undefined ? !isRead.has(_index) : (position[key] ?? -1) >= _seq_no;
      return [_id, { body: JSON.parse(_source.record) as PlacedDecision['body'], isBefore }];
    }),
  );
};

export const outcomeFeed = (shards: EvidenceShards, wishes: FeedWishes): OutcomeFeed => ({
  end: async () => Object.fromEntries((await shards.now()).map(({ key, checkpoint }) => [key, checkpoint])),

  since: async (position, most) => {
    const now = [...(await shards.now())].sort(byFamily(shards));
    const isRead = new Set(shards.names);
    // A shard that has no primary just now is not among them: its place is kept, or it would be told anew.
    const known = Object.entries(position).filter(([key]) => isRead.has(indexOf(key)));
    let after: AlertPosition = {
      ...Object.fromEntries(known),
      ...Object.fromEntries(now.map((shard) => [shard.key, startIn(shard, position[shard.key] ?? -1)])),
    };
    const records: FedRecord[] = [];
    for (const shard of now) {
      const family = shards.familyOf(shard);
      const from = after[shard.key] ?? -1;
      if (family === undefined || shard.checkpoint <= from) continue;
      const room = most - records.length;
      if (room <= 0) return { records, position: after, more: true };
      const filter = filterOf(family, wishes);
      const hits = (await readShard(shards.transport, shard, { after: from, most: room, filter })) ?? [];
      for (const hit of hits) {
        after = { ...after, [shard.key]: hit._seq_no };
        records.push(recordIn(family, hit, after));
      }
      if (hits.length < room) after = { ...after, [shard.key]: shard.checkpoint };
    }
    return { records, position: after, more: records.length >= most };
  },

  decisions: (ids) => findDecisions(shards, ids),
});
