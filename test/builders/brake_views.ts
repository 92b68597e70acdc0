import type * as t from 'io-ts';
import type {
  AgentView,
  BrakeGauge,
  listAgents,
  listLimits,
  listProtected,
  ProtectedThing,
  WouldAnswer,
  WouldView,
} from '../../common/api/routes';
import { at, NOW } from './views';

/* The brakes and the agents as the page gets them, plain and valid; a test overrides what it is about. */

export const aGauge = (overrides: Partial<BrakeGauge> = {}): BrakeGauge => ({
  kind: 'limit',
  limit: 'limit-blocks',
  scope: 'all',
  used: 17,
  most: 50,
  counts: 'starts',
  within_ms: 3_600_000,
  frees_in_ms: 120_000,
  ...overrides,
});

export const gaugesOf = (
  gauges: readonly BrakeGauge[],
  overrides: Partial<t.TypeOf<typeof listLimits.answer>> = {},
): t.TypeOf<typeof listLimits.answer> => ({
  as_of: NOW,
  total: gauges.length,
  gauges: [...gauges],
  untouched: [],
  ...overrides,
});

export const aProtectedThing = (overrides: Partial<ProtectedThing> = {}): ProtectedThing => ({
  text: 'dc-01',
  from: 'policy',
  where: 'protect-domain-controllers',
  kind: 'host',
  ...overrides,
});

export const protectedOf = (
  things: readonly ProtectedThing[],
  overrides: Partial<t.TypeOf<typeof listProtected.answer>> = {},
): t.TypeOf<typeof listProtected.answer> => {
  const countOf = (from: ProtectedThing['from']): number => things.filter((each) => each.from === from).length;
  return {
    as_of: NOW,
    settled: true,
    total: things.length,
    counts: { own: countOf('own'), policy: countOf('policy'), inventory: countOf('inventory') },
    things: [...things],
    missing: [],
    two_sources: true,
    ...overrides,
  };
};

export const anAgentView = (overrides: Partial<AgentView> = {}): AgentView => ({
  session: 'session-1',
  agent: 'agent-1',
  this_one: true,
  since: at(-7_200),
  alive: true,
  schema: 9,
  lacks: [],
  cannot_undo_at: [],
  host: 'soc-01',
  roles: ['ui', 'intake', 'decide', 'act', 'undo'],
  bundle_version: 12,
  heartbeat_ms: 240,
  pending: 2,
  spooled: 31,
  journal: 7,
  ...overrides,
});

export const agentsOf = (
  agents: readonly AgentView[],
  overrides: Partial<t.TypeOf<typeof listAgents.answer>> = {},
): t.TypeOf<typeof listAgents.answer> => ({ as_of: NOW, total: agents.length, agents: [...agents], ...overrides });

export const aWouldAnswer = (overrides: Partial<WouldAnswer> = {}): WouldAnswer => ({
  policies: ['isolate-ransomware'],
  now: { would: 'permit' },
  approved: { would: 'permit' },
  ...overrides,
});

export const aWouldView = (overrides: Partial<WouldView> = {}): WouldView => ({
  as_of: NOW,
  action: 'isolate_host',
  target: { type: 'host', value: 'ws-114' },
  also_as: ['10.20.10.14'],
  answers: [aWouldAnswer()],
  policies_total: 1,
  limits: [{ limit: 'limit-isolation', scope: '10.20.10.0/24', used: 1, most: 2, adds: 1, counts: 'targets' }],
  ...overrides,
});
