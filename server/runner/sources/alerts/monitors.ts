import { monitorDefinition, type MonitorDefinition } from '../../../engine/intake/monitor_definition';
import type { AlertReader, Clock } from '../../ports';

/** Alerting answers, and cannot say what this monitor is. Others are not held up by it. */
export class LookupFailed extends Error {}

/** `unknown`: there is no such monitor. `unsupported`: nobody can be asked what it is. */
type KnownMonitor = MonitorDefinition | 'unknown' | 'unsupported';

const FRESH_MS = 30_000;
const MOST = 2_000;

/** Definitions of monitors, remembered for half a minute: a change of one counts a moment later. */
export class Monitors {
  private readonly reader: Pick<AlertReader, 'monitor'>;
  private readonly clock: Clock;
  private readonly known = new Map<string, { readonly until: number; readonly monitor: Promise<KnownMonitor> }>();

  constructor(reader: Pick<AlertReader, 'monitor'>, clock: Clock) {
    this.reader = reader;
    this.clock = clock;
  }

  /** @throws StoreUnavailable, LookupFailed */
  async get(id: string, { fresh = false }: { readonly fresh?: boolean } = {}): Promise<KnownMonitor> {
    const now = this.clock.monotonic();
    const remembered = this.known.get(id);
    if (remembered && remembered.until > now && !fresh) return remembered.monitor;
    const monitor = this.ask(id);
    if (this.known.size >= MOST) this.known.clear();
    this.known.set(id, { until: now + FRESH_MS, monitor });
    // What failed for this one alone is not asked again at each of its alerts.
    monitor.catch((cause: unknown) => cause instanceof LookupFailed || this.known.delete(id));
    return monitor;
  }

  private async ask(id: string): Promise<KnownMonitor> {
    const answer = await this.reader.monitor(id);
    if (answer.kind === 'failed') throw new LookupFailed(answer.why);
    return answer.kind === 'found' ? monitorDefinition(id, answer.monitor) : answer.kind;
  }
}
