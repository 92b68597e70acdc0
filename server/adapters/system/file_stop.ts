import { readFileSync } from 'fs';
import { mkdir } from 'fs/promises';
import { dirname } from 'path';
import type { LocalOrder, LocalStop } from '../../runner/ports';
import { removeFile, replaceFile } from './durable_file';

const SOMEBODY = 'somebody on this machine';

const orderOf = (found: unknown): LocalOrder | undefined => {
  const { scope = 'all', who, why } = (found ?? {}) as Partial<Record<keyof LocalOrder, unknown>>;
  return typeof who === 'string' && typeof why === 'string' && typeof scope === 'string'
    ? { scope, who, why }
    : undefined;
};

/** A file made by hand stops as well, whatever is in it. */
const ordersIn = (text: string): readonly LocalOrder[] => {
  try {
    const found = JSON.parse(text) as { readonly orders?: unknown } | null;
    const listed = Array.isArray(found?.orders) ? (found.orders as readonly unknown[]).map(orderOf) : [];
    const orders = listed.length > 0 ? listed : [orderOf(found)];
    if (orders.every((order) => order !== undefined)) return orders;
  } catch {
    // Not ours, and still an order.
  }
  return [{ scope: 'all', who: SOMEBODY, why: text.trim().slice(0, 500) || 'the stop file is there' }];
};

/**
 * The stop file: orders to stop that are not in the gate yet. `touch` gives one by hand. It is published with the next
 * heartbeat that OpenSearch answers, and the file goes then; until then `rm` lifts it. INVARIANT (INV-6, INV-13): a
 * file that cannot be read stops.
 */
export class FileStop implements LocalStop {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  read(): readonly LocalOrder[] {
    try {
      return ordersIn(readFileSync(this.path, 'utf8'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return code === 'ENOENT' ? [] : [{ scope: 'all', who: SOMEBODY, why: `the stop file cannot be read (${code})` }];
    }
  }

  async write(orders: readonly LocalOrder[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const [first] = orders;
    if (first === undefined) return removeFile(this.path);
    // What an earlier version reads of it stops everything, which is more than was ordered and never less.
    const { who, why } = first;
    const listed = orders.map((each) => ({ scope: each.scope, who: each.who, why: each.why }));
    await replaceFile(this.path, `${JSON.stringify({ who, why, orders: listed })}\n`);
  }
}
