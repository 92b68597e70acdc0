import {
  DiskFailed,
  SpoolRefused,
  type Journal,
  type JournalEntry,
  type LocalMemory,
  type LocalOrder,
  type LocalStop,
  type Spool,
} from '../../server/runner/ports';
import type { Dice } from './scheduler';
import { present } from '../../common/present';

/** A write that was not answered yet: what of it is on the disk after a crash, nobody knows. */
interface InFlight {
  /** Its parts, in order: each is on the disk whole or not at all. */
  readonly parts: ReadonlyArray<() => void>;
}

/** How many of the latest removals may come back in a crash: a removal is not worth waiting for the disk. */
const MOST_COMING_BACK = 4;

/** Whoever reads a file gets new values. `structuredClone` would make them outside of the test's own realm. */
const asOnDisk = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

/** What survives the death of a process: the local disk of one agent. */
export class FakeDisk {
  readonly journalEntries = new Map<string, JournalEntry>();
  readonly spooled: Array<{ at: number; item: unknown }> = [];
  readonly memory = new Map<string, string>();
  /** The stop file. */
  stops: readonly LocalOrder[] = [];
  /** Nothing can be written any more; what is there stays. */
  full = false;
  /** Room for spooled items, in characters of JSON. */
  room = Infinity;
  /** How many writes failed because it was full. */
  refusals = 0;
  private next = 0;
  private readonly inFlight = new Set<InFlight>();
  private removals: Array<() => void> = [];

  /** The ports on this disk; `wait` is the time that a flush takes. */
  ports(wait: () => Promise<void>): { journal: Journal; spool: Spool; memory: LocalMemory; localStop: LocalStop } {
    return { journal: this.journalPort(wait), spool: this.spoolPort(wait), ...this.smallPorts(wait) };
  }

  /**
   * The process died. Of each write that was under way a part may be there, and the latest removals may not.
   *
   * @returns how many half writes there are, and removals that came back
   */
  tear(dice: Dice): number {
    let torn = 0;
    for (const { parts } of this.inFlight) {
      const landed = parts.slice(0, dice.whole(0, parts.length));
      for (const part of landed) part();
      torn += landed.length;
    }
    this.inFlight.clear();
    for (const bringBack of dice.chance(0.5) ? this.removals.reverse() : []) {
      bringBack();
      torn += 1;
    }
    this.removals = [];
    return torn;
  }

  private taken(): number {
    return this.room === Infinity ? 0 : JSON.stringify(this.spooled).length;
  }

  /**
   * A write: its parts land when it is answered.
   *
   * @param line the writes of a file that is written from front to back: those before this one are on the disk with it
   */
  private async write(wait: () => Promise<void>, parts: InFlight['parts'], line: InFlight[] = []): Promise<void> {
    const write = { parts };
    this.inFlight.add(write);
    line.push(write);
    await wait();
    for (const each of line.splice(0, line.indexOf(write) + 1)) {
      this.inFlight.delete(each);
      for (const part of each.parts) part();
    }
  }

  private noteRemoval(bringBack: () => void): void {
    this.removals = [...this.removals, bringBack].slice(-MOST_COMING_BACK);
  }

  private mustHaveRoom(): void {
    if (!this.full) return;
    this.refusals += 1;
    throw new DiskFailed('the disk is full');
  }

  private journalPort(wait: () => Promise<void>): Journal {
    // What is being undone alone is known to this process at once, on the disk a moment later.
    const marked = new Set<string>();
    const closing: string[] = [];
    const shown = (entry: JournalEntry): JournalEntry =>
      marked.has(entry.command_id) ? { ...entry, undone_offline: true } : entry;
    const open = (): JournalEntry[] =>
      [...this.journalEntries.values()].filter(({ command_id }) => !closing.includes(command_id)).map(shown);
    const line: InFlight[] = [];
    return {
      put: async (entries) => {
        for (const { command_id, undone_offline } of entries) {
          if (undone_offline === true) marked.add(command_id);
          else marked.delete(command_id);
        }
        this.mustHaveRoom();
        await this.write(
          wait,
          entries.map((entry) => () => void this.journalEntries.set(entry.command_id, entry)),
          line,
        );
      },
      close: async (ids) => {
        this.mustHaveRoom();
        closing.push(...ids);
        await this.write(
          wait,
          ids.map((id) => () => {
            const entry = this.journalEntries.get(id);
            if (entry) this.noteRemoval(() => void this.journalEntries.set(id, entry));
            this.journalEntries.delete(id);
            marked.delete(id);
            closing.splice(closing.indexOf(id), 1);
          }),
          line,
        );
      },
      open,
      ofEffect: (effectId) => open().filter((entry) => entry.effect_id === effectId),
    };
  }

  private spoolPort(wait: () => Promise<void>): Spool {
    return {
      append: async (item) => {
        const kept = asOnDisk(item);
        if (this.full) this.refusals += 1;
        if (this.full || this.taken() + JSON.stringify(kept).length > this.room)
          throw new SpoolRefused('the disk is full', 'disk_failed');
        await this.write(wait, [() => void this.spooled.push({ at: (this.next += 1), item: kept })]);
      },
      peek: async (most) => {
        await wait();
        return asOnDisk(this.spooled.slice(0, most));
      },
      dropThrough: async (at) => {
        const drop = (): void => {
          while (this.spooled[0] !== undefined && this.spooled[0].at <= at) {
            const dropped = this.spooled.shift();
            if (dropped) this.noteRemoval(() => void this.spooled.unshift(dropped));
          }
        };
        await this.write(wait, [drop]);
      },
      size: () => this.spooled.length,
    };
  }

  private smallPorts(wait: () => Promise<void>): { memory: LocalMemory; localStop: LocalStop } {
    return {
      memory: {
        read: (key) => this.memory.get(key),
        write: async (key, value) => {
          this.mustHaveRoom();
          await this.write(wait, [() => void this.memory.set(key, value)]);
        },
      },
      localStop: {
        read: () => this.stops,
        write: (orders) =>
          this.write(wait, [
            () => {
              this.stops = orders.map(({ scope, who, why, at, lasts_ms }) => ({
                scope,
                who,
                why,
                at,
                ...present({ lasts_ms }),
              }));
            },
          ]),
      },
    };
  }
}
