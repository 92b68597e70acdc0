import { StoreUnavailable, type Clock, type Log, type StateStore } from './ports';
import { CLOCK_SKEW_MS } from './shift_parts';

const CHECK_MS = 60_000;
const DOUBT_MS = 2_000;

/**
 * Watches this machine's UTC: against the node's clock every minute, and against the monotonic clock for jumps. While
 * it is more than the stated skew off nothing is started and nothing is undone by UTC (`protocol.md` section 5).
 */
export class ClockWatch {
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly store: Pick<StateStore, 'nodeTime'>;
  private offBy = 0;
  private lastUtc: number;
  private lastMonotonic: number;
  private jumped = false;

  constructor(ports: { readonly clock: Clock; readonly log: Log; readonly store: Pick<StateStore, 'nodeTime'> }) {
    this.clock = ports.clock;
    this.log = ports.log;
    this.store = ports.store;
    this.lastUtc = ports.clock.utc();
    this.lastMonotonic = ports.clock.monotonic();
  }

  /** Milliseconds that this machine is ahead of the node, as last compared. */
  get offset(): number {
    return this.offBy;
  }

  trusted(): boolean {
    const utc = this.clock.utc();
    const monotonic = this.clock.monotonic();
    const drift = utc - this.lastUtc - (monotonic - this.lastMonotonic);
    if (Math.abs(drift) > CLOCK_SKEW_MS && !this.jumped) {
      this.jumped = true;
      this.log.error('the clock of this machine jumped; nothing is started until it agrees with the node again', {
        by_ms: Math.round(drift),
      });
    }
    this.lastUtc = utc;
    this.lastMonotonic = monotonic;
    return !this.jumped && Math.abs(this.offBy) <= CLOCK_SKEW_MS;
  }

  async run(until: () => boolean): Promise<void> {
    while (!until()) {
      await this.compare();
      await this.clock.sleep(this.jumped || Math.abs(this.offBy) > CLOCK_SKEW_MS ? DOUBT_MS : CHECK_MS);
    }
  }

  private async compare(): Promise<void> {
    try {
      const before = this.clock.utc();
      const node = await this.store.nodeTime();
      const after = this.clock.utc();
      this.offBy = Math.round((before + after) / 2 - node);
      if (Math.abs(this.offBy) > CLOCK_SKEW_MS)
        this.log.error('the clock of this machine is off', { ahead_of_node_ms: this.offBy });
      else this.jumped = false;
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
  }
}
