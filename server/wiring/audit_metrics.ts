import { Counter, Gauge, type Registry } from 'prom-client';
import type { Ready } from '../routes/route_parts';

/** What Prometheus scrapes of the chain of this agent and of its checkpoints. */
export class AuditMetrics {
  private readonly chained: Counter;
  private readonly waiting: Gauge;
  private readonly size: Gauge;
  private readonly checkpoint: Gauge;
  private readonly anchor: Gauge;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const registers = [registry];
    const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
      new Gauge({ name: `${prefix}audit_${name}`, help, labelNames, registers });
    this.chained = new Counter({
      name: `${prefix}audit_records_total`,
      help: 'Records that this agent appended with a place in its chain',
      registers,
    });
    this.waiting = gauge('records_waiting', 'Records of this agent that no checkpoint covers yet');
    this.size = gauge('checkpoint_size', 'Records that the last checkpoint of this agent covers; 0 before the first');
    this.checkpoint = gauge('checkpoint_timestamp_seconds', 'When the last checkpoint of this agent was made');
    this.anchor = gauge('anchor_up', '1 while a place takes checkpoints, 0 while it does not', ['anchor']);
  }

  read({ figures, anchors }: Pick<Ready['audit'], 'figures' | 'anchors'>): void {
    this.chained.reset();
    this.chained.inc(figures.chained);
    this.waiting.set(figures.waiting);
    this.size.set(figures.size);
    if (figures.at !== undefined) this.checkpoint.set(Date.parse(figures.at) / 1_000);
    this.anchor.reset();
    for (const { anchor, state } of anchors) this.anchor.set({ anchor }, state === 'ok' ? 1 : 0);
  }
}
