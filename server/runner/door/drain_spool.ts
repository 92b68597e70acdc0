import { isAway, TryLater } from '../keeping/session_lost';
import type { Spool } from '../ports';
import type { SpoolItem } from './spool_item';

const AT_ONCE = 200;

/**
 * Takes what is in the spool, oldest first, in batches. Each item is settled once, however often its batch is tried;
 * one that must come again later goes to the end, and nothing else waits for it.
 */
export class DrainSpool {
  /** Places of items that are settled and not dropped yet, because one before them is not. */
  private readonly settled = new Set<number>();

  constructor(
    private readonly spool: Spool,
    private readonly settle: (item: SpoolItem) => Promise<void>,
  ) {}

  /** @throws what kept an item from being settled, after everything before it was dropped */
  async once(): Promise<void> {
    const items = await this.spool.peek(AT_ONCE);
    const open = items.filter(({ at }) => !this.settled.has(at));
    const outcomes = await Promise.allSettled(open.map(({ at, item }) => this.take(at, item as SpoolItem)));
    await this.dropSettled(items.map(({ at }) => at));
    const failed = outcomes.find((outcome): outcome is PromiseRejectedResult => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async take(at: number, item: SpoolItem): Promise<void> {
    try {
      await this.settle(item);
    } catch (cause) {
      const comesLater = cause instanceof TryLater || (item.type === 'message' && isAway(cause));
      if (!comesLater) throw cause;
      await this.spool.append(item);
    }
    this.settled.add(at);
  }

  private async dropSettled(places: readonly number[]): Promise<void> {
    const waits = places.findIndex((at) => !this.settled.has(at));
    const through = waits < 0 ? places[places.length - 1] : places[waits - 1];
    if (through === undefined) return;
    await this.spool.dropThrough(through);
    for (const at of this.settled) if (at <= through) this.settled.delete(at);
  }
}
