import type { BrokerHooks, BrokerRecord, Clock } from '../../runner/ports';

/** What becomes of one message: done with, or given back to the queue. */
export type Ending = 'ack' | 'requeue';

interface HeldLineOptions {
  readonly partition: string;
  readonly take: BrokerHooks['take'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** A message that could not be taken for so long is given back, ms. */
  readonly holdMs: number;
  /** Most messages offered at a time. */
  readonly most: number;
}

interface Held {
  readonly record: BrokerRecord;
  readonly since: number;
  readonly end: (ending: Ending) => void;
}

/**
 * The messages of one queue that were delivered and not answered yet, in their order. While nothing can be made durable
 * they are held here, not given back at once: each return counts as a delivery, and a queue gives up on a message after
 * some. What is delivered is bounded by the prefetch.
 */
export class HeldLine {
  private readonly held: Held[] = [];
  private working = false;
  private lives = new AbortController();

  constructor(private readonly options: HeldLineOptions) {
    // Once, and not for each pause: a signal keeps all its listeners until it is aborted.
    options.signal.addEventListener('abort', () => this.lives.abort(), { once: true });
  }

  /** Resolves with what becomes of the message. */
  offer(record: BrokerRecord): Promise<Ending> {
    const { clock } = this.options;
    const ending = new Promise<Ending>((end) => this.held.push({ record, since: clock.monotonic(), end }));
    if (!this.working) void this.work();
    return ending;
  }

  /** The channel is gone, and with it the right to answer: the broker delivers all of them again. */
  giveBack(): void {
    for (const { end } of this.held.splice(0)) end('requeue');
    this.lives.abort();
    this.lives = new AbortController();
  }

  private async work(): Promise<void> {
    const { partition, take, clock, most } = this.options;
    this.working = true;
    // What arrives in the same turn is taken together.
    await Promise.resolve();
    while (this.held.length > 0) {
      const offered = this.held.slice(0, most);
      const { durable, retryAfterMs } = await take({ partition, records: offered.map(({ record }) => record) });
      for (const { end } of offered.slice(0, durable)) end('ack');
      this.forget(offered.slice(0, durable));
      if (durable === offered.length) continue;
      this.giveBackOverdue();
      if (this.held.length > 0) await clock.sleep(retryAfterMs, this.lives.signal);
    }
    this.working = false;
  }

  private giveBackOverdue(): void {
    const { clock, holdMs, signal } = this.options;
    const now = clock.monotonic();
    const overdue = this.held.filter(({ since }) => signal.aborted || now - since > holdMs);
    for (const { end } of overdue) end('requeue');
    this.forget(overdue);
  }

  private forget(gone: readonly Held[]): void {
    for (const each of gone) {
      const at = this.held.indexOf(each);
      if (at >= 0) this.held.splice(at, 1);
    }
  }
}
