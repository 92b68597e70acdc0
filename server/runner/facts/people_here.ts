import { isNobodys } from '../../../common/entity/address';
import { readEntity } from '../../../common/entity/read';
import type { PeopleHere, Present } from '../../engine/brakes/people_here';
import { present } from '../../../common/present';
import type { Clock } from '../ports';
import { distinctPeople } from '../record/person';

/** Whoever called within this time counts as logged in, ms. */
const PRESENT_MS = 12 * 3_600_000;
const MOST_PRESENT = 1_000;
/** So many of one host are told to the others, and believed: they go with each heartbeat. */
const MOST_OF_ONE = 64;
const MOST_SESSIONS = 64;

/** Names are compared with one another: for so long a count holds, ms. */
const COUNTED_FOR_MS = 10_000;

interface OthersPeople {
  readonly session: string;
  readonly people: readonly Present[];
}

/**
 * Who called lately, by account and by where from: this host, and the others as their sessions say, the earlier one of
 * this host among them.
 */
export class PeopleBook implements PeopleHere {
  private readonly clock: Pick<Clock, 'monotonic'>;
  private readonly seen = new Map<string, { readonly who: Present; readonly at: number }>();
  /** By session, with when it said so last, monotonic ms. */
  private readonly others = new Map<string, { readonly people: readonly Present[]; readonly at: number }>();

  private counted: { readonly at: number; readonly count: number } | undefined;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.clock = clock;
  }

  /**
   * Somebody who is logged in called. An address of this very machine says nothing of where they are.
   *
   * @param approves whether they may approve
   */
  note(account: string, from: string | undefined, approves = false): void {
    const read = readEntity('ip', from);
    const address = read.ok && !isNobodys(read.entity.text) ? read.entity.text : undefined;
    const key = `${account}\n${address ?? ''}`;
    // Last called, last in the order.
    this.seen.delete(key);
    const who: Present = { account, ...present({ address, approves: approves ? (true as const) : undefined }) };
    this.seen.set(key, { who, at: this.clock.monotonic() });
    if (this.seen.size > MOST_PRESENT) this.seen.delete([...this.seen.keys()][0] ?? '');
  }

  readonly list = (): readonly Present[] => {
    return [...this.here, ...[...this.others.values()].flatMap(({ people }) => people)];
  };

  /** How many different people of them may approve, as of some seconds ago. */
  readonly approvers = (): number => {
    const now = this.clock.monotonic();
    if (this.counted === undefined || now - this.counted.at >= COUNTED_FOR_MS) {
      const names = new Set(this.list().flatMap(({ account, approves }) => (approves === true ? [account] : [])));
      this.counted = { at: now, count: distinctPeople([...names]).length };
    }
    return this.counted.count;
  };

  /** Who called this host, whoever called last first; undefined where nobody did. */
  get published(): readonly Present[] | undefined {
    const { here } = this;
    return here.length === 0 ? undefined : here.reverse().slice(0, MOST_OF_ONE);
  }

  /** What the sessions of others say, the dead ones too. What a session that is gone said counts until its time. */
  noteOthers(sessions: readonly OthersPeople[]): void {
    const at = this.clock.monotonic();
    for (const { session, people } of sessions) {
      // The one that speaks last is last in the order.
      this.others.delete(session);
      this.others.set(session, { people: people.slice(0, MOST_OF_ONE), at });
    }
    for (const [session, said] of this.others)
      if (at - said.at > PRESENT_MS || this.others.size > MOST_SESSIONS) this.others.delete(session);
  }

  private get here(): Present[] {
    const now = this.clock.monotonic();
    for (const [key, { at }] of this.seen) if (now - at > PRESENT_MS) this.seen.delete(key);
    return [...this.seen.values()].map(({ who }) => who);
  }
}
