import { present } from '../../../common/present';
import type { AssetFacts, Target } from '../../../common/flow/decision';
import type { Limit } from '../../../common/policy/policy';
import { addressNames, carriedNetworks, isPrivate } from '../../../common/entity/carried';
import type { Entity, EntityKey } from '../../../common/entity/entity';
import { canonicalNetwork, inNetwork, overlaps } from '../../../common/entity/address';
import { readEntity } from '../../../common/entity/read';
import type { ScopeFacts } from '../../engine/brakes/clear';
import { identitiesOf, type Identities, type Identity } from '../../engine/entity/identity';
import type { Counted, Critical, Member } from '../../engine/brakes/limit_places';
import { RISE_DELAY_MS, type PopulationFact } from '../../engine/brakes/population';
import type { InventoryItem } from '../ports';
import { CriticalAssets } from './critical_assets';
import { memberOf, Roles } from './roles';
import { addressIn, isVouched, itemKey, joined, mergeInventory } from './merge_inventory';

/*
 * The inventory of hosts, subnets, users and groups, as an immutable snapshot in memory. It answers what decisions and
 * brakes ask: who is this, and how many are there. An address outside all our networks is known to be external; one
 * inside that nobody listed is unknown, which is something else. Only what a person listed is known, and counts in a
 * population: else whoever writes logs would say what is not critical, and make room for acts.
 */

type PopulationOf = NonNullable<Limit['of']>;

const factsOf = (item: InventoryItem, value: string, subnets: readonly string[]): AssetFacts => ({
  type: item.type,
  value,
  known: true,
  name: item.name ?? item.value,
  ...present({ criticality: item.criticality }),
  tags: [...(item.tags ?? [])].slice(0, 64),
  subnets: [...subnets].slice(0, 16),
  groups: [...(item.groups ?? [])].slice(0, 256),
  ...present({ owner: item.owner }),
});

export class Inventory implements ScopeFacts {
  readonly version: string;
  /** One for each thing. */
  readonly items: readonly InventoryItem[];
  private readonly byKey = new Map<string, InventoryItem>();
  /** Nobody, where several listed items claim an address. */
  private readonly addresses = new Map<string, InventoryItem | 'nobody'>();
  private readonly subnets: InventoryItem[] = [];
  private readonly said: readonly InventoryItem[];
  /** Made when somebody asks: loading an inventory is frequent, acts are rare. */
  private identities?: Identities;
  private readonly roles = new Roles();
  private readonly critical = new CriticalAssets();
  /** How many there are, by what and scope. */
  readonly populations = new Map<string, number>();

  constructor(version: string, items: readonly InventoryItem[]) {
    this.version = version;
    this.said = items;
    this.items = mergeInventory(items);
    for (const item of this.items) this.file(item);
    const listed = this.items.filter(isVouched);
    for (const item of listed) if (item.type !== 'ip') this.count(item);
    for (const item of listed) if (item.type === 'ip') this.count(item);
  }

  /** What is known of an address, a host, a user; never undefined, `known` says whether it is listed. */
  asset(type: AssetFacts['type'], value: string): AssetFacts {
    switch (type) {
      case 'host': {
        const ofAddress = this.listed('host', value) ? undefined : this.byAddress(value);
        if (ofAddress !== undefined) return ofAddress;
        return this.factsOf('host', value);
      }
      case 'ip':
        return this.byAddress(value) ?? this.byNetwork(value) ?? { type, value, known: false };
      case 'user':
        return this.factsOf('user', value);
      case 'domain':
        return { type, value, known: true, external: true };
      case 'subnet':
      case 'group':
      case 'file':
      case 'process':
        return { type, value, known: false };
    }
  }

  /** Who a thing is, by every name and address that the inventory knows. */
  identify(entity: Entity): Identity {
    this.identities ??= identitiesOf(this.said);
    return this.identities.identify(entity);
  }

  /** The subnets or groups in which a target counts; undefined if it is not known. */
  scopesOf(of: PopulationOf, target: Target): readonly string[] | undefined {
    const host = target.type === 'host' ? target.value : target.host;
    switch (of) {
      case 'hosts':
        return host !== undefined && this.find('host', host) ? ['all'] : undefined;
      case 'users':
        return target.type === 'user' && this.find('user', target.value) ? ['all'] : undefined;
      case 'hosts_in_subnet': {
        const item = host === undefined ? undefined : (this.find('host', host) ?? this.owner(addressNames(host)));
        return item && this.subnetsOf(item);
      }
      case 'users_in_group':
        return target.type === 'user' ? this.find('user', target.value)?.groups : undefined;
    }
  }

