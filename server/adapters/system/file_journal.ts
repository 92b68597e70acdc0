import { appendFile, open, readFile, stat, type FileHandle } from 'fs/promises';
import { join } from 'path';
import { whyOf } from '../../../common/why';
import { DiskFailed, type Journal, type JournalEntry } from '../../runner/ports';
import { lineOf, readLines } from './checked_lines';
import { PRIVATE_FILE, replaceFile, syncFolder } from './durable_file';
import { lockFolder, type FolderLock, type LockOptions } from './folder_lock';

/*
 * The undo journal on the local disk: a file of checked lines that only grows, written anew when most of it is about
 * closed commands. What is put while a flush is under way goes into the next one, together.
 */

interface FileJournalOptions extends LockOptions {
  /** Of this journal alone; made if it is missing. */
  readonly folder: string;
  /** Told of lines that the disk did not keep; they are put aside in `damaged.log`. */
  readonly onDamage?: (lines: number) => void;
}

type Change = { readonly put: JournalEntry } | { readonly close: string };

/** The file as it was taken up. */
interface Contents {
  readonly path: string;
  readonly entries: OpenEntries;
  readonly file: FileHandle;
  readonly bytes: number;
  readonly lines: number;
}

interface Waiting {
  readonly changes: readonly Change[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const FILE = 'journal.log';
const DAMAGED = 'damaged.log';
/** The file is written anew when it has this many lines, and four times as many as there are open commands. */
const FEWEST_LINES = 1_000;
const LINES_PER_ENTRY = 4;

/** Open entries, by command and by effect; and what shows before it is on the disk: marks of undoing, and closings. */
class OpenEntries {
  private readonly byCommand = new Map<string, JournalEntry>();
  private readonly byEffect = new Map<string, Set<string>>();
  private readonly marked = new Set<string>();
  /** How many closings of a command wait for the disk. */
  private readonly closing = new Map<string, number>();

  get size(): number {
    return this.byCommand.size;
  }

  /**
   * Called before a change is written. A mark counts at once, whether or not the disk keeps it. So does a closing,
   * until the disk has refused it: whoever marked an entry that is being closed would bring it back.
   */
  announce(change: Change): void {
    if (!('put' in change)) return void this.closing.set(change.close, (this.closing.get(change.close) ?? 0) + 1);
    if (change.put.undone_offline === true) this.marked.add(change.put.command_id);
    else this.marked.delete(change.put.command_id);
  }

  /** A change is on the disk, or the disk has refused it. */
  answered(change: Change): void {
    if ('put' in change) return;
    const left = (this.closing.get(change.close) ?? 1) - 1;
    if (left > 0) this.closing.set(change.close, left);
    else this.closing.delete(change.close);
  }

  apply(change: Change): void {
    const id = 'put' in change ? change.put.command_id : change.close;
    this.leaveEffect(id);
    if ('put' in change) {
      this.byCommand.set(id, change.put);
      const ofEffect = this.byEffect.get(change.put.effect_id) ?? new Set();
      this.byEffect.set(change.put.effect_id, ofEffect.add(id));
    } else {
      this.byCommand.delete(id);
      this.marked.delete(id);
    }
  }

  all(): readonly JournalEntry[] {
    return [...this.byCommand.values()].flatMap((entry) => this.shown(entry));
  }

  ofEffect(effectId: string): readonly JournalEntry[] {
    return [...(this.byEffect.get(effectId) ?? [])].flatMap((id) => {
      const entry = this.byCommand.get(id);
      return entry === undefined ? [] : this.shown(entry);
    });
  }

  text(): string {
    return [...this.byCommand.values()].map((put) => lineOf({ put })).join('');
  }

  private shown(entry: JournalEntry): readonly JournalEntry[] {
    if (this.closing.has(entry.command_id)) return [];
    const isMarked = this.marked.has(entry.command_id) && entry.undone_offline !== true;
    return [isMarked ? { ...entry, undone_offline: true } : entry];
  }

  private leaveEffect(id: string): void {
    const effectId = this.byCommand.get(id)?.effect_id ?? '';
    const ofEffect = this.byEffect.get(effectId);
    ofEffect?.delete(id);
    if (ofEffect?.size === 0) this.byEffect.delete(effectId);
  }
}

export class FileJournal implements Journal {
  private readonly path: string;
  private readonly lock: FolderLock;
  private readonly entries: OpenEntries;
  private readonly waiting: Waiting[] = [];
  private file: FileHandle | undefined;
  private lines: number;
  private bytes: number;
  /** What `open` last told; made anew only after a change, since every look at an effect asks for it. */
  private told: readonly JournalEntry[] | undefined;
  private isFlushing = false;
  private flushed: Promise<void> = Promise.resolve();

  /** Use `openFileJournal`. */
  constructor(lock: FolderLock, contents: Contents) {
    this.lock = lock;
    this.path = contents.path;
    this.entries = contents.entries;
    this.file = contents.file;
    this.lines = contents.lines;
    this.bytes = contents.bytes;
  }

  put(entries: readonly JournalEntry[]): Promise<void> {
    return this.commit(entries.map((put) => ({ put })));
  }

  close(commandIds: readonly string[]): Promise<void> {
    return this.commit(commandIds.map((close) => ({ close })));
  }

  open(): readonly JournalEntry[] {
    this.told ??= this.entries.all();
    return this.told;
  }

  ofEffect(effectId: string): readonly JournalEntry[] {
    return this.entries.ofEffect(effectId);
  }

  /** Writes what waits, and gives the folder free. */
  async end(): Promise<void> {
    await this.flushed;
    await this.leaveFile();
    await this.lock.release();
  }

  private commit(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    for (const change of changes) this.entries.announce(change);
    this.told = undefined;
    return new Promise((resolve, reject) => {
      this.waiting.push({ changes, resolve, reject });
      if (!this.isFlushing) this.flushed = this.flush();
    });
  }

  private async flush(): Promise<void> {
    this.isFlushing = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      const changes = batch.flatMap((each) => each.changes);
      try {
        await this.write(changes);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        const failed = new DiskFailed(`the undo journal cannot be written: ${whyOf(error)}`, { cause: error });
        for (const { reject } of batch) reject(failed);
      } finally {
        for (const change of changes) this.entries.answered(change);
        this.told = undefined;
      }
    }
    // In the same turn in which nothing waited: who comes next starts the next flush.
    this.isFlushing = false;
  }

  /** INVARIANT (INV-4): what `open` tells is on the disk; entries count only once they are. */
  private async write(changes: readonly Change[]): Promise<void> {
    if (!this.lock.isHeld()) throw new Error('another process took the folder of the undo journal');
    const file = await this.writable();
    const text = changes.map(lineOf).join('');
    try {
      await file.appendFile(text);
    } catch (error) {
      // On a full disk there may be no room for a new file, but there is for the old one as it was.
      await file.truncate(this.bytes).catch(() => this.leaveFile());
      throw error;
    }
    try {
      await file.datasync();
    } catch (error) {
      // After a failed flush nobody knows what of the file is on the disk: the next one starts a new file.
      await this.leaveFile();
      throw error;
    }
    this.bytes += Buffer.byteLength(text);
    this.lines += changes.length;
    for (const change of changes) this.entries.apply(change);
    this.told = undefined;
  }

  private async leaveFile(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close().catch(() => undefined);
  }

  private async writable(): Promise<FileHandle> {
    const isLong = this.lines > FEWEST_LINES && this.lines > LINES_PER_ENTRY * this.entries.size;
    if (this.file !== undefined && !isLong) return this.file;
    try {
      return await this.startFile();
    } catch (error) {
      // No room for a shorter file: the long one goes on, if it is still the one.
      if (this.file !== undefined && (await this.file.stat()).ino === (await stat(this.path)).ino) return this.file;
      throw error;
    }
  }

  /** Writes the file anew, with what is open. */
  private async startFile(): Promise<FileHandle> {
    const text = this.entries.text();
    await replaceFile(this.path, text);
    await this.leaveFile();
    this.file = await open(this.path, 'a', PRIVATE_FILE);
    this.bytes = Buffer.byteLength(text);
    this.lines = this.entries.size;
    return this.file;
  }
}

const readIfThere = (path: string): Promise<Buffer> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });

