import { Counter, Gauge, type Registry } from 'prom-client';
import { lagOf, type TellingBook } from '../runner/sources/outcomes/telling_watch';

const LABELS = ['type', 'source', 'channel'] as const;

/** What Prometheus scrapes of who is told what became of reports. Counts are this agent's own. */
export class OutcomeMetrics {
  private readonly told: Counter;
  private readonly lag: Gauge;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const registers = [registry];
    this.told = new Counter({
      name: `${prefix}outcomes_told_total`,
      help: 'Outcomes by what became of telling them; `failed` counts tries',
      labelNames: [...LABELS, 'result'],
      registers,
    });
    this.lag = new Gauge({
      name: `${prefix}outcomes_lag_seconds`,
      help: 'For how long the oldest outcome waits that could not be told; 0 if none does',
      labelNames: [...LABELS],
      registers,
    });
  }

  /** @param utc now, ms since 1970 */
  read(outcomes: Pick<TellingBook, 'list'>, utc: number): void {
    this.told.reset();
    this.lag.reset();
    for (const facts of outcomes.list()) {
      const labels = { type: facts.source.type, source: facts.source.id, channel: facts.channel };
      for (const [result, count] of Object.entries(facts.counts)) this.told.inc({ ...labels, result }, count);
      this.lag.set(labels, lagOf(facts, utc));
    }
  }
}
