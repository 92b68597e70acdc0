import { Counter, Gauge, type Registry } from 'prom-client';
import type { StatusView } from '../../common/api/routes';

/** What Prometheus scrapes of orders to stop, of pauses, and of undoing that is suspended. */
export class BrakeMetrics {
  private readonly stops: Gauge;
  private readonly states: Gauge;
  private readonly acknowledged: Gauge;
  private readonly pauseEnds: Gauge;
  private readonly undoSuspended: Gauge;
  private readonly open: Gauge;
  private readonly trips: Counter;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
      new Gauge({ name: `${prefix}${name}`, help, labelNames: [...labelNames], registers: [registry] });
    this.stops = gauge('stops', 'Orders to stop that are in force, those of breakers included');
    this.states = gauge('stop_state', '1 for how far an order to stop has come', ['scope', 'state']);
    this.acknowledged = gauge(
      'stop_acknowledged_seconds',
      'Time from an order to stop until no effect could start anywhere; missing while it is not acknowledged',
      ['scope'],
    );
    this.pauseEnds = gauge('pause_ends_timestamp_seconds', 'When the pause of a policy ends by itself', ['scope']);
    this.open = gauge('breaker_open', '1 while a breaker has stopped a scope', ['scope']);
    this.trips = new Counter({
      name: `${prefix}breaker_trips_total`,
      help: 'How often this agent saw a breaker trip, and stopped its scope',
      labelNames: ['scope'],
      registers: [registry],
    });
    this.undoSuspended = gauge('undo_suspended', '1 while nothing of a scope is undone by itself', ['scope']);
  }

  /** @param trips how often each breaker tripped here since the start, by scope */
  readTrips(trips: ReadonlyMap<string, number> = new Map()): void {
    this.trips.reset();
    for (const [scope, count] of trips) this.trips.inc({ scope }, count);
  }

  read({ stops, undo_suspended = [] }: Pick<StatusView, 'stops' | 'undo_suspended'>): void {
    this.stops.set(stops.length);
    for (const each of [this.states, this.acknowledged, this.pauseEnds, this.undoSuspended, this.open]) each.reset();
    for (const { scope, state, acknowledged_ms, until, breaker } of stops) {
      if (breaker !== undefined) this.open.set({ scope }, 1);
      if (state !== undefined) this.states.set({ scope, state }, 1);
      if (acknowledged_ms !== undefined) this.acknowledged.set({ scope }, acknowledged_ms / 1_000);
      if (until !== undefined) this.pauseEnds.set({ scope }, Date.parse(until) / 1_000);
    }
    for (const { scope } of undo_suspended) this.undoSuspended.set({ scope }, 1);
  }
}
