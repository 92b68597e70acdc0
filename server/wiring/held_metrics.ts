import { Gauge, type Registry } from 'prom-client';
import type { Agent } from '../runner/agent/agent';
import type { AgentWith } from '../runner/agent/views';
import { heldActs, type HeldActs } from '../runner/operations/held_by_stop';
import { StoreUnavailable } from '../runner/ports';

/** Counting reads cases: of several scrapes within this time only the first one does, ms. */
const COUNTED_FOR_MS = 30_000;

type Measured = Pick<Agent, 'shift'> & AgentWith<'clock' | 'connectors' | 'store'>;

interface Counted {
  /** Of the orders in force by then. */
  readonly scopes: string;
  /** Monotonic ms. */
  readonly at: number;
  readonly held: HeldActs;
}

/** What Prometheus scrapes of acts that wait for no other cause than an order to stop. */
export class HeldMetrics {
  private readonly held: Gauge;
  private readonly released: Gauge;
  private readonly atLeast: Gauge;
  private last: Counted | undefined;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
      new Gauge({ name: prefix + name, help, labelNames, registers: [registry] });
    this.held = gauge(
      'acts_held',
      'Acts that wait only because of an order to stop, by the order in force that covers them; each order counts all of its own',
      ['scope', 'by'],
    );
    this.released = gauge(
      'acts_held_released',
      'Acts that only an order to stop held and none covers any more: they wait until they are decided again',
    );
    this.atLeast = gauge('acts_held_at_least', '1 while more cases wait than were read to count held acts');
  }

  /** While nobody knows, nothing is said rather than something old. */
  async read(agent: Measured): Promise<void> {
    this.held.reset();
    // A gauge without labels that is reset says 0.
    for (const gauge of [this.released, this.atLeast]) gauge.remove();
    const held = await this.count(agent);
    if (held === undefined) return;
    const tripped = new Set(agent.shift?.session.stops.flatMap(({ scope, breaker }) => (breaker ? [scope] : [])));
    for (const [scope, acts] of held.byScope)
      this.held.set({ scope, by: tripped.has(scope) ? 'breaker' : 'person' }, acts);
    this.released.set(held.released);
    this.atLeast.set(held.isWhole ? 0 : 1);
  }

  private async count(agent: Measured): Promise<HeldActs | undefined> {
    const { shift, parts } = agent;
    if (!shift) return undefined;
    const wanted = [...new Set(shift.session.stops.map(({ scope }) => scope))].sort();
    const [scopes, at] = [wanted.join(' '), parts.clock.monotonic()];
    if (this.last?.scopes === scopes && at - this.last.at < COUNTED_FOR_MS) return this.last.held;
    this.last = undefined;
    try {
      const held = await heldActs(agent, wanted);
      this.last = { scopes, at, held };
      return held;
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return undefined;
      throw cause;
    }
  }
}
