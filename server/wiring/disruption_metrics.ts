import { Gauge, type Registry } from 'prom-client';
import type { DisruptionSumView } from '../../common/api/routes';
import type { AgentWith } from '../runner/agent/views';
import { disruptionSum } from '../runner/operations/disruption_sum';
import { StoreUnavailable } from '../runner/ports';

/** Summing reads effects: of several scrapes within this time only the first one does, ms. */
const SUMMED_FOR_MS = 30_000;

type Measured = AgentWith<'clock' | 'connectors' | 'inventory' | 'store'>;

/** What Prometheus scrapes of what is out of use because of Reflex. */
export class DisruptionMetrics {
  private readonly sum: Gauge;
  private readonly targets: Gauge;
  private readonly unstated: Gauge;
  private last: { readonly at: number; readonly sum: DisruptionSumView } | undefined;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
      new Gauge({ name: prefix + name, help, labelNames, registers: [registry] });
    this.sum = gauge('disruption', 'What is out of use because of us: the sum of the shares that targets lose', [
      'type',
    ]);
    this.targets = gauge('disruption_targets', 'So many targets that sum is of', ['type']);
    this.unstated = gauge('disruption_unstated', 'Containments of which no connector states what they take away');
  }

  /** While nobody knows, nothing is said rather than something old. */
  async read(agent: Measured): Promise<void> {
    for (const gauge of [this.sum, this.targets]) gauge.reset();
    this.unstated.remove();
    const now = await this.now(agent);
    if (now === undefined) return;
    for (const { type, targets, sum } of now.kinds) {
      this.sum.set({ type }, sum);
      this.targets.set({ type }, targets);
    }
    this.unstated.set(now.unstated);
  }

  private async now(agent: Measured): Promise<DisruptionSumView | undefined> {
    const at = agent.parts.clock.monotonic();
    if (this.last !== undefined && at - this.last.at < SUMMED_FOR_MS) return this.last.sum;
    this.last = undefined;
    try {
      const sum = await disruptionSum(agent);
      this.last = { at, sum };
      return sum;
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return undefined;
      throw cause;
    }
  }
}
