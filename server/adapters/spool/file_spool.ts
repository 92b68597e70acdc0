import { whyOf } from '../../../common/why';
import { existsSync } from 'fs';
import { rm, type FileHandle } from 'fs/promises';
import { SpoolRefused, type Spool } from '../../runner/ports';
import { encodeRecord } from './record';
import {
  readItems,
  readSpool,
  startSegment,
  syncFolder,
  writeDropped,
  type Segment,
  type SpoolContents,
  type SpoolDamage,
} from './segment';

/*
 * Accepted input on the local disk while OpenSearch is away: records appended to files, each flushed before it is
 * acknowledged, many with one flush. An item may come again after a crash; it is never lost. One process at a time:
 * whoever opens it holds the lock of the agent's data folder.
 */

interface FileSpoolOptions {
  readonly folder: string;
  /** True if the operator says that the folder outlives this process, its container and a reboot. */
  readonly persistent: boolean;
  /** Most bytes on the disk; default 256 MiB. */
  readonly maxBytes?: number;
  /** A file is closed once it has so many bytes; default 8 MiB. */
  readonly segmentBytes?: number;
  readonly onDamage?: (damage: SpoolDamage) => void;
}

const MIB = 1_048_576;

interface Waiting {
  readonly record: Buffer;
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (error: SpoolRefused) => void;
}

export class FileSpool implements Spool {
  private readonly folder: string;
  private readonly maxBytes: number;
  private readonly segmentBytes: number;
  private readonly onDamage: (damage: SpoolDamage) => void;
  private readonly segments: Segment[];
  private dropped: number;
  private highest: number;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private active: { readonly segment: Segment; readonly file: FileHandle } | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** Use `openFileSpool`. */
  constructor(options: FileSpoolOptions, { segments, dropped, highest }: SpoolContents) {
    this.folder = options.folder;
    this.maxBytes = options.maxBytes ?? 256 * MIB;
    this.segmentBytes = options.segmentBytes ?? 8 * MIB;
    this.onDamage = options.onDamage ?? (() => undefined);
    this.segments = segments;
    this.dropped = dropped;
    this.highest = highest;
  }

