import type { AgentWith } from '../runner/agent/views';
import { waitingInQuarantine } from '../runner/operations/quarantine_list';
import { StoreUnavailable } from '../runner/ports';

const EVERY_MS = 15_000;

/** How much waits in quarantine, asked for now and then, however many pages are open. */
export class QuarantineCount {
  private askedAt = -Infinity;
  private last: number | undefined;

  /** @returns the last count; undefined until it was known once */
  async of(agent: AgentWith<'clock' | 'evidence' | 'store'>): Promise<number | undefined> {
    const now = agent.parts.clock.monotonic();
    if (now - this.askedAt < EVERY_MS) return this.last;
    this.askedAt = now;
    try {
      this.last = await waitingInQuarantine(agent);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
    return this.last;
  }
}
