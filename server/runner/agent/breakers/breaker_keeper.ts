import { Failures } from '../../keeping/in_background';
import { nap } from '../../keeping/nap';
import type { ShiftParts } from '../parts';
import { BreakerOrders } from './breaker_orders';
import type { Breakers } from './breakers';
import { ConnectorBreakers } from './connector_breakers';
import { PolicyBreakers } from './policy_breakers';
import { SourceBreakers } from './source_breakers';
import { StartBreaker } from './start_breaker';

/*
 * Breakers: what the engine stops by itself, with the orders that people stop with, so that every place that honours
 * those honours these (`docs/decisions/060-breakers.md`).
 */

const TICK_MS = 250;

type KeeperPorts = Pick<
  ShiftParts,
  'bundles' | 'chance' | 'clock' | 'connectors' | 'connectorSights' | 'evidence' | 'log' | 'quiet' | 'session' | 'store'
> & { readonly breakers: Breakers };

/** Watches all breakers of one session. */
export class BreakerKeeper {
  private readonly rounds: ReadonlyArray<{ readonly what: Failures; readonly round: () => Promise<void> }>;

  constructor(private readonly ports: KeeperPorts) {
    const orders = new BreakerOrders(ports);
    const each = { ...ports, orders };
    const connectors = new ConnectorBreakers(each);
    const policies = new PolicyBreakers(each);
    const sources = new SourceBreakers(each);
    const starts = new StartBreaker(each);
    const kept = (what: string, round: () => Promise<void>) => ({ what: new Failures(ports.log, what), round });
    // Each fails alone: what cannot be read for one must not keep another from tripping.
    this.rounds = [
      kept('watching the breakers of connectors failed', () => connectors.round()),
      kept('watching the breakers of policies failed', () => policies.round()),
      kept('watching the breakers of sources failed', () => sources.round()),
      kept('watching the breaker of all starts failed', () => starts.round()),
      kept('filing what breakers did failed', () => orders.file()),
    ];
  }

  async run(until: () => boolean): Promise<void> {
    const { session, clock } = this.ports;
    while (!until() && !session.isLost) {
      if (session.gate !== undefined) await this.round();
      await nap(clock, TICK_MS);
    }
  }

  private async round(): Promise<void> {
    for (const { what, round } of this.rounds) {
      try {
        await round();
        what.over();
      } catch (cause) {
        what.note(cause);
      }
    }
  }
}
