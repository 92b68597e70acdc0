import type { Basics, Journal } from '../ports';
import type { Start } from './claiming';

/*
 * A ttl runs from the sending, and the undo journal is written at the claim. Where the sending comes well after it, the
 * journal is told first: who dies between the first byte and the answer must not end the effect before its ttl is over
 * (INV-4), after a restart or while OpenSearch is away.
 */

/** A sending that follows its claim sooner than this moves no end in the journal, ms. */
const SENT_LATE_MS = 250;

interface EndPorts {
  readonly journal: Pick<Journal, 'ofEffect' | 'put'>;
  readonly basics: Pick<Basics, 'clock'>;
}

export class JournalEnd {
  constructor(
    private readonly ports: EndPorts,
    private readonly start: Pick<Start, 'command' | 'effectId'>,
  ) {}

  /** True: sent now, it would be undone before its ttl is over if this process died. */
  get isEarly(): boolean {
    return this.shortBy(this.ports.basics.clock.monotonic()) > SENT_LATE_MS;
  }

  /** Puts the end off, for a sending that comes within so many ms. */
  async putOff(withinMs: number): Promise<void> {
    const latest = this.ports.basics.clock.monotonic() + withinMs;
    if (this.shortBy(latest) > 0) await this.write(latest);
  }

  /** It was sent then, monotonic ms: from that moment its ttl runs. */
  async settle(sentAt: number): Promise<void> {
    if (Math.abs(this.shortBy(sentAt)) > SENT_LATE_MS) await this.write(sentAt);
  }

  private get entry() {
    const { command, effectId } = this.start;
    return this.ports.journal.ofEffect(effectId).find(({ command_id }) => command_id === command.command_id);
  }

  /** When it ends on the machine's clock of this run, if it is sent at a moment; undefined where nothing ends it. */
  private dueFrom(sentAt: number): { readonly id: string; readonly due: number } | undefined {
    const { clock } = this.ports.basics;
    const boot = clock.boot?.();
    const { ttl_ms } = this.start.command;
    if (boot === undefined || ttl_ms === null) return undefined;
    return { id: boot.id, due: boot.now + (sentAt - clock.monotonic()) + ttl_ms };
  }

  /** By so much the end in the journal is before the end that follows from a sending at a moment, ms. */
  private shortBy(sentAt: number): number {
    const known = this.entry?.boot;
    const due = this.dueFrom(sentAt);
    return known === undefined || due === undefined ? 0 : due.due - known.due;
  }

  private async write(sentAt: number): Promise<void> {
    const { entry } = this;
    const boot = this.dueFrom(sentAt);
    if (entry !== undefined && boot !== undefined) await this.ports.journal.put([{ ...entry, boot }]);
  }
}
