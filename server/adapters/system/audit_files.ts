import { mkdir, readFile } from 'fs/promises';
import { createHash } from 'crypto';
import { join } from 'path';
import { whyOf } from '../../../common/why';
import {
  DiskFailed,
  type AuditDisk,
  type BegunChain,
  type AnchoredCheckpoint,
  type KeptLeaf,
} from '../../runner/ports';
import { replaceFile } from './durable_file';
import { NumberedLines } from './numbered_lines';

/*
 * What an agent keeps of its audit: `log.json` (which log, and which chains were begun), and for each log a folder with
 * its checkpoints, one a line, and its leaves, one a line.
 */

interface Noted {
  readonly origin: string;
  readonly begun: readonly BegunChain[];
}

interface Lines {
  readonly checkpoints: NumberedLines;
  readonly leaves: NumberedLines;
}

const LARGEST_CHECKPOINTS = 16 * 1024 * 1024;
const LARGEST_LEAVES = 64 * 1024 * 1024;

const leafLine = ({ hash, family, at, id }: KeptLeaf): string => JSON.stringify([hash, family, at, id]);

const leafIn = (line: string): KeptLeaf => {
  const [hash, family, at, id] = JSON.parse(line) as [string, KeptLeaf['family'], string, string];
  return { hash, family, at, id };
};

const failed = (cause: unknown): never => {
  throw new DiskFailed(`the audit cannot be written: ${whyOf(cause)}`, { cause });
};

export class FileAudit implements AuditDisk {
  private readonly logs = new Map<string, Lines>();
  private readonly counts = new Map<string, number>();

  /** Use `openFileAudit`. */
  constructor(
    private readonly folder: string,
    private noted: Noted | undefined,
  ) {}

  origin(): string | undefined {
    return this.noted?.origin;
  }

  begun(): readonly BegunChain[] {
    return this.noted?.begun ?? [];
  }

  async note(noted: Noted): Promise<void> {
    await replaceFile(join(this.folder, 'log.json'), `${JSON.stringify(noted, undefined, 2)}\n`).catch(failed);
    this.noted = noted;
  }

  async last(origin: string): Promise<AnchoredCheckpoint | undefined> {
    const found = await this.of(origin).checkpoints.last();
    this.counts.set(origin, (found?.number ?? -1) + 1);
    return found === undefined ? undefined : (JSON.parse(found.line) as AnchoredCheckpoint);
  }

  async keep(checkpoint: AnchoredCheckpoint, leaves: readonly KeptLeaf[]): Promise<void> {
    const { origin, size } = checkpoint;
    const lines = this.of(origin);
    if (!this.counts.has(origin)) await this.last(origin);
    const count = this.counts.get(origin) ?? 0;
    try {
      await lines.leaves.append(size - leaves.length, leaves.map(leafLine));
      await lines.checkpoints.append(count, [JSON.stringify(checkpoint)]);
    } catch (cause) {
      failed(cause);
    }
    this.counts.set(origin, count + 1);
  }

  async *checkpoints(): AsyncIterable<AnchoredCheckpoint> {
    if (this.noted === undefined) return;
    for await (const [, line] of this.of(this.noted.origin).checkpoints.read(0, Infinity))
      yield JSON.parse(line) as AnchoredCheckpoint;
  }

  async *leaves(origin: string, from: number, to: number): AsyncIterable<KeptLeaf> {
    for await (const [, line] of this.of(origin).leaves.read(from, to)) yield leafIn(line);
  }

  async end(): Promise<void> {
    for (const { checkpoints, leaves } of this.logs.values()) await Promise.all([checkpoints.close(), leaves.close()]);
  }

  private of(origin: string): Lines {
    const known = this.logs.get(origin);
    if (known !== undefined) return known;
    const folder = join(this.folder, createHash('sha256').update(origin).digest('hex').slice(0, 16));
    const made = {
      checkpoints: new NumberedLines(join(folder, 'checkpoints'), LARGEST_CHECKPOINTS),
      leaves: new NumberedLines(join(folder, 'leaves'), LARGEST_LEAVES),
    };
    this.logs.set(origin, made);
    return made;
  }
}

const readNoted = async (path: string): Promise<Noted | undefined> => {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Noted);
  } catch {
    throw new Error(`the file \`${path}\` is damaged; restore it, or remove it to begin another log`);
  }
};

/**
 * Opens what an agent keeps of its audit; a missing folder is an empty one.
 *
 * @throws Error if it is there and cannot be understood
 */
export const openFileAudit = async (folder: string): Promise<FileAudit> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return new FileAudit(folder, await readNoted(join(folder, 'log.json')));
};
