import { iso } from '../../../common/iso';
import { whyOf } from '../../../common/why';
import type { StopOrder } from '../keeping/kinds/gate';
import type { Basics, LocalOrder, LocalStop } from '../ports';

interface Kept {
  readonly order: StopOrder;
  /** It was seen in the stop file: once it is not there any more, somebody lifted it by hand. */
  readonly filed: boolean;
}

const same = (one: LocalOrder, other: LocalOrder): boolean =>
  one.scope === other.scope && one.who === other.who && one.why === other.why;

/**
 * Orders to stop that only this host knows, from the moment they are taken until they are in the gate. They stop this
 * host at once, whether a session is up or not, and every heartbeat tries to publish them before it takes a permit.
 * INVARIANT (INV-6): an order leaves only when it is in the gate, when it is released, or by hand from the stop file.
 */
export class HostStop {
  private kept: readonly Kept[] = [];
  /** Orders taken here, and when, monotonic ms: acknowledgement is measured from then. */
  private readonly taken = new Map<string, number>();
  private writing = 0;
  private written: Promise<void> = Promise.resolve();

  constructor(private readonly ports: Pick<Basics, 'clock' | 'log'> & { readonly localStop: LocalStop }) {}

  /** In force for this host alone. */
  get orders(): readonly StopOrder[] {
    return this.kept.map(({ order }) => order);
  }

  /** When an order was taken here, monotonic ms; undefined if another host took it. */
  takenAt({ scope, at }: Pick<StopOrder, 'scope' | 'at'>): number | undefined {
    return this.taken.get(`${scope} ${at}`);
  }

  /** Takes an order: it is in force when this returns. Written to the disk meanwhile; `settled` says when. */
  take(given: LocalOrder): StopOrder {
    const order = this.add(given, false);
    this.write();
    return order;
  }

  /** Resolves once the disk holds what is in force. */
  settled(): Promise<void> {
    return this.written;
  }

  /** Reads the stop file, which people make and remove by hand as well. */
  look(): void {
    // What is being written is not what somebody did by hand.
    if (this.writing > 0) return;
    const found = this.ports.localStop.read();
    this.kept = this.kept.flatMap((each) => {
      const filed = found.some((order) => same(order, each.order));
      return each.filed && !filed ? [] : [{ ...each, filed }];
    });
    for (const order of found) if (!this.kept.some((each) => same(each.order, order))) this.add(order, true);
  }

  /** These are in the gate now, which holds them from here on. */
  published(orders: readonly StopOrder[]): void {
    this.drop((order) => orders.includes(order));
  }

  /** Somebody let acts of a scope start again. */
  lift(scope: string): void {
    this.drop((order) => order.scope === scope);
  }

  private add({ scope, who, why }: LocalOrder, filed: boolean): StopOrder {
    const { clock } = this.ports;
    const order = { scope, who, why, at: iso(clock.utc()), epoch: 0 };
    this.kept = [...this.kept.filter((each) => each.order.scope !== scope), { order, filed }];
    this.taken.set(`${scope} ${order.at}`, clock.monotonic());
    return order;
  }

  private drop(isDone: (order: StopOrder) => boolean): void {
    this.look();
    const before = this.kept;
    this.kept = before.filter(({ order }) => !isDone(order));
    if (this.kept.length < before.length) this.write();
  }

  /** One write at a time, each of what is in force when its turn comes. */
  private write(): void {
    this.writing += 1;
    this.written = this.written.then(async () => {
      try {
        const orders = this.orders;
        await this.ports.localStop.write(orders);
        this.kept = this.kept.map((each) => (orders.includes(each.order) ? { ...each, filed: true } : each));
      } catch (cause) {
        this.ports.log.error('the stop file could not be written; the order holds while this process runs', {
          why: whyOf(cause),
        });
      } finally {
        this.writing -= 1;
      }
    });
  }
}
