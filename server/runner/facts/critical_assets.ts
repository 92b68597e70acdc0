import { inNetwork } from '../../../common/entity/address';
import type { AssetFacts, Target } from '../../../common/flow/decision';
import { membersReached } from '../../engine/brakes/keep_roles';
import type { Critical, Member } from '../../engine/brakes/limit_places';
import type { Identities } from '../../engine/entity/identity';

/*
 * Which targets are critical (INV-14). What nobody listed counts as critical once anything critical may be where it is:
 * whoever writes logs chooses which names are unknown.
 */

/** A listed thing as far as it says whether it is critical, and where it is. */
export interface PlacedMember {
  readonly member: Member;
  readonly type: 'host' | 'user' | 'ip';
  readonly subnets: readonly string[];
}

interface Known extends Identities {
  readonly asset: (type: AssetFacts['type'], value: string) => AssetFacts;
  /** Listed networks. */
  readonly networks: readonly string[];
}

export class CriticalAssets {
  private readonly all: PlacedMember[] = [];
  private readonly members: Member[] = [];

  add(placed: PlacedMember): void {
    this.all.push(placed);
    this.members.push(placed.member);
  }

  of(target: Target, known: Known): Critical | undefined {
    if (this.all.length === 0) return undefined;
    if (membersReached(this.members, target, known).length > 0) return 'listed';
    switch (target.type) {
      case 'user':
        return !known.asset('user', target.value).known && this.has('user') ? 'unknown' : undefined;
      case 'host':
        return this.unknownHost(target.value, known);
      case 'file':
      case 'process':
        return this.unknownHost(target.host ?? '', known);
      case 'ip':
        return this.unknownAddress(target.value, known);
      case 'domain':
        return undefined;
    }
  }

  private has(type: PlacedMember['type']): boolean {
    return this.all.some((each) => each.type === type);
  }

  /** A name that nobody listed may be anywhere. */
  private unknownHost(name: string, known: Known): Critical | undefined {
    if (known.asset('host', name).known) return undefined;
    return this.has('host') || this.has('ip') ? 'unknown' : undefined;
  }

  /** An address is where its network is; one of ours in no listed network may be anywhere. */
  private unknownAddress(address: string, known: Known): Critical | undefined {
    if (known.asset('ip', address).known) return undefined;
    const around = known.networks.filter((network) => inNetwork(address, network));
    const near = around.length === 0 ? this.all.filter(({ type }) => type !== 'user') : this.in(around);
    return near.length > 0 ? 'unknown' : undefined;
  }

  private in(networks: readonly string[]): readonly PlacedMember[] {
    return this.all.filter(({ subnets }) => subnets.some((subnet) => networks.includes(subnet)));
  }
}
