import type { CommitQueue } from '../keeping/commit_queue';
import { Failures } from '../keeping/in_background';
import type { Basics } from '../ports';
import { handBack, OTHERS_FIRST_MS } from './effects_left_behind';
import type { KeptEffect } from './kept_effect';
import type { TimedItems } from './timed_items';
import { canRightPeerUndo, type Undoers } from './who_can_undo';

/*
 * An agent whose UTC is off ends by it nothing: what it took over would stay in place until its clock is right. Agents
 * whose clocks are right end it in time, so it is handed back to them. What this machine executed itself runs on its
 * monotonic clock and stays (INV-4).
 */

interface DoubtPorts extends Undoers {
  readonly commits: CommitQueue;
  readonly basics: Pick<Basics, 'clock' | 'log'>;
  readonly clockTrusted: () => boolean;
}

/** So many are handed back in one round. */
const MOST_AT_ONCE = 200;

/** Its end is told by UTC alone. What is being undone already needs no clock. */
const endsByUtc = ({ effect: { state, reasons }, dues }: KeptEffect): boolean =>
  state !== 'undoing' && reasons.some(({ deadline, command }) => deadline !== null && !dues.has(command.command_id));

export class ClockDoubt {
  /** Since when this machine's clock is off, monotonic ms; undefined while it is right. */
  private offSince: number | undefined;
  private readonly failures: Failures;

  constructor(private readonly ports: DoubtPorts) {
    this.failures = new Failures(ports.basics.log, 'handing an effect to other agents failed');
  }

  /**
   * Hands back what others can end in time, once the clock was off for a while: a jump is often over at once. What
   * cannot be handed back is tried again in the next round, and keeps nobody from anything.
   */
  async handOver(items: TimedItems<KeptEffect>): Promise<void> {
    const { basics, clockTrusted } = this.ports;
    const now = basics.clock.monotonic();
    this.offSince = clockTrusted() ? undefined : (this.offSince ?? now);
    if (this.offSince === undefined || now - this.offSince < OTHERS_FIRST_MS) return;
    const others = [...items]
      .filter(([, kept]) => !kept.busy && endsByUtc(kept) && canRightPeerUndo(this.ports, kept.effect))
      .slice(0, MOST_AT_ONCE);
    await Promise.all(others.map(([id, kept]) => this.handOne(items, id, kept)));
  }

  private async handOne(items: TimedItems<KeptEffect>, id: string, kept: KeptEffect): Promise<void> {
    const { commits, basics } = this.ports;
    kept.busy = true;
    try {
      const handed = await handBack({ commits, clock: basics.clock }, id);
      if (handed) basics.log.warn('an effect is handed to agents whose clocks are right', { effect: id });
      items.delete(id);
      this.failures.over();
    } catch (cause) {
      this.failures.note(cause);
    } finally {
      kept.busy = false;
      items.schedule(id);
    }
  }
}
