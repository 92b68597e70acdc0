import type { Basics, EvidenceLog } from '../../ports';
import type { Session } from '../../session/session';
import { leads } from '../../session/leads';
import type { BreakerOrders } from './breaker_orders';
import type { Breakers } from './breakers';

const EVERY_MS = 2_000;

interface StartBreakerPorts extends Pick<Basics, 'clock'> {
  readonly session: Pick<Session, 'id' | 'livePeers' | 'saysOfItself'>;
  readonly evidence: EvidenceLog;
  readonly breakers: Breakers;
  readonly orders: BreakerOrders;
}

/**
 * Stops everything once more was started within a time than anybody expects, of all agents and connectors together. It
 * counts what is on record: what was claimed, less what was taken back before it was sent.
 */
export class StartBreaker {
  private nextAt = -Infinity;

  constructor(private readonly ports: StartBreakerPorts) {}

  /** @throws StoreUnavailable */
  async round(): Promise<void> {
    const { clock, session, evidence, breakers, orders } = this.ports;
    const rule = breakers.rules.all;
    if (rule === undefined || orders.isStopped('all')) return;
    if (clock.monotonic() < this.nextAt || !leads(session)) return;
    this.nextAt = clock.monotonic() + EVERY_MS;
    const from = orders.countsFrom('all', rule.window_ms);
    const states = await evidence.tally({ family: 'actions', field: 'state', from });
    const starts = (states.get('claimed') ?? 0) - (states.get('taken_back') ?? 0);
    if (starts <= rule.starts) return;
    const minutes = Math.round(rule.window_ms / 60_000);
    const why = `${starts} acts were started, more than ${rule.starts} within ${minutes} min`;
    await orders.trip('all', why, { wrong: starts, of: starts, since: from });
  }
}
