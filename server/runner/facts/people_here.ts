import { isNobodys } from '../../../common/entity/address';
import { readEntity } from '../../../common/entity/read';
import type { PeopleHere, Present } from '../../engine/brakes/people_here';
import type { Clock } from '../ports';

/** Whoever called within this time counts as logged in, ms. */
const PRESENT_MS = 12 * 3_600_000;
const MOST_PRESENT = 1_000;

/** Who called this host lately, by account and by where from. In memory only: after a restart they call again. */
export class PeopleBook implements PeopleHere {
  private readonly clock: Pick<Clock, 'monotonic'>;
  private readonly seen = new Map<string, { readonly who: Present; readonly at: number }>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.clock = clock;
  }

  /** Somebody who is logged in called. An address of this very machine says nothing of where they are. */
  note(account: string, from: string | undefined): void {
    const read = readEntity('ip', from);
    const address = read.ok && !isNobodys(read.entity.text) ? read.entity.text : undefined;
    const key = `${account}\n${address ?? ''}`;
    // Last called, last in the order.
    this.seen.delete(key);
    this.seen.set(key, { who: address === undefined ? { account } : { account, address }, at: this.clock.monotonic() });
    if (this.seen.size > MOST_PRESENT) this.seen.delete([...this.seen.keys()][0] ?? '');
  }

  readonly list = (): readonly Present[] => {
    const now = this.clock.monotonic();
    for (const [key, { at }] of this.seen) if (now - at > PRESENT_MS) this.seen.delete(key);
    return [...this.seen.values()].map(({ who }) => who);
  };
}
