import { mkdir, readFile } from 'fs/promises';
import { dirname } from 'path';
import { whyOf } from '../../../common/why';
import { DiskFailed, type LocalMemory } from '../../runner/ports';
import { replaceFile } from './durable_file';

const parse = (path: string, text: string): Map<string, string> => {
  try {
    const values = Object.entries(JSON.parse(text) as Record<string, unknown>);
    if (values.every((each): each is [string, string] => typeof each[1] === 'string')) return new Map(values);
  } catch {
    // Answered below, together with values that are none.
  }
  // INVARIANT (INV-9): forgetting would let an older bundle, or another state index, be taken for good.
  throw new Error(`the file \`${path}\` is damaged; restore it, or remove it to start without a memory`);
};

/** A small JSON file, replaced as a whole by each write. */
class FileMemory implements LocalMemory {
  private readonly path: string;
  private readonly values: Map<string, string>;
  private last: Promise<void> = Promise.resolve();

  /** Use `openFileMemory`. */
  constructor(path: string, values: Map<string, string>) {
    this.path = path;
    this.values = values;
  }

  read(key: string): string | undefined {
    return this.values.get(key);
  }

  write(key: string, value: string): Promise<void> {
    const written = this.last.then(async () => {
      const next = new Map(this.values).set(key, value);
      const text = `${JSON.stringify(Object.fromEntries(next), undefined, 2)}\n`;
      await replaceFile(this.path, text).catch((cause: unknown) => {
        throw new DiskFailed(`the memory of this agent cannot be written: ${whyOf(cause)}`, { cause });
      });
      this.values.set(key, value);
    });
    this.last = written.catch(() => undefined);
    return written;
  }
}

/**
 * Opens the memory; a missing file is an empty one.
 *
 * @throws Error if the file is there and cannot be understood
 */
export const openFileMemory = async (path: string): Promise<FileMemory> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  return new FileMemory(path, parse(path, text));
};
