import type { Clock, Log, StateStore } from '../ports';
import { CLOCK_SKEW_MS } from './session_times';
import { sayFailed } from '../keeping/in_background';

const CHECK_MS = 60_000;
const DOUBT_MS = 2_000;
/** A first comparison that takes longer is told, ms. */
const FIRST_COMPARED_MS = 10_000;

/** Why the clock is not relied on. `not_compared`: OpenSearch has not told its time since the start. */
export type ClockDoubt = 'off' | 'not_compared';
/** A node that disagrees with what the agents last agreed on is believed after it has stood by it for so long, ms. */
const NODE_ALONE_MS = 5 * 60_000;
/** Two clocks, each within the skew of the node. */
const GATE_SKEW_MS = 2 * CLOCK_SKEW_MS;
/** Durations of two machines differ by 1 % at most. */
const DRIFT = 0.01;

/** A time that an agent wrote into the gate, as this agent first saw it. */
interface GateTime {
  readonly utc: number;
  /** Monotonic ms. */
  readonly at: number;
  /** It was written at most so long before, ms. */
  readonly staleMs: number;
}

/**
 * Watches this machine's UTC: against the node's clock every minute, against the monotonic clock for jumps, and
 * against what the agents last wrote into the gate. While it is more than the stated skew off nothing is started and
 * nothing is undone by UTC (`protocol.md` section 5; `docs/decisions/017-stop-and-limits.md`).
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
  private gateTime: GateTime | undefined;
  /**
   * The last value in the gate, and when it was last read, monotonic ms. It may have been there since that read was
   * sent, after the one before was answered: a process that froze in between reads on as if nothing had been.
   */
  private lastRead:
    { readonly utc: string | undefined; readonly at: number; readonly sentAfter: number | undefined } | undefined;
  private nodeAloneSince: number | undefined;

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
    return !this.jumped && !off && !this.differsFromGate();
  }

  /** What the gate says at this moment. */
  noteGate(utc: string | undefined): void {
    const at = this.clock.monotonic();
    const before = this.lastRead;
    this.lastRead = { utc, at, sentAfter: before?.at };
    if (utc === undefined || utc === before?.utc) return;
    // Where the state was put back its time is an earlier one, and nobody knows when it was written.
    const isEarlier = before?.utc !== undefined && Date.parse(utc) < Date.parse(before.utc) - GATE_SKEW_MS;
    const staleMs = before?.sentAfter === undefined || isEarlier ? Infinity : at - before.sentAfter;
    this.gateTime = { utc: Date.parse(utc), at, staleMs };
  }

  /** True if this machine is behind what an agent wrote, or ahead of it by more than has passed since. */
  private differsFromGate(): boolean {
    if (this.gateTime === undefined) return false;
    const { utc, at, staleMs } = this.gateTime;
    const passed = this.clock.monotonic() - at;
    const ahead = this.clock.utc() - utc;
    return ahead < passed * (1 - DRIFT) - GATE_SKEW_MS || ahead > passed * (1 + DRIFT) + staleMs + GATE_SKEW_MS;
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
      if (Math.abs(this.offBy) > CLOCK_SKEW_MS) {
        this.nodeAloneSince = undefined;
        this.log.error('the clock of this machine is off', { ahead_of_node_ms: this.offBy });
      } else this.agrees();
    } catch (cause) {
      // Whoever gave up here would never trust the clock again.
      sayFailed(this.log, 'the time of the node could not be read', cause);
    }
  }
  /** The node says the same as this machine. Where the gate says otherwise both may have jumped together. */
  private agrees(): void {
    this.jumped = false;
    const now = this.clock.monotonic();
    if (!this.differsFromGate()) {
      this.nodeAloneSince = undefined;
      return;
    }
    if (this.nodeAloneSince === undefined) {
      this.nodeAloneSince = now;
      this.log.error('the clocks of this machine and of the node differ from what the agents last agreed on', {
        gate: this.lastRead?.utc,
        believed_in_ms: NODE_ALONE_MS,
      });
    }
    if (now - this.nodeAloneSince < NODE_ALONE_MS) return;
    this.nodeAloneSince = undefined;
    this.gateTime = undefined;
  }
}
