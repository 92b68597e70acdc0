import { keyOf } from '../../../common/entity/read';
import { present } from '../../../common/present';
import { BlockList, isIP } from 'net';
import type { InventoryItem } from '../../runner/ports';
import { unexpected } from './answer';
import type { OpenSearchTransport } from './transport';

/*
 * Hosts and users that the cluster's own documents name, by the ECS fields `host.name`, `host.ip` and `user.name`.
 * What it finds proposes an inventory; it is no authority.
 */

const MOST_ASSETS = 10_000;
const PAGE = 1_000;
const MOST_ADDRESSES = 16;

/** A field as it can be counted, and in which indices; undefined: in all that were asked for. */
interface Countable {
  readonly field: string;
  readonly indices: readonly string[] | undefined;
}

interface Capability {
  readonly aggregatable: boolean;
  /** Only if the field is not the same everywhere. */
  readonly indices?: readonly string[];
}

interface Bucket {
  readonly key: { readonly value: unknown };
  readonly addresses?: { readonly buckets: ReadonlyArray<{ readonly key: string; readonly key_as_string?: string }> };
}

/** Addresses that say nothing about who somebody is: own, link-local, unspecified and multicast ones. */
const meaningless = new BlockList();
meaningless.addSubnet('0.0.0.0', 8);
meaningless.addSubnet('127.0.0.0', 8);
meaningless.addSubnet('169.254.0.0', 16);
meaningless.addSubnet('224.0.0.0', 3);
meaningless.addAddress('::', 'ipv6');
meaningless.addAddress('::1', 'ipv6');
meaningless.addSubnet('fe80::', 10, 'ipv6');
meaningless.addSubnet('ff00::', 8, 'ipv6');

const tellsWho = (address: string): boolean => {
  const version = isIP(address);
  return version !== 0 && !meaningless.check(address, version === 4 ? 'ipv4' : 'ipv6');
};

const LENIENT = { ignore_unavailable: true, allow_no_indices: true };

/**
 * Under dynamic mapping a string is text, and countable only as `<field>.keyword`; that differs from index to index.
 */
const countable = async (
  transport: OpenSearchTransport,
  indices: readonly string[],
  names: readonly string[],
  timeoutMs: number,
): Promise<ReadonlyMap<string, readonly Countable[]>> => {
  const fields = names.flatMap((name) => [name, `${name}.keyword`]);
  const answer = await transport.request(
    {
      method: 'GET',
      path: `/${pathOf(indices)}/_field_caps`,
      querystring: { ...LENIENT, fields: fields.join(',') },
    },
    { timeoutMs },
  );
  if (answer.status >= 400) throw unexpected('the fields of the indices could not be read', answer);
  const found = (answer.body as { fields?: Record<string, Record<string, Capability>> }).fields ?? {};
  const formsOf = (field: string): Countable[] =>
    Object.values(found[field] ?? {})
      .filter((capability) => capability.aggregatable)
      .map((capability) => ({ field, indices: capability.indices }));
  return new Map(names.map((name) => [name, [...formsOf(name), ...formsOf(`${name}.keyword`)]]));
};

const pathOf = (indices: readonly string[]): string => indices.map(encodeURIComponent).join(',');

/** What is counted together: names, and the addresses beside them. */
interface Counting {
  readonly indices: readonly string[];
  readonly field: string;
  readonly addressField: string | undefined;
}

/** Fields that are mapped otherwise elsewhere are counted only where both are countable. */
const countings = (
  asked: readonly string[],
  names: readonly Countable[],
  addresses: readonly Countable[],
): readonly Counting[] =>
  names.flatMap(({ field, indices }) => {
    const beside = addresses.map((address): Counting => {
      const common = address.indices?.filter((index) => indices?.includes(index) ?? true);
      return { field, addressField: address.field, indices: common ?? indices ?? asked };
    });
    const covered = addresses.some((address) => address.indices === undefined);
    const alone = covered ? [] : [{ field, addressField: undefined, indices: indices ?? asked }];
    return [...alone, ...beside.filter((each) => each.indices.length > 0)];
  });

