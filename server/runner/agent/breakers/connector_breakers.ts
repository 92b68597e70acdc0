import { iso } from '../../../../common/iso';
import { callTarget } from '../../executing/call_target';
import type { ConnectorSights } from '../../facts/connector_sights';
import { withoutProbe, withProbe, type BreakerOrder } from '../../keeping/kinds/gate_breakers';
import type { Basics, Connector, ConnectorHealth } from '../../ports';
import type { Session } from '../../session/session';
import type { BreakerOrders } from './breaker_orders';
import { ruleOf, type Breakers } from './breakers';

/** So much of what a target says goes into the order. */
const MOST_TEXT = 300;
/** Where no act comes to an agent that may try a breaker, others may after this time, ms. */
const TRIES_FOR_MS = 30_000;

interface ConnectorBreakerPorts extends Pick<Basics, 'clock'> {
  readonly session: Pick<Session, 'id' | 'changeGate' | 'livePeers' | 'has' | 'probes'>;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly connectorSights: ConnectorSights;
  readonly breakers: Breakers;
  readonly orders: BreakerOrders;
}

/** A moment that something was first seen at. */
interface FirstSeen {
  readonly key: string;
  readonly at: number;
}

const scopeOf = (name: string): string => `connector:${name}`;

/**
 * A breaker for each connector. Each agent counts what its own commands came to and stops the connector for all. After
 * a while one act of one agent is let through. Its outcome closes the breaker, or makes all wait longer. No clocks
 * are compared: each agent waits from when it saw the order.
 */
export class ConnectorBreakers {
  /** By scope, when this agent saw the round that is on, monotonic ms. */
  private readonly rounds = new Map<string, FirstSeen>();
  /** By connector, when it was reset, as this agent saw it last. */
  private readonly resets = new Map<string, string | undefined>();
  /** By scope, when it asked to try it, monotonic ms. */
  private readonly trials = new Map<string, number>();
  /** By scope, until when it leaves trying to others, monotonic ms. */
  private readonly leaves = new Map<string, number>();

  constructor(private readonly ports: ConnectorBreakerPorts) {}

  /** @throws StoreUnavailable */
  async round(): Promise<void> {
    const { connectors, connectorSights, orders } = this.ports;
    for (const [name, connector] of connectors) {
      const order = orders.inForce.find(({ scope }) => scope === scopeOf(name));
      if (order !== undefined) {
        await this.mind(order, connector);
        continue;
      }
      // Whoever reset it, or whatever closed it, and however quickly: what was before does not count again.
      const isOver = this.rounds.delete(scopeOf(name));
      const reset = orders.resetAt(scopeOf(name));
      if (isOver || reset !== this.resets.get(name)) connectorSights.forget(name);
      this.resets.set(name, reset);
      await this.judge(name);
    }
  }

  private async judge(name: string): Promise<void> {
    const { connectorSights, breakers, orders } = this.ports;
    if (orders.isStopped(scopeOf(name))) return;
    const rule = ruleOf(breakers.rules, name);
    const { fails, of, since = '', why, isTooMuch } = connectorSights.count(name, rule);
    if (!isTooMuch) return;
    const last = why === undefined ? '' : `; the last one: ${why.slice(0, MOST_TEXT)}`;
    const text = `${fails} of ${of} commands failed, clearly more than ${rule.error_percent} %${last}`;
    await orders.trip(scopeOf(name), text, { wrong: fails, of, since, wait_ms: rule.wait_ms });
  }

  private async mind(order: BreakerOrder, connector: Connector): Promise<void> {
    const { clock, session, connectorSights, orders } = this.ports;
    const { scope, breaker } = order;
    const seenAt = this.seenAt(order);
    if (breaker.probe?.session === session.id) return this.judgeTrial(order, connector.name);
    if (breaker.wait_ms === undefined || (breaker.probe !== undefined && !orders.isDead(breaker.probe.session))) return;
    const from = Math.max(seenAt + breaker.wait_ms, this.leaves.get(scope) ?? -Infinity);
    if (clock.monotonic() < from || !session.has('act')) return;
    // Undoing goes on meanwhile, and tries the connector without any harm.
    if (connectorSights.wasRemovedSince(connector.name, seenAt))
      return orders.close(order, 'what was undone there is gone, so it works again');
    const health = await this.healthOf(connector);
    if (health.state === 'down') return orders.nextRound(order, `it says that it is down: ${health.text}`);
    this.trials.set(scope, clock.monotonic());
    const probe = { session: session.id, at: iso(clock.utc()) };
    await session.changeGate((gate) => withProbe(gate, order, probe, orders.isDead));
  }

  /** What came of the one act that this session may start. */
  private async judgeTrial(order: BreakerOrder, name: string): Promise<void> {
    const { clock, session, connectorSights, orders } = this.ports;
    const { scope } = order;
    const began = this.trials.get(scope) ?? clock.monotonic();
    this.trials.set(scope, began);
    const [tried] = connectorSights.since(name, began);
    if (tried !== undefined) {
      if (tried.fails) return orders.nextRound(order, `the act that tried it failed: ${tried.why ?? 'no answer'}`);
      return orders.close(order, 'the act that tried it did not fail');
    }
    if (connectorSights.wasRemovedSince(name, began))
      return orders.close(order, 'what was undone there is gone, so it works again');
    const isOver = clock.monotonic() - began >= TRIES_FOR_MS;
    if (!isOver || session.probes.spentOn(order) !== undefined || session.livePeers.length === 0) return;
    this.leaves.set(scope, clock.monotonic() + TRIES_FOR_MS);
    await session.changeGate((gate) => withoutProbe(gate, order));
  }

  private seenAt({ scope, at, breaker }: BreakerOrder): number {
    const key = `${at} ${breaker.round}`;
    const known = this.rounds.get(scope);
    if (known?.key === key) return known.at;
    const seen = { key, at: this.ports.clock.monotonic() };
    this.rounds.set(scope, seen);
    this.trials.delete(scope);
    return seen.at;
  }

  private healthOf(connector: Connector): Promise<ConnectorHealth> {
    return callTarget<ConnectorHealth>(
      this.ports.clock,
      connector.capabilities.request_timeout_ms,
      (signal) => connector.status({ signal }),
      (text) => ({ state: 'down', text }),
    );
  }
}
