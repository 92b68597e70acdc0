import type { EntityKey } from '../../../common/entity/entity';
import type { KeepRule } from '../../engine/brakes/keep_roles';
import type { Member } from '../../engine/brakes/limit_places';
import type { Sight } from '../facts/inventory';
import { again } from '../keeping/in_background';
import type { Clock, Connector, Log, Reachability } from '../ports';
import { callTarget } from './call_target';

/*
 * Which hosts can be reached now, as connectors see them that take their orders to the host itself. A policy that keeps
 * so many of a role may want to know (`keep: { also: […] }`, INV-15): a domain controller that is down is no longer
 * one of those that are left.
 */

export interface ReachPorts {
  readonly connectors: ReadonlyMap<string, Pick<Connector, 'reachable'>>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is to be looked at: the policies in force, and who has which role. */
export interface ReachWanted {
  readonly keeps: () => ReadonlyArray<Pick<KeepRule, 'keep'>>;
  readonly membersOf: (role: string) => readonly Member[];
}

/** Each host is looked at so often, ms. */
const LOOK_EVERY_MS = 15_000;
/** What was seen so long ago counts no more, ms: three looks without an answer. */
export const SEEN_FOR_MS = 60_000;
/** A host that answers a look later than this is not reached by it, ms. */
const PATIENCE_MS = 5_000;
const AT_ONCE = 8;
/** So many hosts are looked at for one observer; those beyond are not seen. */
const MOST_LOOKED_AT = 500;

interface Look {
  readonly observer: string;
  readonly member: Member;
}

const idOf = (observer: string, key: EntityKey): string => `${observer} ${key}`;

export class ReachBook implements Sight {
  /** When an observer last reached a member, monotonic ms. */
  private readonly reachedAt = new Map<string, number>();

  constructor(private readonly ports: ReachPorts) {}

  /**
   * Members whom none of these observers has reached in the last minute. INVARIANT (INV-13): whoever was not asked yet,
   * does not answer or cannot tell has reached nobody.
   */
  unseen(members: readonly Member[], observers: readonly string[]): readonly EntityKey[] {
    const since = this.ports.clock.monotonic() - SEEN_FOR_MS;
    const isSeen = ({ key }: Member): boolean =>
      observers.some((observer) => (this.reachedAt.get(idOf(observer, key)) ?? -Infinity) > since);
    return members.filter((member) => !isSeen(member)).map(({ key }) => key);
  }

  /** Looks again and again at everybody whom a policy in force keeps and wants to be seen. */
  follow(until: () => boolean, wanted: ReachWanted): Promise<void> {
    const failed = 'looking whether hosts can be reached failed';
    return again(this.ports, { failed, everyMs: LOOK_EVERY_MS, until }, () => this.lookAtAll(wanted));
  }

  /** One look at each of them, some at a time. */
  async lookAtAll({ keeps, membersOf }: ReachWanted): Promise<void> {
    const looks = new Map<string, Look>();
    for (const { keep } of keeps())
      for (const observer of keep.also ?? [])
        for (const member of membersOf(keep.of).slice(0, MOST_LOOKED_AT))
          looks.set(idOf(observer, member.key), { observer, member });
    for (const id of this.reachedAt.keys()) if (!looks.has(id)) this.reachedAt.delete(id);
    const waiting = [...looks];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.look(...next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  private async look(id: string, { observer, member }: Look): Promise<void> {
    const { connectors, clock } = this.ports;
    const connector = connectors.get(observer);
    if (connector?.reachable === undefined) return;
    const before = clock.monotonic();
    for (const host of member.reachedBy.hosts ?? []) {
      const said = await callTarget<Reachability>(
        clock,
        PATIENCE_MS,
        async (signal) => (await connector.reachable?.(host, { signal })) ?? { why: 'nobody looks' },
        (why) => ({ why }),
      );
      if (said.state === 'reachable') this.reachedAt.set(id, before);
      if (said.state === 'unreachable') this.reachedAt.delete(id);
      // A name that the connector does not have says nothing of the host; it may have another of its names.
      if (said.state !== undefined) return;
    }
  }
}
