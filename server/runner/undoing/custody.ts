import { inBackground } from '../keeping/in_background';
import { isAway } from '../keeping/session_lost';
import type { Basics, Connector } from '../ports';
import type { Session } from '../session/session';
import { mayBeTakenOver } from './who_can_undo';
import { TimedItems } from './timed_items';
import { nap } from '../keeping/nap';

/* What both keepers do alike: look at what is theirs when it is time, and find what nobody looks after any more. */

/** Something that is looked after. */
export interface InCare {
  /** Monotonic ms. */
  nextLook: number;
  busy: boolean;
}

/** What belongs to this session and nobody looks after for so long was dropped by a failure: it is picked up, ms. */
const ORPHAN_AFTER_MS = 15_000;
const ORPHAN_SEARCH_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_WAIT_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** While there is nothing to look after, it is looked that often whether there is, ms. */
const IDLE_TICK_MS = 250;
/** Earlier than any moment of the clock: the next tick looks. */
export const AT_ONCE = -Infinity;
/** One search looks at so many: where there are more, orphans are looked for that much less often. */
const SEARCHED_AT_ONCE = 1_000;

interface CustodyPorts {
  readonly session: Pick<Session, 'isLost' | 'deadSessions' | 'deadForMs' | 'saysOfItself'>;
  readonly connectors: ReadonlyMap<string, Pick<Connector, 'capabilities'>>;
  readonly basics: Pick<Basics, 'clock' | 'log'>;
}

export interface CustodyRules<Item> {
  /** What is looked after, for the log: `an effect`. */
  readonly what: string;
  readonly tickMs: number;
  readonly searchEveryMs: number;
  readonly lookAfter: (id: string, item: Item) => Promise<void>;
  /** When something has to be done about it, monotonic ms: no pause after a failure goes beyond. */
  readonly dueAt?: (item: Item) => number | null;
  /** Hurries what has become due otherwise; before each tick. */
  readonly beforeTick?: () => void;
  /** Looks for what came into this session's hands otherwise. */
  readonly searchAround: () => Promise<void>;
}

export class Custody<Item extends InCare> {
  readonly items = new TimedItems<Item>();
  /** How often looking after something failed in a row. */
  private readonly failures = new Map<string, number>();
  /** Since when something of ours is in nobody's care, monotonic ms. */
  private readonly uncaredSince = new Map<string, number>();
  private nextOrphans = AT_ONCE;
  private searching = false;

  constructor(
    private readonly ports: CustodyPorts,
    private readonly rules: CustodyRules<Item>,
  ) {}

  /** Runs until told otherwise, or until the session is lost. */
  async run(until: () => boolean): Promise<void> {
    const { session, basics } = this.ports;
    const { what, tickMs, searchEveryMs, searchAround } = this.rules;
    let nextSearch = AT_ONCE;
    while (!until() && !session.isLost) {
      const now = basics.clock.monotonic();
      this.rules.beforeTick?.();
      for (const id of this.items.due(now)) this.look(id);
      if (now >= nextSearch && !this.searching) {
        nextSearch = now + searchEveryMs;
        this.searching = true;
        const searched = searchAround().finally(() => {
          this.searching = false;
        });
        inBackground(basics, `searching for ${what}`, searched);
      }
      await nap(basics.clock, tickMs, this.items.size === 0 ? IDLE_TICK_MS : tickMs);
    }
  }

  /** Looks at something as soon as it can be. */
  hurry(id: string): void {
    const item = this.items.get(id);
    if (!item) return;
    item.nextLook = AT_ONCE;
    this.items.schedule(id);
  }

  private look(id: string): void {
    const item = this.items.get(id);
    if (!item) return;
    item.busy = true;
    const looked = this.rules
      .lookAfter(id, item)
      .then(() => void this.failures.delete(id))
      .catch((cause: unknown) => {
        this.pause(id, item, isAway(cause));
        throw cause;
      })
      .finally(() => {
        item.busy = false;
        if (this.items.get(id) === item) this.items.schedule(id);
        else this.failures.delete(id);
      });
    inBackground(this.ports.basics, `looking after ${this.rules.what}`, looked);
  }

  /** What fails is looked at again in pauses that grow; what only waits for the store, or for room, soon. */
  private pause(id: string, item: Item, passes: boolean): void {
    const failures = this.failures.get(id) ?? 0;
    this.failures.set(id, failures + 1);
    const pause = Math.min(passes ? LONGEST_WAIT_MS : LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
    const now = this.ports.basics.clock.monotonic();
    const later = Math.max(item.nextLook, now + pause);
    const due = this.rules.dueAt?.(item) ?? null;
    item.nextLook = due !== null && due > now ? Math.min(later, due) : later;
  }

  /** Sessions whose work may be taken over. */
  get ofTheDead(): readonly string[] {
    return this.ports.session.deadSessions.filter((id) => mayBeTakenOver(this.ports, id));
  }

  /**
   * What belongs to this session and was in nobody's care for long; work in flight is not.
   *
   * @param search ids of everything of this session that is not closed
   * @param isInHand true for what is under way otherwise
   */
  async orphans(
    search: () => Promise<readonly string[]>,
    isInHand: (id: string) => boolean,
  ): Promise<readonly string[]> {
    const now = this.ports.basics.clock.monotonic();
    if (now < this.nextOrphans) return [];
    this.nextOrphans = now + ORPHAN_SEARCH_MS;
    const all = await search();
    this.nextOrphans = now + ORPHAN_SEARCH_MS * Math.max(1, Math.ceil(all.length / SEARCHED_AT_ONCE));
    const uncared = new Set(all.filter((id) => !this.items.has(id) && !isInHand(id)));
    return this.overdue(uncared, this.ports.basics.clock.monotonic());
  }

  private overdue(uncared: ReadonlySet<string>, now: number): readonly string[] {
    for (const id of this.uncaredSince.keys()) if (!uncared.has(id)) this.uncaredSince.delete(id);
    for (const id of uncared) if (!this.uncaredSince.has(id)) this.uncaredSince.set(id, now);
    return [...uncared].filter((id) => now - (this.uncaredSince.get(id) ?? now) >= ORPHAN_AFTER_MS);
  }
}
