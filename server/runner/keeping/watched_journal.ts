import { whyOf } from '../../../common/why';
import { sayFailed } from './in_background';
import { DiskFailed, type Basics, type Journal, type JournalEntry } from '../ports';

/*
 * The undo journal on a disk that may be full. What begins an effect must be on the disk first: if it cannot be, the
 * effect does not begin. What ends one may wait: undoing goes on, and what the disk did not take is written once it
 * does. Until then it is remembered here; a crash before that only makes this agent look at an ended effect again.
 */

/** The disk is tried again this often while it refuses, ms. */
const TRY_AGAIN_MS = 2_000;
/** So much is written to find out whether there is room again, more than a file has to spare in its last block. */
const PROBE_CHARACTERS = 8_192;
const PROBE = `probe:${'-'.repeat(PROBE_CHARACTERS)}`;

export class WatchedJournal implements Journal {
  /** Changes of open entries that the disk has not taken: a new entry, or undefined for one that is closed. */
  private readonly owed = new Map<string, JournalEntry | undefined>();
  /** The newest write under way of each command. The answer to an older one says nothing of what is on the disk. */
  private readonly underWay = new Map<string, object>();
  private failure: string | undefined;
  private told: { readonly of: readonly JournalEntry[]; readonly open: readonly JournalEntry[] } | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly basics: Pick<Basics, 'clock' | 'log'>,
  ) {}

  /** Why the disk takes nothing; undefined while it does. */
  get trouble(): string | undefined {
    return this.failure;
  }

  async put(entries: readonly JournalEntry[]): Promise<void> {
    const known = new Set(this.open().map(({ command_id }) => command_id));
    const answered = this.begin(entries.map(({ command_id }) => command_id));
    try {
      await this.journal.put(entries);
    } catch (cause) {
      const newest = answered();
      this.note(cause);
      if (!(cause instanceof DiskFailed) || !entries.every(({ command_id }) => known.has(command_id))) throw cause;
      this.owe(entries.flatMap((entry) => (newest.has(entry.command_id) ? [[entry.command_id, entry]] : [])));
      return;
    }
    this.settled(answered());
  }

  async close(commandIds: readonly string[]): Promise<void> {
    const answered = this.begin(commandIds);
    try {
      await this.journal.close(commandIds);
    } catch (cause) {
      const newest = answered();
      this.note(cause);
      if (!(cause instanceof DiskFailed)) throw cause;
      this.owe([...newest].map((id) => [id, undefined]));
      return;
    }
    this.settled(answered());
  }

  open(): readonly JournalEntry[] {
    const of = this.journal.open();
    if (this.owed.size === 0) return of;
    if (this.told?.of === of) return this.told.open;
    const open = of.flatMap((entry) =>
      this.owed.has(entry.command_id) ? (this.owed.get(entry.command_id) ?? []) : [entry],
    );
    this.told = { of, open };
    return open;
  }

  ofEffect(effectId: string): readonly JournalEntry[] {
    return this.journal
      .ofEffect(effectId)
      .flatMap((entry) => (this.owed.has(entry.command_id) ? (this.owed.get(entry.command_id) ?? []) : [entry]));
  }

  /** Tries the disk again while it refuses, until told otherwise. */
  async run(until: () => boolean): Promise<void> {
    while (!until()) {
      await this.basics.clock.sleep(TRY_AGAIN_MS);
      if (this.failure === undefined) continue;
      // The probe comes first, and alone: with room for a few bytes only, the next claim would be refused again.
      const isRoom = await this.journal.close([PROBE]).then(
        () => true,
        (cause: unknown) => {
          this.note(cause);
          return false;
        },
      );
      if (!isRoom) continue;
      this.failure = undefined;
      this.basics.log.info('the local disk can be written again');
      // INVARIANT (INV-4): what was written since is newer, an entry that is unmarked again above all.
      const owed = [...this.owed].filter(([id]) => !this.underWay.has(id));
      await Promise.all([
        this.put(owed.flatMap(([, entry]) => entry ?? [])),
        this.close(owed.flatMap(([id, entry]) => (entry === undefined ? [id] : []))),
      ]).catch((cause: unknown) =>
        sayFailed(this.basics.log, 'the undo journal could not be brought up to date', cause),
      );
    }
  }

  /**
   * These are written from now on.
   *
   * @returns to be called with the answer: those among them that nothing newer is written of
   */
  private begin(ids: readonly string[]): () => ReadonlySet<string> {
    const write = {};
    for (const id of ids) this.underWay.set(id, write);
    return () => {
      const newest = new Set(ids.filter((id) => this.underWay.get(id) === write));
      for (const id of newest) this.underWay.delete(id);
      return newest;
    };
  }

  private note(cause: unknown): void {
    const why = whyOf(cause);
    if (this.failure === undefined) this.basics.log.error('the local disk cannot be written', { why });
    this.failure = why;
  }

  private owe(changes: ReadonlyArray<readonly [id: string, entry: JournalEntry | undefined]>): void {
    for (const [id, entry] of changes) this.owed.set(id, entry);
    this.told = undefined;
  }

  private settled(ids: Iterable<string>): void {
    for (const id of ids) this.owed.delete(id);
    this.told = undefined;
  }
}
