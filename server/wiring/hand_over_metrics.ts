import { Counter, Gauge, type Registry } from 'prom-client';
import type { HandOverBook } from '../runner/sources/hand_over/hand_over_watch';

const LABELS = ['channel', 'kind'] as const;

/** What Prometheus scrapes of acts that are handed over. Counts are this agent's own. */
export class HandOverMetrics {
  private readonly told: Counter;
  private readonly behind: Gauge;
  private readonly failing: Gauge;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const registers = [registry];
    this.told = new Counter({
      name: `${prefix}hand_over_messages_total`,
      help: 'Messages about acts that wait, by what became of them; `failed` counts tries',
      labelNames: [...LABELS, 'result'],
      registers,
    });
    this.behind = new Gauge({
      name: `${prefix}hand_over_behind`,
      help: 'Acts that wait and that the channel has not heard of, at the agent that hands over',
      labelNames: [...LABELS],
      registers,
    });
    this.failing = new Gauge({
      name: `${prefix}hand_over_failing_seconds`,
      help: 'For how long nothing arrives at the channel; 0 while it does',
      labelNames: [...LABELS],
      registers,
    });
  }

  /** @param utc now, ms since 1970 */
  read(handOvers: Pick<HandOverBook, 'list'>, utc: number): void {
    this.told.reset();
    this.behind.reset();
    this.failing.reset();
    for (const { name, kind, counts, behind, content } of handOvers.list()) {
      const labels = { channel: name, kind };
      for (const [result, count] of Object.entries(counts)) this.told.inc({ ...labels, result }, count);
      this.behind.set(labels, behind);
      const since = content?.failing?.since;
      this.failing.set(labels, since === undefined ? 0 : Math.max(0, Math.round((utc - Date.parse(since)) / 1_000)));
    }
  }
}
