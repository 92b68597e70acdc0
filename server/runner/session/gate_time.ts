import { iso } from '../../../common/iso';
import { ageBy, type Sighting } from '../../engine/brakes/ledger_age';
import type { Gate } from '../keeping/kinds/gate';
import type { GateDocument } from './gate_document';
import type { SessionOptions } from './session_options';
import { CLOCK_SKEW_MS } from './session_times';

const DATED_EVERY_MS = 60_000;

/**
 * The time in the gate: what some agent with a trusted clock took for UTC. It outlives every process, so that a clock
 * that went back with its node is noticed after a restart too. Beside it stands how long ago the state was adopted, as
 * a lower bound without clocks: the machine on which a person adopts may have a wrong clock that nobody compared yet.
 */
export class GateTime {
  private nextAt = -Infinity;
  /** When this session first saw the adoption that the gate tells of. */
  private adoption: (Sighting & { readonly generation: string }) | undefined;

  constructor(
    private readonly options: Pick<SessionOptions, 'basics' | 'clockTrusted'>,
    private readonly document: GateDocument,
  ) {}

  /** For so long at least the state has been the adopted one, ms; undefined if it never was adopted. */
  get adoptedForMs(): number | undefined {
    return this.adoption && ageBy(this.adoption, this.options.basics.clock.monotonic());
  }

  /** A gate that was read or written. */
  note({ generation, adopted }: Gate): void {
    if (adopted === undefined) return void (this.adoption = undefined);
    const age_ms = adopted.age_ms ?? 0;
    const known = this.adoption?.generation === generation ? this.adoptedForMs : undefined;
    if (known !== undefined && known >= age_ms) return;
    this.adoption = { generation, age_ms, at: this.options.basics.clock.monotonic() };
  }

  /** The gate as old as this session knows it to be, with the time of this machine where that can be relied on. */
  dated(gate: Gate): Gate {
    const { basics, clockTrusted } = this.options;
    this.note(gate);
    const { adopted } = gate;
    const age_ms = this.adoptedForMs;
    return {
      ...gate,
      ...(adopted && age_ms !== undefined ? { adopted: { ...adopted, age_ms } } : {}),
      ...(clockTrusted() ? { utc: iso(basics.clock.utc()) } : {}),
    };
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
