import type { Agent } from '../../server/runner/agent/agent';
import type { AlertSource } from '../../server/runner/sources/alerts/alert_source';
import { Monitors } from '../../server/runner/sources/alerts/monitors';
import type { AlertReader } from '../../server/runner/ports';
import { SourceHealth } from '../../server/runner/sources/source_health';

/** A cluster without Alerting: no alert, no finding, and nobody to ask what a monitor is. */
export const emptyReader: AlertReader = {
  patterns: async () => ['alerts'],
  now: async () => ({}),
  since: async (_, position) => ({ alerts: [], position }),
  alerts: async () => [],
  findings: async () => [],
  documents: async () => [],
  entities: async () => ({ documents: [], more: false }),
  monitor: async () => ({ kind: 'unsupported' }),
};

/** What reads alerts, over a reader that may be replaced in part. */
export const alertSourceOf = (
  agent: Agent,
  reader: Partial<AlertReader> = {},
  overrides: Partial<AlertSource> = {},
): AlertSource => {
  const whole = { ...emptyReader, ...reader };
  return {
    agent,
    reader: whole,
    monitors: new Monitors(whole, agent.parts.clock),
    health: new SourceHealth(agent.parts.clock),
    mappingOf: async () => undefined,
    demo: () => false,
    ...overrides,
  };
};
