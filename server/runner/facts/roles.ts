import { readEntity } from '../../../common/entity/read';
import type { Member } from '../../engine/brakes/limit_places';
import { protectedBy } from '../../engine/brakes/protection';
import type { InventoryItem } from '../ports';

const rolesOf = ({ tags = [], groups = [] }: InventoryItem): readonly string[] => [...new Set([...tags, ...groups])];

/** A listed host, user or address, as acts reach it; undefined for everything else. */
export const memberOf = ({ type, value, name, aliases = [], addresses = [] }: InventoryItem): Member | undefined => {
  const read = type === 'host' || type === 'user' || type === 'ip' ? readEntity(type, value) : undefined;
  if (read?.ok !== true) return undefined;
  const { key } = read.entity;
  if (type === 'ip') return { key, reachedBy: { ips: [value] } };
  if (type === 'user') return { key, reachedBy: { users: [value, ...aliases] } };
  const hosts = [value, ...aliases, ...(name === undefined ? [] : [name])];
  return { key, reachedBy: { hosts, ips: addresses } };
};

/** Who has which task, by the tags and groups of the inventory. */
export class Roles {
  private readonly members = new Map<string, readonly Member[]>();

  membersOf(role: string): readonly Member[] {
    return this.members.get(role) ?? [];
  }

  /**
   * Enters a thing that a person listed. Hosts come before single addresses.
   *
   * @returns the roles in which it counts
   */
  add(item: InventoryItem): readonly string[] {
    const member = memberOf(item);
    if (member === undefined) return [];
    // An address that is listed beside its host is no second one: it would make room for an act.
    const isHosts = (role: string): boolean =>
      item.type === 'ip' &&
      this.membersOf(role).some(({ reachedBy }) => protectedBy(reachedBy, [member.key]) !== undefined);
    const roles = rolesOf(item).filter((role) => !isHosts(role));
    for (const role of roles) this.members.set(role, [...this.membersOf(role), member]);
    return roles;
  }
}
