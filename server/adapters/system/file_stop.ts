import { readFileSync, statSync } from 'fs';
import { mkdir } from 'fs/promises';
import { dirname } from 'path';
import { iso } from '../../../common/iso';
import { LONGEST_PAUSE_MS } from '../../../common/flow/stop_scope';
import { present } from '../../../common/present';
import type { LocalOrder, LocalStop } from '../../runner/ports';
import { removeFile, replaceFile } from './durable_file';

const SOMEBODY = 'somebody on this machine';

const isMoment = (found: unknown): found is string => typeof found === 'string' && !Number.isNaN(Date.parse(found));

/** How long a pause lasts, ms. Whatever else a file says has no end: less than that was not ordered. */
const lengthOf = (found: unknown): number | undefined =>
  typeof found === 'number' && found > 0 && found <= LONGEST_PAUSE_MS ? found : undefined;

/** @param made when the file was put where it is: what it holds was ordered then, unless it says so itself */
const orderOf = (found: unknown, made: string): LocalOrder | undefined => {
  const { scope = 'all', who, why, lasts_ms, at } = (found ?? {}) as Partial<Record<keyof LocalOrder, unknown>>;
  return typeof who === 'string' && typeof why === 'string' && typeof scope === 'string'
    ? { scope, who, why, at: isMoment(at) ? at : made, ...present({ lasts_ms: lengthOf(lasts_ms) }) }
    : undefined;
};

/** A file made by hand stops as well, whatever is in it. */
const ordersIn = (text: string, made: string): readonly LocalOrder[] => {
  try {
    const found = JSON.parse(text) as { readonly orders?: unknown } | null;
    const listed = Array.isArray(found?.orders) ? (found.orders as readonly unknown[]) : [];
    const orders = (listed.length > 0 ? listed : [found]).map((each) => orderOf(each, made));
    if (orders.every((order) => order !== undefined)) return orders;
  } catch {
    // Not ours, and still an order.
  }
  return [{ scope: 'all', who: SOMEBODY, why: text.trim().slice(0, 500) || 'the stop file is there', at: made }];
};

/**
 * When a file was put where it is. Not when its text was written: a prepared file that is moved or copied here again is
 * another order each time.
 */
const madeAt = (path: string): string => iso(statSync(path).ctimeMs);

/** When a file that cannot be read was put there; undefined where that cannot be asked either. */
const madeAtIfKnown = (path: string): string | undefined => {
  try {
    return madeAt(path);
  } catch {
    return undefined;
  }
};

/**
 * The stop file: orders to stop that this host has not read in the gate yet. `touch` gives one by hand. It is given to
 * the others as soon as OpenSearch takes it, and goes once this host has joined them; until it is given `rm` lifts it.
 * INVARIANT (INV-6, INV-13): a file that cannot be read stops.
 */
export class FileStop implements LocalStop {
  private readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  read(): readonly LocalOrder[] {
    try {
      // Asked several times a second, and nearly always there is none: an error for that costs the most.
      if (statSync(this.path, { throwIfNoEntry: false }) === undefined) return [];
      return ordersIn(readFileSync(this.path, 'utf8'), madeAt(this.path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return [];
      const why = `the stop file cannot be read (${code})`;
      return [{ scope: 'all', who: SOMEBODY, why, at: madeAtIfKnown(this.path), unread: true }];
    }
  }

  async write(orders: readonly LocalOrder[]): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
    const [first] = orders;
    if (first === undefined) return removeFile(this.path);
    // What an earlier version reads of it stops everything, which is more than was ordered and never less.
    const { who, why } = first;
    const listed = orders.map((each) => ({
      scope: each.scope,
      who: each.who,
      why: each.why,
      ...present({ lasts_ms: each.lasts_ms }),
      at: each.at,
    }));
    await replaceFile(this.path, `${JSON.stringify({ who, why, orders: listed })}\n`);
  }
}
