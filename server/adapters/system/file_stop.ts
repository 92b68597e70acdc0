import { readFileSync } from 'fs';
import { mkdir } from 'fs/promises';
import { dirname } from 'path';
import type { LocalStop } from '../../runner/ports';
import { removeFile, replaceFile } from './durable_file';

type Order = NonNullable<ReturnType<LocalStop['read']>>;

const SOMEBODY = 'somebody on this machine';

/** A file made by hand stops as well, whatever is in it. */
const orderOf = (text: string): Order => {
  try {
    const { who, why } = JSON.parse(text) as Partial<Record<keyof Order, unknown>>;
    if (typeof who === 'string' && typeof why === 'string') return { who, why };
  } catch {
    // Not ours, and still an order.
  }
  return { who: SOMEBODY, why: text.trim().slice(0, 500) || 'the stop file is there' };
};

/**
 * The stop file. `touch` and `rm` are enough to give and to lift the order by hand. INVARIANT (INV-6, INV-13): a file
 * that cannot be read stops.
 */
export class FileStop implements LocalStop {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  read(): Order | undefined {
    try {
      return orderOf(readFileSync(this.path, 'utf8'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? undefined : { who: SOMEBODY, why: `the stop file cannot be read (${code})` };
    }
  }

  async write(order: Order | undefined): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    if (order === undefined) await removeFile(this.path);
    else await replaceFile(this.path, `${JSON.stringify({ who: order.who, why: order.why })}\n`);
  }
}