  /** Whether a target is critical, by all its names; what nobody listed is where critical ones may be. */
  criticalOf(target: Target): Critical | undefined {
    const networks = this.subnets.map(({ value }) => value);
    return this.critical.of(target, {
      identify: (entity) => this.identify(entity),
      asset: (type, value) => this.asset(type, value),
      networks,
    });
  }

  /** Hosts and users with a tag or group. Only what a person listed counts, as in every population. */
  membersOf(role: string): readonly Member[] {
    return this.roles.membersOf(role);
  }

  populationOf(of: Counted, scope: string): PopulationFact | undefined {
    const count = this.populations.get(`${of}\n${scope}`);
    return count === undefined ? undefined : { count, version: this.version };
  }

  /** What only documents of the cluster name is a proposal: nobody said yet whether it is critical. */
  private factsOf(type: 'host' | 'user', value: string): AssetFacts {
    const item = this.find(type, value);
    return item && isVouched(item)
      ? factsOf(item, value, type === 'host' ? this.subnetsOf(item) : [])
      : { type, value, known: false };
  }

  private listed(type: 'host' | 'user', value: string): InventoryItem | undefined {
    // Most names come in the spelling that is listed, so that nothing has to be read.
    return this.byKey.get(`${type}:${value}`) ?? this.byKey.get(itemKey(type, value));
  }

  /**
   * By any of its names: whatever the brakes take for a listed thing has its facts, and counts where it does.
   *
   * INVARIANT (`protocol.md` 8): an upgrade alone permits nothing. Earlier versions knew nobody by another name, and
   * asked a person; so what was listed without `aliases`, be it none, is asked about still.
   */
  private find(type: 'host' | 'user', value: string): InventoryItem | undefined {
    const listed = this.listed(type, value);
    if (listed !== undefined) return listed;
    const read = readEntity(type, value);
    const item = read.ok ? this.byKey.get(this.identify(read.entity).key) : undefined;
    return item?.aliases === undefined ? undefined : item;
  }

  /** Of the address itself, else of the IPv4 address that it stands for. */
  private owner(names: readonly string[]): InventoryItem | undefined {
    const owner = names.map((name) => this.addresses.get(name)).find((each) => each !== undefined);
    return owner === 'nobody' ? undefined : owner;
  }

  private file(item: InventoryItem): void {
    if (item.type === 'host' || item.type === 'user') this.byKey.set(itemKey(item.type, item.value), item);
    if (item.type === 'host') for (const address of item.addresses ?? []) this.own(address, item);
    if (item.type === 'ip') this.own(item.value, item);
    if (item.type === 'subnet' && isVouched(item)) this.subnets.push(item);
  }

  /** An address that two claim is nobody's; but what the cluster says takes none from what is listed. */
  private own(said: string, item: InventoryItem): void {
    const address = addressIn(said) ?? said;
    const owner = this.addresses.get(address);
    if (owner === undefined) this.addresses.set(address, item);
    else if (owner !== 'nobody' && isVouched(item))
      // The address of a host may be listed by itself as well.
      this.addresses.set(address, owner.type === item.type ? 'nobody' : joined(owner, item));
  }

  private count(item: InventoryItem): void {
    const add = (of: Counted, scope: string): void => {
      const key = `${of}\n${scope}`;
      this.populations.set(key, (this.populations.get(key) ?? 0) + 1);
    };
    for (const role of this.roles.add(item)) add('in_role', role);
    const { type, criticality } = item;
    const member = memberOf(item);
    if (member !== undefined && criticality === 'critical' && (type === 'host' || type === 'user' || type === 'ip'))
      this.critical.add({ member, type, subnets: type === 'user' ? [] : this.subnetsOf(item) });
    if (item.type === 'host') {
      add('hosts', 'all');
      for (const subnet of this.subnetsOf(item)) add('hosts_in_subnet', subnet);
    }
    if (item.type === 'user') {
      add('users', 'all');
      for (const group of item.groups ?? []) add('users_in_group', group);
    }
  }

  private subnetsOf(item: InventoryItem): string[] {
    const named = new Set(item.subnets ?? []);
    for (const address of [...(item.addresses ?? []), ...(item.type === 'ip' ? [item.value] : [])]) {
      for (const subnet of this.subnets) if (inNetwork(address, subnet.value)) named.add(subnet.value);
    }
    return [...named].sort();
  }

  private byAddress(value: string): AssetFacts | undefined {
    const address = addressIn(value);
    if (address === undefined) return undefined;
    const names = addressNames(address);
    const item = this.owner(names);
    if (item && isVouched(item)) return { ...factsOf(item, value, this.subnetsOf(item)), type: 'ip' };
    const inside =
      isPrivate(address) || this.subnets.some(({ value: subnet }) => names.some((name) => inNetwork(name, subnet)));
    return inside ? { type: 'ip', value, known: false } : { type: 'ip', value, known: true, external: true };
  }

