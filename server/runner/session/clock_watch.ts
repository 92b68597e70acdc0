import { StoreUnavailable, type Clock, type Log, type StateStore } from '../ports';
import { CLOCK_SKEW_MS } from './session_times';

const CHECK_MS = 60_000;
const DOUBT_MS = 2_000;
/** A first comparison that takes longer is told, ms. */
const FIRST_COMPARED_MS = 10_000;

/** Why the clock is not relied on. `not_compared`: OpenSearch has not told its time since the start. */
export type ClockDoubt = 'off' | 'not_compared';

/**
 * Watches this machine's UTC: against the node's clock every minute, and against the monotonic clock for jumps. While
 * it is more than the stated skew off nothing is started and nothing is undone by UTC (`protocol.md` section 5).
 */
export class ClockWatch {
  private readonly clock: Clock;
  private readonly log: Log;
  private readonly store: Pick<StateStore, 'nodeTime'>;
  /** Undefined until it was compared with the node: a clock that nobody compared is not relied on. */
  private offBy: number | undefined;
  /** UTC less the monotonic clock when it was last compared with the node: what it moves by since then is no time. */
  private base: number;
  private jumped = false;
  private readonly startedAt: number;

  constructor(ports: { readonly clock: Clock; readonly log: Log; readonly store: Pick<StateStore, 'nodeTime'> }) {
    this.clock = ports.clock;
    this.log = ports.log;
    this.store = ports.store;
    this.base = this.reading();
    this.startedAt = this.clock.monotonic();
  }

  /** Milliseconds that this machine is ahead of the node, as last compared. */
  get offset(): number {
    return this.offBy ?? 0;
  }

  trusted(): boolean {
    if (this.offBy === undefined) return false;
    // Several small jumps add up: what counts is how far it is from the node by now, not the last of them.
    const drift = this.reading() - this.base;
    const off = Math.abs(drift) > CLOCK_SKEW_MS || Math.abs(this.offBy + drift) > CLOCK_SKEW_MS;
    if (off && Math.abs(this.offBy) <= CLOCK_SKEW_MS && !this.jumped) {
      this.jumped = true;
      this.log.error('the clock of this machine jumped; nothing is started until it agrees with the node again', {
        by_ms: Math.round(drift),
      });
    }
    return !this.jumped && !off;
  }

  /** Why it is not relied on, for people; a first comparison that is only just under way is no trouble. */
  get doubt(): ClockDoubt | undefined {
    if (this.trusted()) return undefined;
    if (this.offBy !== undefined) return 'off';
    return this.clock.monotonic() - this.startedAt < FIRST_COMPARED_MS ? undefined : 'not_compared';
  }

  private reading(): number {
    return this.clock.utc() - this.clock.monotonic();
  }

  async run(until: () => boolean): Promise<void> {
    while (!until()) {
      await this.compare();
      await this.clock.sleep(this.trusted() ? CHECK_MS : DOUBT_MS);
    }
  }

  private async compare(): Promise<void> {
    try {
      const before = this.clock.utc();
      const node = await this.store.nodeTime();
      const after = this.clock.utc();
      this.offBy = Math.round((before + after) / 2 - node);
      this.base = this.reading();
      if (Math.abs(this.offBy) > CLOCK_SKEW_MS)
        this.log.error('the clock of this machine is off', { ahead_of_node_ms: this.offBy });
      else this.jumped = false;
    } catch (cause) {
      // Whoever gave up here would never trust the clock again.
      if (!(cause instanceof StoreUnavailable))
        this.log.error('the time of the node could not be read', { why: String(cause) });
    }
  }
}
