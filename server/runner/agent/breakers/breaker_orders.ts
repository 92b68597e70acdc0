import { iso } from '../../../../common/iso';
import { present } from '../../../../common/present';
import { audit, type AuditEntry } from '../../record/audit';
import { isSameStop, type Gate, type Tripped } from '../../keeping/kinds/gate';
import { BREAKER } from '../../record/reserved';
import {
  breakerOrders,
  withNextRound,
  withoutStopsAt,
  withTrip,
  type BreakerOrder,
} from '../../keeping/kinds/gate_breakers';
import type { Basics, EvidenceLog, StateStore } from '../../ports';
import { orderAll } from '../../session/acknowledge';
import { noteAcknowledged } from '../../session/kill_switch';
import type { Session } from '../../session/session';
import type { BreakerNotice, Breakers } from './breakers';

interface OrderPorts extends Basics {
  readonly session: Session;
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly breakers: Breakers;
}

const VERBS: Readonly<Record<BreakerNotice['event'], string>> = {
  tripped: 'breaker_trip',
  trial_failed: 'breaker_trial_failed',
  closed: 'breaker_close',
};

const holds = ({ stops }: Gate, order: BreakerOrder): boolean => stops.some((each) => isSameStop(each, order));

/** Orders that breakers give and end, each with its entry in the audit and told to whoever wants to know. */
export class BreakerOrders {
  /** Entries of the audit that are not filed yet, by their ids. */
  private readonly toFile = new Map<string, AuditEntry>();

  constructor(private readonly ports: OrderPorts) {}

  /** Orders of breakers that are in force. */
  get inForce(): readonly BreakerOrder[] {
    const { gate } = this.ports.session;
    return gate === undefined ? [] : breakerOrders(gate);
  }

  /** Whether a scope stands still already until somebody ends that. */
  isStopped(scope: string): boolean {
    const stops = this.ports.session.gate?.stops ?? [];
    return stops.some((each) => each.scope === scope && each.lasts_ms === undefined);
  }

  /** When a breaker was last reset, or closed: UTC; undefined if it never was. */
  resetAt(scope: string): string | undefined {
    return this.ports.session.gate?.breaker_resets?.[scope];
  }

  /** Since when a breaker counts: what was before its last reset does not trip it again. UTC */
  countsFrom(scope: string, windowMs: number): string {
    const [start, reset] = [iso(this.ports.clock.utc() - windowMs), this.resetAt(scope) ?? ''];
    return reset > start ? reset : start;
  }

  /** Nothing is started by this session any more. What the gate does not name any more was found dead before. */
  readonly isDead = (session: string): boolean => {
    const { session: own } = this.ports;
    return session !== own.id && (own.deadForMs(session) !== undefined || own.gate?.sessions[session] === undefined);
  };

  /** Stops a scope. What is stopped for good already stays as it is. @throws StoreUnavailable: nothing starts then */
  async trip(scope: string, why: string, seen: Omit<Tripped, 'round' | 'probe' | 'probe_at'>): Promise<void> {
    const { session, clock, log } = this.ports;
    const probe_at = seen.wait_ms === undefined ? undefined : iso(clock.utc() + seen.wait_ms);
    const breaker = { ...seen, round: 1, ...present({ probe_at }) };
    const order = { scope, who: BREAKER, why, at: iso(clock.utc()), epoch: 0, breaker };
    // What was judged before a reset that this agent did not know of must not trip it again.
    const known = this.resetAt(scope);
    const gate = await session.changeGate((current) =>
      current.breaker_resets?.[scope] === known ? withTrip(current, order) : current,
    );
    if (!holds(gate, order)) return;
    log.warn('a breaker tripped', { scope, why });
    this.note('tripped', order, why);
    await this.acknowledge(gate, order);
  }

  /** Sees to it that every agent stands still, as whoever throws the switch does; else the others do so later. */
  private async acknowledge(gate: Gate, order: BreakerOrder): Promise<void> {
    const { session, clock } = this.ports;
    const began = clock.monotonic();
    const agents = await orderAll(this.ports, gate);
    const given = gate.stops.find((each) => isSameStop(each, order));
    if (given === undefined || agents.some(({ how }) => how === 'unknown')) return;
    await noteAcknowledged(session, given, clock.monotonic() - began);
  }

  /** A trial failed: it is tried again after twice the time. */
  async nextRound(order: BreakerOrder, why: string): Promise<void> {
    const { session, clock } = this.ports;
    let next: BreakerOrder | undefined;
    const gate = await session.changeGate((current) => {
      const now = breakerOrders(current).find((each) => isSameStop(each, order));
      // Whoever is trying it says what came of it.
      const tries = now?.breaker.probe?.session;
      if (tries !== undefined && tries !== session.id && !this.isDead(tries)) return current;
      const changed = withNextRound(current, order, (waitMs) => iso(clock.utc() + waitMs));
      next = changed === current ? undefined : breakerOrders(changed).find((each) => isSameStop(each, order));
      return changed;
    });
    if (next !== undefined && holds(gate, next)) this.note('trial_failed', next, why);
  }

  /** It works again: what it stopped may start. Nothing that it held starts by that. */
  async close(order: BreakerOrder, why: string): Promise<void> {
    const { session, clock, log } = this.ports;
    const at = iso(clock.utc());
    let was = false;
    await session.changeGate((current) => {
      was = holds(current, order);
      return withoutStopsAt(current, [order], at);
    });
    if (!was) return;
    log.info('a breaker closed', { scope: order.scope, why });
    this.note('closed', order, why);
  }

  /** Files what is not on record yet. @throws StoreUnavailable; it is filed by a later call */
  async file(): Promise<void> {
    for (const [id, entry] of this.toFile) {
      await audit({ parts: this.ports }, entry, id);
      this.toFile.delete(id);
    }
  }

  private note(event: BreakerNotice['event'], { scope, at, breaker }: BreakerOrder, why: string): void {
    const { clock, breakers } = this.ports;
    const { wrong, of, since, round, probe_at } = breaker;
    const verb = VERBS[event];
    // Two agents may see the same thing: it is on record once.
    this.toFile.set(`${verb}:${scope}:${at}:${round}`, {
      verb,
      by: BREAKER,
      object: { type: 'gate', id: scope },
      scope,
      text: why,
      outcome: 'done',
    });
    const next = event === 'closed' ? undefined : probe_at;
    breakers.tell({ event, scope, why, at: iso(clock.utc()), wrong, of, since, ...present({ probe_at: next }) });
  }
}
