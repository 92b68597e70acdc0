import type { HostParts } from '../../hosts/host_parts';
import type { Life } from '../life';
import { untilDone } from '../until_done';
import { clearDemo, finishEnding, mayHaveDemo, openDemo, type Demo, type DemoOptions } from './demo';

/** The demo of a host, over the lives of its engine: it runs in each of them until it is ended. */
export class HostDemo {
  private readonly host: HostParts;
  private readonly options: DemoOptions;
  private isRunning: boolean;
  private current: Demo | undefined;

  constructor(host: HostParts, options: DemoOptions) {
    this.host = host;
    this.options = options;
    this.isRunning = mayHaveDemo(host);
  }

  /** False on a host that never has it, and once it was ended. */
  get runs(): boolean {
    return this.isRunning;
  }

  /**
   * Opens the demo for a life. An ending that a crash broke off is finished first.
   *
   * @returns undefined where no demo runs
   * @throws LifeOver
   */
  async open(life: Life): Promise<Demo | undefined> {
    if (this.isRunning && (await untilDone(life, 'ending the demo', () => finishEnding(this.host))))
      this.isRunning = false;
    if (!this.isRunning) return undefined;
    this.current = await openDemo(this.host, this.options, life);
    return this.current;
  }

  /**
   * Clears the demo, for good.
   *
   * @returns how many documents there were
   * @throws LifeOver; the next start of the host finishes what was begun
   * @throws Error where no demo runs
   */
  async clear(life: Life): Promise<number> {
    // Clearing removes every index of Reflex. On a cluster of somebody's own that must not happen, whoever asks.
    if (!this.isRunning) throw new Error('no demo runs here, nothing is cleared');
    const cleared = await untilDone(life, 'ending the demo', () => clearDemo(this.host));
    this.isRunning = false;
    this.current = undefined;
    return cleared;
  }

  /** Counts somebody who has a page open, if a demo runs; the returned function ends that. */
  watch(unsubscribe: () => void): () => void {
    return this.current?.watch(unsubscribe) ?? unsubscribe;
  }
}
