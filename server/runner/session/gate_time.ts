import { iso } from '../../../common/iso';
import type { Gate } from '../keeping/kinds/gate';
import type { GateDocument } from './gate_document';
import type { SessionOptions } from './session_options';
import { CLOCK_SKEW_MS } from './session_times';

const DATED_EVERY_MS = 60_000;

/**
 * The time in the gate: what some agent with a trusted clock took for UTC. It outlives every process, so that a clock
 * that went back with its node is noticed after a restart too.
 */
export class GateTime {
  private nextAt = -Infinity;

  constructor(
    private readonly options: Pick<SessionOptions, 'basics' | 'clockTrusted'>,
    private readonly document: GateDocument,
  ) {}

  /** The gate with the time of this machine, where that can be relied on. */
  dated(gate: Gate): Gate {
    const { basics, clockTrusted } = this.options;
    return clockTrusted() ? { ...gate, utc: iso(basics.clock.utc()) } : gate;
  }

  /**
   * Writes the time anew where it is a minute old; once a minute at most.
   *
   * @throws StoreUnavailable
   */
  async refresh(gate: Gate | undefined): Promise<void> {
    const { clock } = this.options.basics;
    const now = clock.monotonic();
    if (now < this.nextAt || !this.options.clockTrusted()) return;
    const age = gate?.utc === undefined ? Infinity : clock.utc() - Date.parse(gate.utc);
    if (age > -CLOCK_SKEW_MS && age < DATED_EVERY_MS) return;
    this.nextAt = now + DATED_EVERY_MS;
    const before = await this.document.read();
    if (before) await this.document.write(this.dated(before.content), before);
  }
}
