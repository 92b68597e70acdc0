import { BreakerOrders } from '../../server/runner/agent/breakers/breaker_orders';
import type { BreakerNotice, BreakerRules, Breakers } from '../../server/runner/agent/breakers/breakers';
import type { Gate } from '../../server/runner/keeping/kinds/gate';
import { breakerOrders, type BreakerOrder } from '../../server/runner/keeping/kinds/gate_breakers';
import type { Basics, EvidenceLog, StateStore } from '../../server/runner/ports';
import type { Session } from '../../server/runner/session/session';

/* A session that is alone with its gate, for what breakers order. */

export const BREAKER_RULES: BreakerRules = {
  connector: { error_percent: 30, at_least: 5, window_ms: 600_000, wait_ms: 30_000 },
  policy: { overridden_percent: 20, acts: 10 },
};

export interface BreakerScene {
  gate: Gate;
  /** Ids of others that live, and sort as they do. */
  livePeers: readonly string[];
  readonly session: Session;
  readonly breakers: Breakers;
  readonly orders: BreakerOrders;
  readonly notices: readonly BreakerNotice[];
  /** The order that a breaker gave for a scope. */
  readonly orderOf: (scope: string) => BreakerOrder | undefined;
}

/** @param ports where time and the evidence come from */
export const breakerScene = (
  ports: Basics & { readonly evidence: EvidenceLog },
  rules: BreakerRules = BREAKER_RULES,
): BreakerScene => {
  const notices: BreakerNotice[] = [];
  const breakers: Breakers = {
    rules,
    tell: (notice) => void notices.push(notice),
    remind: () => undefined,
    trips: new Map(),
  };
  const session = {
    id: 'me',
    get gate() {
      return scene.gate;
    },
    get livePeers() {
      return scene.livePeers;
    },
    saysOfItself: () => undefined,
    deadForMs: () => undefined,
    changeGate: async (change: (gate: Gate) => Gate) => (scene.gate = change(scene.gate)),
  } as unknown as Session;
  const scene: BreakerScene = {
    gate: {
      ...{ generation: 'g', epoch: 1, stops: [], bundle_floor: 1 },
      sessions: { me: { joined_at: '2026-11-30T08:00:00.000Z', agent: 'a' } },
    },
    livePeers: [],
    session,
    breakers,
    orders: new BreakerOrders({ ...ports, session, breakers, store: {} as StateStore }),
    notices,
    orderOf: (scope) => breakerOrders(scene.gate).find((each) => each.scope === scope),
  };
  return scene;
};
