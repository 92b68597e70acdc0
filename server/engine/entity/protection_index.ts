import { inNetwork } from '../../../common/entity/address';
import { accountInKey, mayBeSameAccount, type Account } from '../../../common/entity/account';
import { keyKind, keyText, type EntityKey, type EntityKind } from '../../../common/entity/entity';
import { firstLabel } from '../../../common/entity/names';
import { readEntity } from '../../../common/entity/read';
import type { Protect } from '../../../common/policy/policy';
import { bareIdentities } from './identity';

/*
 * What a `protect` policy lists, arranged so that a target is found by any of its names. A protection fails closed: a
 * name that may be the listed one is covered.
 */

export interface ProtectionIndex {
  /**
   * The entry that covers a target, or undefined.
   *
   * @param names every key of the target; the entry of an earlier name is told first
   */
  readonly covers: (names: readonly EntityKey[]) => string | undefined;
}

/** The keys of a listed text: itself and every address or network that it stands for; none if it cannot be read. */
const listedKeys = (kind: EntityKind, text: string): readonly EntityKey[] => {
  const read = readEntity(kind, text);
  return read.ok ? bareIdentities.identify(read.entity).names : [];
};

/** Listed networks that stand for all of IPv4 protect no address of it: that would be everything. */
const isEverything = (key: EntityKey): boolean => keyText(key) === '0.0.0.0/0' || keyText(key) === '::/0';

/** Keeps the entry that was listed first. */
const keep = <Key>(map: Map<Key, string>, key: Key, entry: string): void => {
  if (!map.has(key)) map.set(key, entry);
};

class Addresses {
  private readonly single = new Map<string, string>();
  private readonly networks: Array<readonly [string, string]> = [];

  add(entry: string): void {
    const keys = listedKeys(entry.includes('/') ? 'network' : 'ip', entry);
    keys.forEach((key, index) => {
      if (keyKind(key) === 'ip') keep(this.single, keyText(key), entry);
      else if (index === 0 || !isEverything(key)) this.networks.push([keyText(key), entry]);
    });
  }

  /** Also a network is covered: by a protected address in it, and by a protected network that overlaps it. */
  find(key: EntityKey): string | undefined {
    const text = keyText(key);
    if (keyKind(key) === 'ip')
      return this.single.get(text) ?? this.networks.find(([network]) => inNetwork(text, network))?.[1];
    const first = text.split('/')[0] ?? '';
    const inside = [...this.single].find(([address]) => inNetwork(address, text));
    return (inside ??
      this.networks.find(
        ([network]) => inNetwork(first, network) || inNetwork(network.split('/')[0] ?? '', text),
      ))?.[1];
  }
}

class Hosts {
  private readonly names = new Map<string, string>();
  /** First labels of listed full names: they cover a target that is given by its first label alone. */
  private readonly labels = new Map<string, string>();
  private readonly addresses = new Addresses();

  add(entry: string): void {
    const [key] = listedKeys('host', entry);
    if (key === undefined) return;
    const name = keyText(key);
    const isAddress = listedKeys('ip', name).length > 0;
    keep(this.names, name, entry);
    const label = firstLabel(name);
    if (isAddress) this.addresses.add(name);
    else if (label !== undefined) keep(this.labels, label, entry);
  }

  /** By the whole name alone: a domain `dc01.evil.example` is no listed host `dc01`. */
  named(name: string): string | undefined {
    return this.names.get(name);
  }

  find(name: string): string | undefined {
    // A listed short name covers that host in every domain.
    const label = firstLabel(name);
    return this.names.get(name) ?? (label === undefined ? this.labels.get(name) : this.names.get(label));
  }

  findAddress(key: EntityKey): string | undefined {
    return this.addresses.find(key);
  }
}

class Users {
  private readonly accounts = new Map<string, Array<readonly [Account, string]>>();

  add(entry: string): void {
    const [key] = listedKeys('user', entry);
    if (key === undefined) return;
    const account = accountInKey(keyText(key));
    this.accounts.set(account.skeleton, [...(this.accounts.get(account.skeleton) ?? []), [account, entry]]);
  }

  find(text: string): string | undefined {
    const account = accountInKey(text);
    return this.accounts.get(account.skeleton)?.find(([listed]) => mayBeSameAccount(listed, account))?.[1];
  }
}

/** `a.b.example`, then `b.example`, then `example`. */
const upwards = (domain: string): readonly string[] => {
  const labels = domain.split('.');
  return labels.map((_, index) => labels.slice(index).join('.'));
};

class Domains {
  private readonly listed = new Map<string, string>();
  /** Every name that a listed one lies below: blocking it would block the listed one. */
  private readonly above = new Map<string, string>();

  add(entry: string): void {
    const [key] = listedKeys('domain', entry.trim().replace(/^\*?\./, ''));
    if (key === undefined) return;
    keep(this.listed, keyText(key), entry);
    for (const name of upwards(keyText(key))) keep(this.above, name, entry);
  }

  find(domain: string): string | undefined {
    const under = upwards(domain).find((name) => this.listed.has(name));
    return under === undefined ? this.above.get(domain) : this.listed.get(under);
  }
}

/** Arranges a list once, so that it can be asked for every act. */
export const protectionIndex = (protect: Protect): ProtectionIndex => {
  const addresses = new Addresses();
  const hosts = new Hosts();
  const users = new Users();
  const domains = new Domains();
  for (const entry of protect.ips ?? []) addresses.add(entry);
  for (const entry of protect.hosts ?? []) hosts.add(entry);
  for (const entry of protect.users ?? []) users.add(entry);
  for (const entry of protect.domains ?? []) domains.add(entry);
  const find = (key: EntityKey): string | undefined => {
    const [kind, text] = [keyKind(key), keyText(key)];
    if (kind === 'ip' || kind === 'network') return addresses.find(key) ?? hosts.findAddress(key);
    if (kind === 'user') return users.find(text);
    if (kind === 'domain') return domains.find(text) ?? hosts.named(text);
    return kind === 'host' ? hosts.find(text) : undefined;
  };
  return {
    covers: (names) => {
      for (const name of names) {
        const entry = find(name);
        if (entry !== undefined) return entry;
      }
      return undefined;
    },
  };
};
