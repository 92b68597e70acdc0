import { inBackground } from '../runner/keeping/in_background';
import type { Clock, Connector, ConnectorHealth, Log } from '../runner/ports';
import { callTarget } from '../runner/executing/call_target';

const ASK_EVERY_MS = 15_000;

/** Asks each connector now and then how its target is, and remembers the answers for the page. */
export class ConnectorWatch {
  private readonly healths = new Map<string, ConnectorHealth>();

  constructor(
    private readonly connectors: ReadonlyMap<string, Connector>,
    private readonly ports: { readonly clock: Clock; readonly log: Log },
  ) {}

  healthOf(name: string): ConnectorHealth {
    return this.healths.get(name) ?? { state: 'degraded', text: 'not asked yet' };
  }

  start(until: () => boolean): void {
    inBackground(this.ports, 'asking connectors', this.run(until));
  }

  private async run(until: () => boolean): Promise<void> {
    while (!until()) {
      await Promise.all([...this.connectors].map(([name, connector]) => this.ask(name, connector)));
      await this.ports.clock.sleep(ASK_EVERY_MS);
    }
  }

  private async ask(name: string, connector: Connector): Promise<void> {
    const down = (why: string): ConnectorHealth => ({ state: 'down', text: why });
    const health = await callTarget(
      this.ports.clock,
      connector.capabilities.request_timeout_ms,
      (signal) => connector.status({ signal }),
      down,
    );
    const before = this.healths.get(name)?.state;
    if (before !== undefined && before !== health.state)
      this.ports.log.warn('the health of a connector changed', {
        connector: name,
        state: health.state,
        text: health.text,
      });
    this.healths.set(name, health);
  }
}