/** Reads what is open, and brings the file to where the next line can follow. */
const takeUp = async (folder: string, onDamage: FileJournalOptions['onDamage']): Promise<Contents> => {
  const path = join(folder, FILE);
  const { values, damaged, wholeBytes } = readLines(await readIfThere(path));
  const entries = new OpenEntries();
  for (const change of values as readonly Change[]) entries.apply(change);
  if (damaged.length > 0) {
    await appendFile(join(folder, DAMAGED), `${damaged.join('\n')}\n`, { mode: PRIVATE_FILE });
    await replaceFile(path, entries.text());
    onDamage?.(damaged.length);
  }
  const bytes = damaged.length > 0 ? Buffer.byteLength(entries.text()) : wholeBytes;
  const file = await open(path, 'a', PRIVATE_FILE);
  await file.truncate(bytes);
  await file.sync();
  await syncFolder(folder);
  return { path, entries, file, bytes, lines: values.length };
};

/**
 * Opens the journal of a folder: locks the folder and reads what is open.
 *
 * @throws Error if another process has it
 */
export const openFileJournal = async ({ folder, onDamage, ...options }: FileJournalOptions): Promise<FileJournal> => {
  const lock = await lockFolder(folder, options);
  try {
    return new FileJournal(lock, await takeUp(folder, onDamage));
  } catch (error) {
    await lock.release();
    throw error;
  }
};
