import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { whyOf } from '../../../common/why';
import { isSameStop, type StopName, type StopOrder } from '../keeping/kinds/gate';
import type { Basics, LocalOrder, LocalStop } from '../ports';

interface Kept {
  readonly order: StopOrder;
  /** It was seen in the stop file: once it is not there any more, somebody lifted it by hand. */
  readonly filed: boolean;
  /** It is in the gate, as far as this host knows: the others obey it too. */
  readonly given: boolean;
  /** It stands for a stop file that cannot be read. */
  readonly unread: boolean;
  /** The gate had it, and the stop file that it stands for is still there: it holds here, and is not given again. */
  readonly stays: boolean;
}

/** What is wrong with the stop file. `unwritten`: it does not hold an order that is in force here. */
export interface StopFileFault {
  readonly kind: 'stays_unread' | 'stays' | 'unwritten';
  readonly why: string;
}

/** A file that does not say when its order was given may be any order with these words; an unread one, any at all. */
const same = (found: LocalOrder, { order, unread }: Kept): boolean =>
  found.unread === true || unread
    ? found.unread === true && unread
    : found.scope === order.scope &&
      found.who === order.who &&
      found.why === order.why &&
      (found.at === undefined || found.at === order.at);

/**
 * Orders to stop that were given to this host, from the moment they are taken until a session of it follows a gate that
 * holds them. They stop this host at once, whether a session is up or not. Every heartbeat tries to publish them before
 * it takes a permit; while no heartbeat gets through, `StopCourier` does.
 * INVARIANT (INV-6): an order leaves only when a session follows the gate that holds it, when it is over, or by hand
 * from the stop file. One that nobody could read leaves only with its file: it may say something else by now.
 */
export class HostStop {
  private kept: readonly Kept[] = [];
  /** Orders that are over though the stop file, which cannot be changed, goes on naming them. */
  private past: readonly StopName[] = [];
  /** Why the stop file could not be written the last time. */
  private failure: string | undefined;
  /** Orders taken here, and when, monotonic ms: acknowledgement is measured from then. */
  private readonly taken = new Map<string, number>();
  private writing = 0;
  private written: Promise<void> = Promise.resolve();

  constructor(private readonly ports: Pick<Basics, 'clock' | 'log'> & { readonly localStop: LocalStop }) {}

  /** In force for this host, whatever the gate says. */
  get orders(): readonly StopOrder[] {
    return this.kept.map(({ order }) => order);
  }

  /** Those of them that the gate is to hold. */
  get toGive(): readonly StopOrder[] {
    return this.kept.filter(({ stays }) => !stays).map(({ order }) => order);
  }

  /** What a person has to mend at the stop file. */
  get fault(): StopFileFault | undefined {
    const { failure: why, kept, past } = this;
    if (why === undefined) return undefined;
    if (kept.some(({ stays }) => stays)) return { kind: 'stays_unread', why };
    if (kept.some(({ filed }) => !filed)) return { kind: 'unwritten', why };
    return past.length > 0 ? { kind: 'stays', why } : undefined;
  }

  /** `local`: only this host has it. `ordered`: it was given to the others. */
  stateOf(order: StopOrder): 'local' | 'ordered' {
    return this.kept.some((each) => each.order === order && each.given && !each.stays) ? 'ordered' : 'local';
  }

  /** Whether an order holds here, and only here, because its stop file can be neither read nor removed. */
  stays(order: StopOrder): boolean {
    return this.kept.some((each) => each.order === order && each.stays);
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
      const filed = found.some((order) => same(order, each));
      return each.filed && !filed ? [] : [{ ...each, filed }];
    });
    const isNamed = ({ scope, who, at }: StopName): boolean =>
      found.some((order) => order.at !== undefined && isSameStop({ scope, who, at }, { ...order, at: order.at }));
    this.past = this.past.filter(isNamed);
    for (const order of found)
      if (!this.isPast(order) && !this.kept.some((each) => same(order, each))) this.add(order, true);
  }

  private isPast({ at, unread, ...order }: LocalOrder): boolean {
    return unread !== true && at !== undefined && this.past.some((each) => isSameStop(each, { ...order, at }));
  }

  /** These are in the gate now. They stay in force here, for no session of this host may have read it. */
  given(orders: readonly StopOrder[]): void {
    this.kept = this.kept.map((each) => (orders.includes(each.order) ? { ...each, given: true } : each));
  }

  /** These are over here: the session follows a gate that holds them, or somebody let acts of their scope go on. */
  over(orders: readonly StopOrder[]): void {
    this.drop((order) => orders.includes(order));
  }

  private add({ scope, who, why, lasts_ms, at, unread = false }: LocalOrder, filed: boolean): StopOrder {
    const { clock } = this.ports;
    const before = this.orders.filter((each) => each.scope === scope);
    // INVARIANT (INV-6): a pause takes the place of no order that has no end, nor of a longer pause.
    const endless = before.find((each) => each.lasts_ms === undefined);
    if (lasts_ms !== undefined && endless !== undefined) return endless;
    const lasts = lasts_ms && Math.max(lasts_ms, ...before.map((each) => each.lasts_ms ?? 0));
    const order = { scope, who, why, at: at ?? iso(clock.utc()), epoch: 0, ...present({ lasts_ms: lasts }) };
    const others = this.kept.filter((each) => each.order.scope !== scope || each.unread !== unread);
    this.kept = [...others, { order, filed, given: false, unread, stays: false }];
    this.taken.set(`${scope} ${order.at}`, clock.monotonic());
    return order;
  }

  private drop(isDone: (order: StopOrder) => boolean): void {
    this.look();
    const done = this.kept.filter(({ order }) => isDone(order));
    if (done.length === 0) return;
    this.past = [...this.past, ...done.flatMap(({ order, filed }) => (filed ? [order] : []))];
    this.kept = this.kept.flatMap((each) => {
      if (!done.includes(each)) return [each];
      // What it says is not known: it holds until the file is gone.
      return each.unread ? [{ ...each, stays: true }] : [];
    });
    this.write();
  }

  /** One write at a time, each of what is in force when its turn comes. */
  private write(): void {
    this.writing += 1;
    this.written = this.written.then(async () => {
      try {
        const orders = this.toGive;
        await this.ports.localStop.write(orders);
        this.failure = undefined;
        this.kept = this.kept.flatMap((each) => {
          if (orders.includes(each.order)) return [{ ...each, filed: true, unread: false }];
          return each.stays ? [] : [each];
        });
      } catch (cause) {
        this.failure = whyOf(cause);
        this.ports.log.error('the stop file could not be written; what is in force holds while this process runs', {
          why: this.failure,
        });
      } finally {
        this.writing -= 1;
      }
    });
  }
}
