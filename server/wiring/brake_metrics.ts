import { Gauge, type Registry } from 'prom-client';
import type { StatusView } from '../../common/api/routes';

/** What Prometheus scrapes of orders to stop, of pauses, and of undoing that is suspended. */
export class BrakeMetrics {
  private readonly stops: Gauge;
  private readonly states: Gauge;
  private readonly acknowledged: Gauge;
  private readonly pauseEnds: Gauge;
  private readonly undoSuspended: Gauge;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
      new Gauge({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
    this.stops = gauge('stops', 'Kill switches that are thrown');
    this.states = gauge('stop_state', '1 for how far an order to stop has come', ['scope', 'state']);
    this.acknowledged = gauge(
      'stop_acknowledged_seconds',
      'Time from an order to stop until no effect could start anywhere; missing while it is not acknowledged',
      ['scope'],
    );
    this.pauseEnds = gauge('pause_ends_timestamp_seconds', 'When the pause of a policy ends by itself', ['scope']);
    this.undoSuspended = gauge('undo_suspended', '1 while nothing of a scope is undone by itself', ['scope']);
  }

  read({ stops, undo_suspended = [] }: Pick<StatusView, 'stops' | 'undo_suspended'>): void {
    this.stops.set(stops.length);
    for (const each of [this.states, this.acknowledged, this.pauseEnds, this.undoSuspended]) each.reset();
    for (const { scope, state, acknowledged_ms, until } of stops) {
      if (state !== undefined) this.states.set({ scope, state }, 1);
      if (acknowledged_ms !== undefined) this.acknowledged.set({ scope }, acknowledged_ms / 1_000);
      if (until !== undefined) this.pauseEnds.set({ scope }, Date.parse(until) / 1_000);
    }
    for (const { scope } of undo_suspended) this.undoSuspended.set({ scope }, 1);
  }
}
