import { present } from '../../../common/present';
import type { AssetFacts, Target } from '../../../common/flow/decision';
import type { Limit } from '../../../common/policy/policy';
import { canonicalAddress, inNetwork, isPrivateAddress } from '../../engine/addresses/network';
import type { PopulationFact, ScopeFacts } from '../../engine/brakes/clear';
import type { InventoryItem } from '../ports';

/*
 * The inventory of hosts, subnets, users and groups, as an immutable snapshot in memory. It answers what decisions and
 * brakes ask: who is this, and how many are there. An address outside all our networks is known to be external; one
 * inside that nobody listed is unknown, which is something else.
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
  readonly items: readonly InventoryItem[];
  private readonly hosts = new Map<string, InventoryItem>();
  private readonly users = new Map<string, InventoryItem>();
  private readonly addresses = new Map<string, InventoryItem>();
  private readonly subnets: InventoryItem[] = [];
  private readonly populations = new Map<string, number>();

  constructor(version: string, items: readonly InventoryItem[]) {
    this.version = version;
    this.items = items;
    for (const item of items) this.file(item);
    for (const item of items) this.count(item);
  }

  /** What is known of an address, a host, a user; never undefined, `known` says whether it is listed. */
  asset(type: AssetFacts['type'], value: string): AssetFacts {
    switch (type) {
      case 'host': {
        const host = this.hosts.get(value.toLowerCase());
        return host
          ? factsOf(host, value, this.subnetsOf(host))
          : (this.byAddress(value) ?? { type, value, known: false });
      }
      case 'ip':
        return this.byAddress(value) ?? { type, value, known: false };
      case 'user': {
        const user = this.users.get(value.toLowerCase());
        return user ? { ...factsOf(user, value, []), type } : { type, value, known: false };
      }
      case 'domain':
        return { type, value, known: true, external: true };
      case 'subnet':
      case 'group':
      case 'file':
      case 'process':
        return { type, value, known: false };
    }
  }

  /** The subnets or groups in which a target counts; undefined if it is not known. */
  scopesOf(of: PopulationOf, target: Target): readonly string[] | undefined {
    const host = target.type === 'host' ? target.value : target.host;
    switch (of) {
      case 'hosts':
        return host !== undefined && this.hosts.has(host) ? ['all'] : undefined;
      case 'users':
        return target.type === 'user' && this.users.has(target.value) ? ['all'] : undefined;
      case 'hosts_in_subnet': {
        const item = host === undefined ? undefined : (this.hosts.get(host) ?? this.addresses.get(host));
        return item && this.subnetsOf(item);
      }
      case 'users_in_group':
        return target.type === 'user' ? this.users.get(target.value)?.groups : undefined;
    }
  }

  populationOf(of: PopulationOf, scope: string): PopulationFact | undefined {
    const count = this.populations.get(`${of}\n${scope}`);
    return count === undefined ? undefined : { count, version: this.version };
  }

  private file(item: InventoryItem): void {
    const value = item.value.toLowerCase();
    if (item.type === 'host') {
      this.hosts.set(value, item);
      for (const address of item.addresses ?? []) this.addresses.set(canonicalAddress(address) ?? address, item);
    } else if (item.type === 'user') this.users.set(value, item);
    else if (item.type === 'ip') this.addresses.set(canonicalAddress(item.value) ?? value, item);
    else if (item.type === 'subnet') this.subnets.push(item);
  }

  private count(item: InventoryItem): void {
    const add = (of: PopulationOf, scope: string): void => {
      const key = `${of}\n${scope}`;
      this.populations.set(key, (this.populations.get(key) ?? 0) + 1);
    };
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
    const address = canonicalAddress(value);
    if (address === undefined) return undefined;
    const item = this.addresses.get(address);
    if (item) return { ...factsOf(item, value, this.subnetsOf(item)), type: 'ip' };
    const inside = isPrivateAddress(address) || this.subnets.some((subnet) => inNetwork(address, subnet.value));
    return inside ? { type: 'ip', value, known: false } : { type: 'ip', value, known: true, external: true };
  }
}

/** How long a population that grew is not believed yet, ms: a flood of made-up hosts must not raise a limit. */
const RISE_DELAY_MS = 10 * 60_000;

/**
 * The inventory in force. A population that falls counts at once; one that rises counts after a while, or when a
 * person reviewed it (`protocol.md` section 3).
 */
export class InventoryKeeper implements ScopeFacts {
  private snapshot = new Inventory('empty', []);
  private readonly believed = new Map<string, { count: number; since: number }>();
  private readonly now: () => number;

  constructor(monotonic: () => number) {
    this.now = monotonic;
  }

  get current(): Inventory {
    return this.snapshot;
  }

  /** Puts another snapshot in force. `reviewed`: a person loaded it, so it is believed at once. */
  replace(snapshot: Inventory, reviewed: boolean): void {
    this.snapshot = snapshot;
    if (reviewed) this.believed.clear();
  }

  asset(type: AssetFacts['type'], value: string): AssetFacts {
    return this.snapshot.asset(type, value);
  }

  scopesOf(of: PopulationOf, target: Target): readonly string[] | undefined {
    return this.snapshot.scopesOf(of, target);
  }

  populationOf(of: PopulationOf, scope: string): PopulationFact | undefined {
    const fact = this.snapshot.populationOf(of, scope);
    if (fact === undefined) return undefined;
    const key = `${of}\n${scope}`;
    const before = this.believed.get(key);
    if (before === undefined || fact.count <= before.count) {
      this.believed.set(key, { count: fact.count, since: this.now() });
      return fact;
    }
    if (this.now() - before.since < RISE_DELAY_MS) return { ...fact, count: before.count };
    this.believed.set(key, { count: fact.count, since: this.now() });
    return fact;
  }
}
