import { iso } from '../../../common/iso';
import { whyOf } from '../../../common/why';
import type { StopOrder } from '../keeping/kinds/gate';
import type { Basics, LocalOrder, LocalStop } from '../ports';

interface Kept {
  readonly order: StopOrder;
  /** It was seen in the stop file: once it is not there any more, somebody lifted it by hand. */
  readonly filed: boolean;
  /** It is in the gate, as far as this host knows: the others obey it too. */
  readonly given: boolean;
}

/** A file that does not say when its order was given may be any order with these words. */
const same = (found: LocalOrder, kept: StopOrder): boolean =>
  found.scope === kept.scope &&
  found.who === kept.who &&
  found.why === kept.why &&
  (found.at === undefined || found.at === kept.at);

/**
 * Orders to stop that were given to this host, from the moment they are taken until a session of it follows a gate that
 * holds them. They stop this host at once, whether a session is up or not. Every heartbeat tries to publish them before
 * it takes a permit; while no heartbeat gets through, `StopCourier` does.
 * INVARIANT (INV-6): an order leaves only when a session follows the gate that holds it, when it is over, or by hand
 * from the stop file.
 */
export class HostStop {
  private kept: readonly Kept[] = [];
  /** Orders taken here, and when, monotonic ms: acknowledgement is measured from then. */
  private readonly taken = new Map<string, number>();
  private writing = 0;
  private written: Promise<void> = Promise.resolve();

  constructor(private readonly ports: Pick<Basics, 'clock' | 'log'> & { readonly localStop: LocalStop }) {}

  /** In force for this host, whatever the gate says. */
  get orders(): readonly StopOrder[] {
    return this.kept.map(({ order }) => order);
  }

  /** `local`: only this host has it. `ordered`: it was given to the others. */
  stateOf(order: StopOrder): 'local' | 'ordered' {
    return this.kept.some((each) => each.order === order && each.given) ? 'ordered' : 'local';
  }

  /** When an order was taken here, monotonic ms; undefined if another host took it. */
  takenAt({ scope, at }: Pick<StopOrder, 'scope' | 'at'>): number | undefined {
    return this.taken.get(`${scope} ${at}`);
  }

  /** Takes an order: it is in force when this returns. Written to the disk meanwhile; `settled` says when. */
  take(given: LocalOrder): StopOrder {
    const order = this.add({ ...given, at: undefined }, false);
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
    for (const order of found) if (!this.kept.some((each) => same(order, each.order))) this.add(order, true);
  }

  /** These are in the gate now. They stay in force here, for no session of this host may have read it. */
  given(orders: readonly StopOrder[]): void {
    this.kept = this.kept.map((each) => (orders.includes(each.order) ? { ...each, given: true } : each));
  }

  /** These are over here: the session follows a gate that holds them, or somebody let acts of their scope go on. */
  over(orders: readonly StopOrder[]): void {
    this.drop((order) => orders.includes(order));
  }

  private add({ scope, who, why, at }: LocalOrder, filed: boolean): StopOrder {
    const { clock } = this.ports;
    const order = { scope, who, why, at: at ?? iso(clock.utc()), epoch: 0 };
    this.kept = [...this.kept.filter((each) => each.order.scope !== scope), { order, filed, given: false }];
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
