import { ACKNOWLEDGED_WITHIN_MS } from '../../../common/api/views';
import type { StopOrder } from '../keeping/kinds/gate';
import { Failures } from '../keeping/in_background';
import type { Log } from '../ports';
import { orderAll } from './acknowledge';
import { noteAcknowledged, type SwitchPorts } from './kill_switch';
import { leads } from './leads';
import { nap } from '../keeping/nap';

/** Whoever throws the switch sees to it itself; after this time others do, ms. */
const LEFT_ALONE_MS = 2_500;
const TICK_MS = 250;

const keyOf = ({ scope, epoch }: StopOrder): string => `${scope} ${epoch}`;

/** What is known of an order to stop. `local`: only this host has it. */
export type StopState = 'local' | 'ordered' | 'overdue' | 'acknowledged';

/**
 * Sees to it that every order in the gate is acknowledged: the killer may have died, or the store may not have
 * answered, between the gate and the last session. Knows which orders are overdue.
 */
export class StopWatch {
  /** Since when this session sees an order that is not acknowledged, monotonic ms. */
  private readonly since = new Map<string, number>();

  private readonly failures: Failures;

  constructor(private readonly ports: SwitchPorts & { readonly log: Pick<Log, 'error'> }) {
    this.failures = new Failures(ports.log, 'seeing to an order to stop failed');
  }

  stateOf(order: StopOrder): StopState {
    const { hostStop } = this.ports;
    if (hostStop.orders.includes(order)) return hostStop.stateOf(order);
    if (order.acknowledged_ms !== undefined) return 'acknowledged';
    return this.ageOf(order) > ACKNOWLEDGED_WITHIN_MS ? 'overdue' : 'ordered';
  }

  async run(until: () => boolean): Promise<void> {
    const { session, clock } = this.ports;
    while (!until() && !session.isLost) {
      for (const order of this.waiting()) {
        const isMine = this.ports.hostStop.takenAt(order) !== undefined;
        if (this.ageOf(order) > LEFT_ALONE_MS && (isMine || leads(session))) await this.acknowledge(order);
      }
      await nap(clock, TICK_MS);
    }
  }

  /** Time since the order, as far as it is known here, ms. */
  private ageOf(order: StopOrder): number {
    const { hostStop, clock } = this.ports;
    const now = clock.monotonic();
    return now - (hostStop.takenAt(order) ?? this.since.get(keyOf(order)) ?? now);
  }

  private waiting(): readonly StopOrder[] {
    const { session, clock } = this.ports;
    const waiting = (session.gate?.stops ?? []).filter(({ acknowledged_ms }) => acknowledged_ms === undefined);
    const keys = new Set(waiting.map(keyOf));
    for (const key of this.since.keys()) if (!keys.has(key)) this.since.delete(key);
    for (const key of keys) if (!this.since.has(key)) this.since.set(key, clock.monotonic());
    return waiting;
  }

  private async acknowledge(order: StopOrder): Promise<void> {
    const { session } = this.ports;
    try {
      const gate = await session.readGate();
      if (!gate?.stops.some((each) => keyOf(each) === keyOf(order))) return;
      const agents = await orderAll(this.ports, gate);
      if (agents.every(({ how }) => how !== 'unknown')) await noteAcknowledged(session, order, this.ageOf(order));
      this.failures.over();
    } catch (cause) {
      this.failures.note(cause);
    }
  }
}