  /** A network is outside where none of its addresses is ours, in any spelling; else nobody says what is in it. */
  private byNetwork(value: string): AssetFacts | undefined {
    const said = canonicalNetwork(value);
    if (said === undefined) return undefined;
    const isOurs = (network: string): boolean =>
      this.subnets.some((subnet) => overlaps(network, canonicalNetwork(subnet.value) ?? subnet.value)) ||
      [...this.addresses.keys()].some((address) => inNetwork(address, network));
    return isPrivate(said) || [said, ...carriedNetworks(said)].some(isOurs)
      ? { type: 'ip', value, known: false }
      : { type: 'ip', value, known: true, external: true };
  }
}

interface Figure {
  readonly count: number;
  /** Since when this agent has known so many or more, monotonic ms; -Infinity: a person reviewed it. */
  readonly since: number;
}

/** Whether hosts can be reached now. */
export interface Sight {
  /** Those whom none of the observers reaches. */
  readonly unseen: (members: readonly Member[], observers: readonly string[]) => readonly EntityKey[];
}

/**
 * The inventory in force. A population that falls counts at once; one that rises counts a while after it was first
 * seen, or when a person reviewed it (`protocol.md` section 3). The ledgers keep what they counted over restarts.
 */
export class InventoryKeeper implements ScopeFacts {
  private snapshot = new Inventory('empty', []);
  /** By scope. What left the inventory is kept: it must not come back higher at once. */
  private readonly counted = new Map<string, Figure>();
  private readonly rising = new Map<string, Figure>();
  private readonly now: () => number;
  private readonly sight: Sight | undefined;

  /** @param sight who looks whether hosts can be reached; without it nobody is seen */
  constructor(monotonic: () => number, sight?: Sight) {
    this.now = monotonic;
    this.sight = sight;
  }

  get current(): Inventory {
    return this.snapshot;
  }

  /** Puts another snapshot in force. `reviewed`: a person loaded it, so it counts at once. */
  replace(snapshot: Inventory, reviewed: boolean): void {
    this.snapshot = snapshot;
    for (const [key, count] of snapshot.populations) {
      if (reviewed) this.count(key, { count, since: -Infinity });
      else this.note(key, count);
    }
  }

  asset(type: AssetFacts['type'], value: string): AssetFacts {
    return this.snapshot.asset(type, value);
  }

  identify(entity: Entity): Identity {
    return this.snapshot.identify(entity);
  }

  criticalOf(target: Target): Critical | undefined {
    return this.snapshot.criticalOf(target);
  }

  membersOf(role: string): readonly Member[] {
    return this.snapshot.membersOf(role);
  }

  unseenOf(role: string, observers: readonly string[]): readonly EntityKey[] {
    const members = this.membersOf(role);
    return this.sight?.unseen(members, observers) ?? members.map(({ key }) => key);
  }

  scopesOf(of: PopulationOf, target: Target): readonly string[] | undefined {
    return this.snapshot.scopesOf(of, target);
  }

  populationOf(of: Counted, scope: string): PopulationFact | undefined {
    const key = `${of}\n${scope}`;
    const newest = this.snapshot.populations.get(key);
    const counted = newest === undefined ? undefined : this.note(key, newest);
    if (counted === undefined) return undefined;
    const rising = this.rising.get(key);
    const now = this.now();
    return {
      count: counted.count,
      version: this.snapshot.version,
      ...present({
        for_ms: counted.since === -Infinity ? undefined : now - counted.since,
        rising: rising && { count: rising.count, for_ms: now - rising.since },
      }),
    };
  }

  private count(key: string, figure: Figure): Figure {
    this.counted.set(key, figure);
    this.rising.delete(key);
    return figure;
  }

  /** Notes the figure of a scope as it is now; what counts of it. */
  private note(key: string, newest: number): Figure {
    const counted = this.counted.get(key);
    const now = this.now();
    if (counted === undefined) return this.count(key, { count: newest, since: now });
    if (newest <= counted.count) return this.count(key, { count: newest, since: counted.since });
    const before = this.rising.get(key) ?? { count: newest, since: now };
    // It has been at least the lower of both since the earlier moment.
    const rising = { count: Math.min(before.count, newest), since: before.since };
    this.rising.set(key, rising);
    if (now - rising.since < RISE_DELAY_MS) return counted;
    this.count(key, rising);
    return this.note(key, newest);
  }
}