  append(item: unknown): Promise<void> {
    const at = this.highest + 1;
    const record = encodeRecord(at, JSON.stringify(item));
    if (this.bytes + record.length > this.maxBytes)
      return Promise.reject(new SpoolRefused(`the spool is full: it may have ${this.maxBytes} bytes`, 'full'));
    this.highest = at;
    this.waitingBytes += record.length;
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, at, resolve, reject });
      if (this.waiting.length === 1) void this.inTurn(() => this.flush());
    });
  }

  peek(most: number): ReturnType<Spool['peek']> {
    return this.inTurn(async () => {
      const items: Array<{ at: number; item: unknown }> = [];
      for (const segment of this.segments) {
        const wanted = segment.records.slice(0, Math.max(0, most - items.length));
        if (wanted.length === 0) continue;
        const found = await readItems(segment, wanted, this.onDamage);
        const lost = new Set(wanted.map(({ at }) => at));
        for (const { at } of found) lost.delete(at);
        segment.records = segment.records.filter(({ at }) => !lost.has(at));
        items.push(...found);
      }
      return items;
    });
  }

  dropThrough(at: number): Promise<void> {
    return this.inTurn(async () => {
      const newest = Math.max(...this.segments.map(({ records }) => records[records.length - 1]?.at ?? 0), 0);
      const through = Math.min(at, newest);
      if (through <= this.dropped) return;
      this.dropped = through;
      for (const segment of this.segments) {
        if ((segment.records[0]?.at ?? 0) > through) break;
        segment.records = segment.records.filter((record) => record.at > through);
      }
      // On a full disk nothing can be remembered before something was removed. What is not remembered comes again.
      const isRemembered = await this.rememberDropped();
      await this.removeEmpty();
      if (!isRemembered) await this.rememberDropped();
    });
  }

  size(): number {
    return this.segments.reduce((sum, { records }) => sum + records.length, 0);
  }

  /** Finishes what was asked for and closes the file. */
  async end(): Promise<void> {
    await this.inTurn(async () => {
      await this.active?.file.close();
      this.active = undefined;
    });
  }

  private get bytes(): number {
    return this.segments.reduce((sum, segment) => sum + segment.bytes, this.waitingBytes);
  }

  /** One thing at a time: appending, reading and dropping change the same files. */
  private inTurn<Value>(act: () => Promise<Value>): Promise<Value> {
    const done = this.last.then(act);
    this.last = done.catch(() => undefined);
    return done;
  }

  private rememberDropped(): Promise<boolean> {
    return writeDropped(this.folder, this.dropped).then(
      () => true,
      () => false,
    );
  }

  private async flush(): Promise<void> {
    const batch = this.waiting;
    const bytes = batch.reduce((sum, { record }) => sum + record.length, 0);
    this.waiting = [];
    try {
      const { segment, file } = await this.writable(batch[0]?.at ?? 0);
      await file.appendFile(Buffer.concat(batch.map(({ record }) => record)));
      await file.datasync();
      for (const { at, record } of batch) {
        segment.records.push({ at, offset: segment.bytes, length: record.length });
        segment.bytes += record.length;
      }
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      await this.abandonFile();
      const why = whyOf(cause);
      const refused = new SpoolRefused(`the spool cannot be written: ${why}`, 'disk_failed', { cause });
      for (const { reject } of batch) reject(refused);
    } finally {
      this.waitingBytes -= bytes;
    }
  }

  private async writable(first: number): Promise<{ readonly segment: Segment; readonly file: FileHandle }> {
    if (this.active !== undefined && this.active.segment.bytes < this.segmentBytes) return this.active;
    await this.active?.file.close();
    this.active = undefined;
    const [segment, file] = await startSegment(this.folder, first);
    this.segments.push(segment);
    this.active = { segment, file };
    return this.active;
  }

  /**
   * After a failed write nobody knows what of it is on the disk: it is cut off as well as can be, and the next one
   * goes into a new file.
   */
  private async abandonFile(): Promise<void> {
    const { active } = this;
    this.active = undefined;
    if (active === undefined) return;
    await active.file.truncate(active.segment.bytes).catch(() => undefined);
    await active.file.close().catch(() => undefined);
    await this.removeEmpty().catch(() => undefined);
  }

  private async removeEmpty(): Promise<void> {
    const empty = this.segments.filter(({ records }) => records.length === 0);
    for (const segment of empty) {
      if (this.active?.segment === segment) {
        await this.active.file.close();
        this.active = undefined;
      }
      await rm(segment.path, { force: true });
      this.segments.splice(this.segments.indexOf(segment), 1);
    }
    if (empty.length > 0) await syncFolder(this.folder);
  }
}

const NOT_PERSISTENT = 'the folder of the spool is not declared persistent';

/** Keeps nothing: what cannot be written to OpenSearch must be sent again by whoever sent it. */
const refusingSpool: Spool & { readonly end: () => Promise<void> } = {
  append: () => Promise.reject(new SpoolRefused(NOT_PERSISTENT, 'not_persistent')),
  peek: () => Promise.resolve([]),
  dropThrough: () => Promise.resolve(),
  size: () => 0,
  end: () => Promise.resolve(),
};

/** Opens the spool of a folder with what an earlier process left in it. */
export const openFileSpool = async (
  options: FileSpoolOptions,
): Promise<Spool & { readonly end: () => Promise<void> }> => {
  if (!options.persistent && !existsSync(options.folder)) return refusingSpool;
  const spool = new FileSpool(options, await readSpool(options.folder, options.onDamage ?? (() => undefined)));
  if (options.persistent) return spool;
  // What was left there while the folder counted as persistent is still taken; nothing is added.
  return {
    ...refusingSpool,
    peek: (most) => spool.peek(most),
    dropThrough: (at) => spool.dropThrough(at),
    size: () => spool.size(),
    end: () => spool.end(),
  };
};
