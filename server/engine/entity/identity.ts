import { addressNames, carriedNetworks } from '../../../common/entity/carried';
import { present } from '../../../common/present';
import { keyFor, keyKind, keyText, type Entity, type EntityKey } from '../../../common/entity/entity';
import { firstLabel } from '../../../common/entity/names';
import { keyOf, readEntity } from '../../../common/entity/read';

/*
 * Who else a thing is. An address may be a host's, a short name may be that of one host, an IPv6 address may stand for
 * an IPv4 one. Only the inventory can say so, and it says so here alone.
 */

export interface Identity {
  /** Of the inventory's item of the same kind if there is exactly one, else the thing's own. */
  readonly key: EntityKey;
  /** Itself first, then what it carries, then every name and address of its item. */
  readonly names: readonly EntityKey[];
  /** A person listed it: what the cluster's own documents name does not count. */
  readonly known: boolean;
  /**
   * Names that it may have besides: several listed items claim it, or only the cluster's own documents say so. Good
   * enough to ask a person, never to refuse or to act.
   */
  readonly maybe: readonly EntityKey[];
  /** Keys of the several listed items that claim it. Then it has the names of none of them. */
  readonly ambiguous?: readonly EntityKey[];
}

export interface Identities {
  readonly identify: (entity: Entity) => Identity;
}

/** An item of the inventory as far as it names somebody. */
export interface Listed {
  readonly type: string;
  readonly value: string;
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly addresses?: readonly string[];
  readonly origin: string;
}

const addressKeys = (address: string): readonly EntityKey[] => addressNames(address).map((each) => keyFor('ip', each));

/** An entity by itself: its key, and every address or network that it stands for. */
const ownNames = ({ key, parts }: Entity): readonly EntityKey[] => {
  switch (parts.kind) {
    case 'ip':
      return [key, ...addressKeys(parts.address).slice(1)];
    case 'network':
      return [key, ...carriedNetworks(parts.network).map((each) => keyFor('network', each))];
    case 'host':
      return parts.address === undefined ? [key] : [key, ...addressKeys(parts.address)];
    case 'domain':
    case 'user':
    case 'process':
    case 'file':
    case 'hash':
    case 'url':
    case 'mail':
    case 'mac':
    case 'cloud':
      return [key];
  }
};

/** Without an inventory a thing is itself and what it carries. */
export const bareIdentities: Identities = {
  identify: (entity) => ({ key: entity.key, names: ownNames(entity), known: false, maybe: [] }),
};

interface Item {
  readonly key: EntityKey;
  readonly names: readonly EntityKey[];
}

type Claims = Map<EntityKey, Set<Item>>;

const claim = (claims: Claims, key: EntityKey, item: Item): void => {
  const held = claims.get(key);
  if (held) held.add(item);
  else claims.set(key, new Set([item]));
};

/** What items say, strongest first: the item's own value, a name or address of it, its first label. */
interface Tiers {
  readonly values: Claims;
  readonly names: Claims;
  readonly labels: Claims;
}

const noTiers = (): Tiers => ({ values: new Map(), names: new Map(), labels: new Map() });

/** A first label that several hosts have is claimed by all of them. */
const claimants = ({ values, names, labels }: Tiers, key: EntityKey): ReadonlySet<Item> | undefined =>
  values.get(key) ?? names.get(key) ?? labels.get(key);

const namesOf = ({ value, name, aliases = [], addresses = [] }: Listed, own: EntityKey): readonly EntityKey[] => {
  const kind = keyKind(own);
  // The name of an account may be that of the person, which is nobody's account.
  const named = [...(kind === 'host' && name !== undefined ? [name] : []), ...aliases];
  const ips = kind === 'host' ? [value, ...addresses].flatMap(addressKeys) : [];
  return [...new Set([own, ...named.flatMap((each) => keyOf(kind, each) ?? []), ...ips])];
};

const shortKey = (host: string): EntityKey | undefined => {
  const label = firstLabel(host);
  return label === undefined ? undefined : keyFor('host', label);
};

/** The host that the first label of a full name names. */
export const shortHost = (name: EntityKey): Entity | undefined => {
  const label = keyKind(name) === 'host' ? firstLabel(keyText(name)) : undefined;
  const read = label === undefined ? undefined : readEntity('host', label);
  return read?.ok === true ? read.entity : undefined;
};