const queryOf = ({ field, addressField }: Counting, after: unknown): Record<string, unknown> => ({
  size: 0,
  track_total_hits: false,
  aggs: {
    names: {
      composite: {
        size: PAGE,
        sources: [{ value: { terms: { field } } }],
        ...present({ after }),
      },
      ...(addressField === undefined
        ? {}
        : { aggs: { addresses: { terms: { field: addressField, size: MOST_ADDRESSES } } } }),
    },
  },
});

/** Buckets of names, page by page, at most `MOST_ASSETS`. */
async function* bucketsOf(
  transport: OpenSearchTransport,
  counting: Counting,
  timeoutMs: number,
): AsyncIterable<Bucket> {
  let after: unknown;
  for (let counted = 0; counted < MOST_ASSETS; counted += PAGE) {
    const answer = await transport.request(
      {
        method: 'POST',
        path: `/${pathOf(counting.indices)}/_search`,
        querystring: { ...LENIENT, allow_partial_search_results: false },
        body: queryOf(counting, after),
      },
      { timeoutMs },
    );
    if (answer.status >= 400) throw unexpected('hosts and users could not be counted', answer);
    const { aggregations } = answer.body as {
      aggregations?: { names: { after_key?: unknown; buckets: readonly Bucket[] } };
    };
    yield* aggregations?.names.buckets ?? [];
    after = aggregations?.names.after_key;
    if (after === undefined) return;
  }
}

interface Named {
  readonly name: string;
  readonly addresses: Set<string>;
}

/** Everything that was counted, each thing once, by its first name in lower case: one may be written in many ways. */
const collect = async (
  transport: OpenSearchTransport,
  { kind, all }: { readonly kind: 'host' | 'user'; readonly all: readonly Counting[] },
  timeoutMs: number,
): Promise<ReadonlyMap<string, Named>> => {
  const found = new Map<string, Named>();
  const things = new Map<string, string>();
  for (const counting of all) {
    for await (const { key, addresses } of bucketsOf(transport, counting, timeoutMs)) {
      const name = String(key.value);
      const written = name.toLowerCase();
      const thing = keyOf(kind, name) ?? written;
      const value = things.get(thing) ?? written;
      if (value === '' || (found.size >= MOST_ASSETS && !found.has(value))) continue;
      const known = found.get(value) ?? { name, addresses: new Set<string>() };
      found.set(value, known);
      things.set(thing, value);
      for (const { key: address, key_as_string: shown = address } of addresses?.buckets ?? [])
        if (tellsWho(shown)) known.addresses.add(shown);
    }
  }
  return found;
};

/** An address that several hosts name (a bridge, a former lease) names none of them. */
const ownedOnce = (hosts: Iterable<{ readonly addresses: ReadonlySet<string> }>): ReadonlySet<string> => {
  const owners = new Map<string, number>();
  for (const { addresses } of hosts)
    for (const address of addresses) owners.set(address, (owners.get(address) ?? 0) + 1);
  return new Set([...owners].filter(([, count]) => count === 1).map(([address]) => address));
};

/**
 * Hosts with their addresses, and users, at most 10,000 of each.
 *
 * @param indices names or patterns; missing ones count as empty
 */
export const discoverAssets = async (
  transport: OpenSearchTransport,
  indices: readonly string[],
  timeoutMs: number,
): Promise<readonly InventoryItem[]> => {
  if (indices.length === 0) return [];
  const forms = await countable(transport, indices, ['host.name', 'host.ip', 'user.name'], timeoutMs);
  const of = (name: string): readonly Countable[] => forms.get(name) ?? [];
  const hosts = await collect(
    transport,
    { kind: 'host', all: countings(indices, of('host.name'), of('host.ip')) },
    timeoutMs,
  );
  const users = await collect(transport, { kind: 'user', all: countings(indices, of('user.name'), []) }, timeoutMs);
  const own = ownedOnce(hosts.values());
  return [
    ...[...hosts].map(([value, { name, addresses }]): InventoryItem => {
      const kept = [...addresses].filter((address) => own.has(address)).sort();
      return {
        type: 'host',
        value,
        name,
        ...present({ addresses: kept.length === 0 ? undefined : kept }),
        origin: 'cluster',
      };
    }),
    ...[...users].map(([value, { name }]): InventoryItem => ({ type: 'user', value, name, origin: 'cluster' })),
  ];
};
