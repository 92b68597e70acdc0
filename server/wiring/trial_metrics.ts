import { Counter, type Registry } from 'prom-client';
import type { AgentWith } from '../runner/agent/views';
import type { BacktestDesk } from '../runner/doctrine/backtest/desk';
import { previewCounts } from '../runner/operations/preview_grant';
import { trialCounts } from '../runner/operations/try_documents';

/** What Prometheus scrapes of what people only try: grants, documents, policies. Counts are this agent's own. */
export class TrialMetrics {
  private readonly previews: Counter;
  private readonly documents: Counter;
  private readonly backtests: Counter;
  private readonly backtestSeconds: Counter;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const counter = (name: string, help: string, labelNames: string[] = []): Counter =>
      new Counter({ name: prefix + name, help, labelNames, registers: [registry] });
    this.previews = counter('grant_previews_total', 'Grants that were tried, by what became of it', ['outcome']);
    this.documents = counter('document_trials_total', 'Tries of documents, by what became of it', ['outcome']);
    this.backtests = counter(
      'backtests_total',
      'Backtests that people or candidates asked for, by what became of them; a `refused` one did not begin',
      ['outcome'],
    );
    this.backtestSeconds = counter(
      'backtest_seconds_total',
      'Time that backtests took until they were done, failed or were cancelled, all together',
    );
  }

  read(agent: AgentWith<'evidence' | 'store'>, { counts }: Pick<BacktestDesk, 'counts'>): void {
    const { took_ms, ...outcomes } = counts;
    for (const [counter, sums] of [
      [this.previews, previewCounts(agent)],
      [this.documents, trialCounts(agent)],
      [this.backtests, outcomes],
    ] as const) {
      counter.reset();
      for (const [outcome, value] of Object.entries(sums)) counter.inc({ outcome }, value);
    }
    this.backtestSeconds.reset();
    this.backtestSeconds.inc(took_ms / 1_000);
  }
}