const file = (tiers: Tiers, listed: Listed): void => {
  if (listed.type !== 'host' && listed.type !== 'user') return;
  const read = readEntity(listed.type, listed.value);
  if (!read.ok) return;
  const { key, parts } = read.entity;
  const item: Item = { key, names: namesOf(listed, key) };
  claim(tiers.values, key, item);
  for (const name of item.names) if (name !== key) claim(tiers.names, name, item);
  const label = parts.kind === 'host' && parts.address === undefined ? shortKey(parts.name) : undefined;
  if (label !== undefined) claim(tiers.labels, label, item);
};

const sharesAddress = (one: Listed, other: Listed): boolean => {
  const addresses = new Set((one.addresses ?? []).flatMap(addressKeys));
  return (other.addresses ?? []).flatMap(addressKeys).some((each) => addresses.has(each));
};

/**
 * Listed hosts, where one that is listed by its short name as well counts once: a full name that begins with it, of one
 * host alone, and an address of both say that they are one machine.
 *
 * @param join makes one item of both; it keeps the value of the first, which has the full name
 */
export const withoutTwins = <Item extends Listed>(
  items: readonly Item[],
  join: (full: Item, short: Item) => Item,
): readonly Item[] => {
  const full = new Map<string, Item[]>();
  for (const item of items) {
    const label = item.type === 'host' ? shortKey(item.value.toLowerCase()) : undefined;
    if (label !== undefined) full.set(label, [...(full.get(label) ?? []), item]);
  }
  const twinOf = (item: Item): Item | undefined => {
    const [twin, ...others] = item.type === 'host' ? (full.get(keyOf('host', item.value) ?? '') ?? []) : [];
    return twin !== undefined && others.length === 0 && sharesAddress(item, twin) ? twin : undefined;
  };
  const merged = new Map<Item, Item>();
  for (const item of items) {
    const twin = twinOf(item);
    if (twin !== undefined) merged.set(twin, join(merged.get(twin) ?? twin, item));
  }
  return items.filter((item) => twinOf(item) === undefined).map((item) => merged.get(item) ?? item);
};

const namesJoined = (full: Listed, short: Listed): Listed => ({
  ...full,
  name: full.name ?? short.value,
  aliases: [...new Set([...(full.aliases ?? []), ...(short.aliases ?? [])])],
  addresses: [...new Set([...(full.addresses ?? []), ...(short.addresses ?? [])])],
});

/**
 * Identities by an inventory. Only what a person listed (`file`, `demo`) gives names. What the cluster's own documents
 * say is hearsay: whoever writes logs could give an attacker's address the name of a protected host, and be safe.
 */
export const identitiesOf = (items: readonly Listed[]): Identities => {
  const vouched = noTiers();
  const found = noTiers();
  const addresses = new Set<EntityKey>();
  const byPeople = items.filter(({ origin }) => origin !== 'cluster');
  const byLogs = items.filter(({ origin }) => origin === 'cluster');
  for (const item of [...withoutTwins(byPeople, namesJoined), ...byLogs]) {
    file(item.origin === 'cluster' ? found : vouched, item);
    const address = item.type === 'ip' && item.origin !== 'cluster' ? keyOf('ip', item.value) : undefined;
    if (address !== undefined) addresses.add(address);
  }
  return {
    identify: (entity) => {
      const own = ownNames(entity);
      const listed = own.flatMap((name) => claimants(vouched, name) ?? []);
      const joined = listed.filter(({ size }) => size === 1).flatMap((items) => [...items]);
      const rivals = listed.filter(({ size }) => size > 1).flatMap((items) => [...items]);
      const hearsay = own.flatMap((name) => [...(claimants(found, name) ?? [])]);
      const names = new Set([...own, ...joined.flatMap((item) => item.names)]);
      const maybe = new Set([...rivals, ...hearsay].flatMap((item) => item.names));
      const sameKind = new Set(joined.map(({ key }) => key).filter((key) => keyKind(key) === entity.kind));
      return {
        key: (sameKind.size === 1 ? [...sameKind][0] : undefined) ?? entity.key,
        names: [...names],
        known: joined.length > 0 || own.some((name) => addresses.has(name)),
        maybe: [...maybe].filter((name) => !names.has(name)),
        ...present({ ambiguous: rivals.length === 0 ? undefined : rivals.map(({ key }) => key) }),
      };
    },
  };
};
