import { BLOCK_RATE, BLOCK_RATE_WINDOW_MS, ISOLATION_LIMIT, ISOLATION_WINDOW_MS } from '../scenario';
import type { Sending } from '../sim_connector';
import { targetKey } from '../sim_target';
import type { World } from '../world';
import type { Violations } from './violations';

/**
 * A limit that was reached lets the next one pass so long after it could, ms: the ledgers are swept every 10 s, ages
 * are counted 1 % short, and somebody asks every 3 s.
 */
const FREE_WITHIN_MS = 30_000;
const TICK_MS = 1_000;
const ISOLATE = 'isolate_host';

/** INV-5: limits hold in true time, and free themselves. */
export class LimitChecker {
  private freeMs = 0;

  constructor(
    private readonly world: World,
    private readonly violations: Violations,
    private readonly isWatching: () => boolean,
  ) {
    world.whenSending((sending) => this.onSending(sending));
    if (world.climate.has('refused_storm')) this.tick();
  }

  private onSending({ agent, command }: Sending): void {
    if (command.action === ISOLATE) {
      this.freeMs = 0;
      const counted = this.isolated();
      if (counted.size > ISOLATION_LIMIT) {
        const words = `isolation ${counted.size} where ${ISOLATION_LIMIT} are allowed: ${[...counted].join(', ')}`;
        this.violations.add('INV-5', `${agent} starts ${words}`);
      }
    }
    if (command.action === 'block_ip' && this.world.climate.has('rate_limits')) this.checkRate(agent);
  }

  /** Distinct hosts that are isolated, on their way, or were started within the window, in true time. */
  private isolated(): ReadonlySet<string> {
    const { target, onWire, sendings, now } = this.world;
    const counted = new Set<string>();
    for (const key of target.entries.keys()) if (key.startsWith(ISOLATE)) counted.add(key);
    const started = sendings.filter(({ at }) => now - at < ISOLATION_WINDOW_MS).map(({ command }) => command);
    for (const command of [...onWire, ...started])
      if (command.action === ISOLATE) counted.add(targetKey(command.action, command.target));
    return counted;
  }

  private checkRate(agent: string): void {
    const { sendings, now } = this.world;
    const started = new Set(
      sendings
        .filter(({ at, command }) => command.action === 'block_ip' && now - at < BLOCK_RATE_WINDOW_MS)
        .map(({ command }) => command.command_id),
    );
    if (started.size > BLOCK_RATE)
      this.violations.add('INV-5', `${agent} starts block ${started.size} where ${BLOCK_RATE} a minute are allowed`);
  }

  /** While somebody asks all the time: a limit that could let one pass does so soon. */
  private tick(): void {
    const { world } = this;
    this.freeMs = this.isWatching() && this.isolated().size < ISOLATION_LIMIT ? this.freeMs + TICK_MS : 0;
    if (this.freeMs > FREE_WITHIN_MS)
      this.violations.add(
        'INV-5',
        `fewer than ${ISOLATION_LIMIT} isolations have counted for ${this.freeMs} ms and none is let pass`,
        'limit_frees',
      );
    world.scheduler.after(TICK_MS, () => this.tick());
  }
}
