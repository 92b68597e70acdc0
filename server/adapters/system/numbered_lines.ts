import { createReadStream } from 'fs';
import { mkdir, open, readdir, readFile, truncate, type FileHandle } from 'fs/promises';
import { join } from 'path';
import { createInterface } from 'readline';
import { PRIVATE_FILE, syncFolder } from './durable_file';

/*
 * Lines that are numbered from 0 and only appended, in files that are named after the number of their first line. The
 * oldest files may be moved away; what is left keeps its numbers.
 */

const DIGITS = 12;
const NEWLINE = 0x0a;

interface Part {
  readonly file: string;
  readonly first: number;
}

const linesIn = (content: Buffer): number => {
  let count = 0;
  for (let at = content.indexOf(NEWLINE); at >= 0; at = content.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
};

/** Bytes of the first so many lines. */
const bytesOf = (content: Buffer, lines: number): number => {
  let at = 0;
  for (let count = 0; count < lines; count += 1) at = content.indexOf(NEWLINE, at) + 1;
  return at;
};

export class NumberedLines {
  private file: FileHandle | undefined;
  private bytes = 0;

  /** @param largest a file that is larger, bytes, is followed by a new one */
  constructor(
    private readonly folder: string,
    private readonly largest: number,
  ) {}

  /**
   * Appends lines from a number on; lines from there on that were appended before are dropped first. Durable when it
   * returns.
   */
  async append(from: number, lines: readonly string[]): Promise<void> {
    if (this.file === undefined) await this.takeUp(from);
    if (this.file === undefined || this.bytes > this.largest) await this.begin(from);
    const text = lines.map((line) => `${line}\n`).join('');
    try {
      await this.file?.appendFile(text);
      await this.file?.datasync();
      this.bytes += Buffer.byteLength(text);
    } catch (error) {
      // Nobody knows what of it is on the disk: the next append looks, and drops what is too much.
      await this.close();
      throw error;
    }
  }

  /** Lines from a number up to, without, another, as far as they are there. A line that was never finished is none. */
  async *read(from: number, to: number): AsyncIterable<readonly [number: number, line: string]> {
    const parts = await this.parts();
    for (const [index, { file, first }] of parts.entries()) {
      const next = parts[index + 1]?.first ?? Infinity;
      if (next <= from || first >= to) continue;
      let number = first;
      for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
        if (number >= from && number < to) yield [number, line];
        number += 1;
        if (number >= Math.min(to, next)) break;
      }
    }
  }

  /** The last line that was finished. */
  async last(): Promise<{ readonly number: number; readonly line: string } | undefined> {
    for (const { file, first } of [...(await this.parts())].reverse()) {
      const content = await readFile(file);
      const lines = linesIn(content);
      if (lines === 0) continue;
      const whole = content.toString('utf8', 0, bytesOf(content, lines));
      return { number: first + lines - 1, line: whole.slice(whole.lastIndexOf('\n', whole.length - 2) + 1, -1) };
    }
    return undefined;
  }

  async close(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    await file?.close().catch(() => undefined);
  }

  private async parts(): Promise<readonly Part[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => /^\d{12}\.log$/.test(name))
      .sort()
      .map((name) => ({ file: join(this.folder, name), first: Number(name.slice(0, DIGITS)) }));
  }

  /** Brings the newest file to where line `from` can follow. */
  private async takeUp(from: number): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const before = (await this.parts()).filter(({ first }) => first <= from);
    const part = before[before.length - 1];
    if (part === undefined) return;
    const content = await readFile(part.file);
    const lines = from - part.first;
    // A gap begins a file of its own.
    if (linesIn(content) < lines) return;
    this.bytes = bytesOf(content, lines);
    await truncate(part.file, this.bytes);
    this.file = await open(part.file, 'a', PRIVATE_FILE);
  }

  private async begin(from: number): Promise<void> {
    await this.close();
    const file = join(this.folder, `${String(from).padStart(DIGITS, '0')}.log`);
    this.file = await open(file, 'a', PRIVATE_FILE);
    this.bytes = 0;
    await this.file.truncate(0);
    await syncFolder(this.folder);
  }
}
