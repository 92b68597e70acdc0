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
  private next = 0;

  private mustHaveRoom(): void {
    if (this.full) throw new DiskFailed('the disk is full');
  }

  private taken(): number {
    return this.room === Infinity ? 0 : JSON.stringify(this.spooled).length;
  }

  /** The ports on this disk; `wait` is the time that a flush takes. */
  ports(wait: () => Promise<void>): { journal: Journal; spool: Spool; memory: LocalMemory; localStop: LocalStop } {
    return {
      journal: {
        put: async (entries) => {
          await wait();
          this.mustHaveRoom();
          for (const entry of entries) this.journalEntries.set(entry.command_id, entry);
        },
        close: async (ids) => {
          await wait();
          this.mustHaveRoom();
          for (const id of ids) this.journalEntries.delete(id);
        },
        open: () => [...this.journalEntries.values()],
      },
      spool: {
        append: async (item) => {
          await wait();
          if (this.full || this.taken() + JSON.stringify(item).length > this.room)
            throw new SpoolRefused('the disk is full', 'disk_failed');
          this.spooled.push({ at: (this.next += 1), item: structuredClone(item) });
        },
        peek: async (most) => {
          await wait();
          return structuredClone(this.spooled.slice(0, most));
        },
        dropThrough: async (at) => {
          await wait();
          while (this.spooled[0] !== undefined && this.spooled[0].at <= at) this.spooled.shift();
        },
        size: () => this.spooled.length,
      },
      memory: {
        read: (key) => this.memory.get(key),
        write: async (key, value) => {
          await wait();
          this.mustHaveRoom();
          this.memory.set(key, value);
        },
      },
      localStop: {
        read: () => this.stops,
        write: async (orders) => {
          await wait();
          this.stops = orders.map(({ scope, who, why }) => ({ scope, who, why }));
        },
      },
    };
  }
}
