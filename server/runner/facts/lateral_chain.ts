import { keyKind, keyText, type EntityKey } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { sidesOf } from '../../../common/entity/sides';
import type { LateralChain, LateralChainQuery } from '../../../common/flow/lookup';
import { iso } from '../../../common/iso';
import type { Identities } from '../../engine/entity/identity';
import { seenNames } from '../../engine/entity/seen_names';
import type { EvidenceGlanced, EvidenceLog } from '../ports';

/*
 * How the records lead from one thing to another: breadth first over the decisions of some hours, each of which leads
 * from the source of its event to its destination. The inventory says which names and addresses are one host.
 */

/** A longer chain is not looked for. */
export const MOST_HOPS = 5;
/** Records that are read for one hop. */
export const MOST_RECORDS = 2_000;
/** Hosts that are looked on from at one hop. */
const MOST_HOSTS = 256;
/** Sources report with delays: a hop may be on record so much before the one that it follows. */
const OUT_OF_STEP_MS = 10 * 60_000;

const FIELDS = ['src_host', 'dst_host', 'source.ip', 'destination.ip', 'event.created'] as const;

export interface ChainPorts {
  readonly evidence: Pick<EvidenceLog, 'glance'>;
  readonly who: Identities;
}

/** When it is asked, and how long there still is. */
export interface ChainTime {
  /** UTC, ms since 1970. */
  readonly now: number;
  readonly leftMs: () => number;
}

/** A host that the records lead to. */
interface Reached {
  readonly names: readonly string[];
  /** From the first host on. */
  readonly path: readonly EntityKey[];
  /** When the chain got there at the earliest, ms since 1970. */
  readonly at: number;
}

interface Hop {
  readonly from: EntityKey;
  readonly to: EntityKey;
  readonly at: number;
}

const namesOf = (key: EntityKey, who: Identities): readonly string[] => {
  const read = readEntity(keyKind(key), keyText(key));
  return read.ok ? seenNames(read.entity, undefined, who) : [key];
};

const hopsIn = ({ found }: EvidenceGlanced): readonly Hop[] =>
  found.flatMap((record) => {
    const text = (field: (typeof FIELDS)[number]): string | undefined => {
      const value = record[field]?.[0];
      return typeof value === 'string' ? value : undefined;
    };
    const { from, to } = sidesOf({
      src_host: text('src_host'),
      dst_host: text('dst_host'),
      source: { ip: text('source.ip') },
      destination: { ip: text('destination.ip') },
    });
    const at = Date.parse(text('event.created') ?? '');
    return from === undefined || to === undefined || Number.isNaN(at) ? [] : [{ from, to, at }];
  });

/** What leads on from these names, as sources say that somebody granted something. */
const leadingOn = (
  { evidence }: ChainPorts,
  names: readonly string[],
  { now, leftMs, within_ms }: ChainTime & Pick<LateralChainQuery, 'within_ms'>,
): Promise<EvidenceGlanced> =>
  evidence.glance({
    family: 'decisions',
    // What was only asked about never happened.
    where: { 'hop.from': names, effectless: false },
    from: iso(now - within_ms),
    fields: FIELDS,
    limit: MOST_RECORDS,
    timeoutMs: leftMs(),
  });

/** The search of one chain, hop by hop. */
class Search {
  private readonly ports: ChainPorts;
  private readonly goal: ReadonlySet<string>;
  private readonly earliest = new Map<string, number>();
  private frontier: readonly Reached[];

  constructor(ports: ChainPorts, query: LateralChainQuery) {
    const [from, to] = [query.from as EntityKey, query.to as EntityKey];
    this.ports = ports;
    this.goal = new Set(namesOf(to, ports.who));
    const first: Reached = { names: namesOf(from, ports.who), path: [from], at: -Infinity };
    this.frontier = [first];
    this.note(first);
  }

  get names(): readonly string[] {
    return this.frontier.flatMap(({ names }) => names);
  }

  get size(): number {
    return this.frontier.length;
  }

  /** Goes one hop on; the path, where it has come to its goal over another host. */
  step(hops: readonly Hop[]): readonly EntityKey[] | undefined {
    const byName = new Map(this.frontier.flatMap((each) => each.names.map((name) => [name, each] as const)));
    const next = new Map<string, Reached>();
    let reached: readonly EntityKey[] | undefined;
    // Oldest first: the first way to a host is the earliest.
    for (const { from, to, at } of [...hops].sort((a, b) => a.at - b.at)) {
      const parent = byName.get(from);
      if (parent === undefined || at + OUT_OF_STEP_MS < parent.at) continue;
      if (this.goal.has(to)) {
        // Straight from the first to the last is what the event itself says.
        if (parent.path.length > 1) reached ??= [...parent.path, to];
        continue;
      }
      const found: Reached = { names: namesOf(to, this.ports.who), path: [...parent.path, to], at };
      if (this.note(found)) next.set(found.names[0] ?? to, found);
    }
    this.frontier = [...next.values()];
    return reached;
  }

  /** Whether a host was not reached so early before. */
  private note({ names, at }: Reached): boolean {
    if (names.some((name) => (this.earliest.get(name) ?? Infinity) <= at)) return false;
    for (const name of names) this.earliest.set(name, at);
    return true;
  }
}

/** The chain with the fewest hops over at least one other host, or why nobody can say whether there is one. */
export const lateralChain = async (
  ports: ChainPorts,
  query: LateralChainQuery,
  time: ChainTime,
): Promise<{ readonly answer: LateralChain } | { readonly missing: string }> => {
  const search = new Search(ports, query);
  for (let hop = 1; hop <= MOST_HOPS && search.size > 0; hop += 1) {
    if (search.size > MOST_HOSTS) return { missing: `more than ${MOST_HOSTS} hosts at hop ${hop}` };
    const glanced = await leadingOn(ports, search.names, { ...time, within_ms: query.within_ms });
    const path = search.step(hopsIn(glanced));
    if (path !== undefined) return { answer: { hops: path.length - 1, hosts: path.map(keyText) } };
    if (!glanced.isWhole) return { missing: `more records at hop ${hop} than can be read` };
  }
  return { answer: { hops: 0, hosts: [] } };
};
