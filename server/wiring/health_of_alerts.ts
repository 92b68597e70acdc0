import { present } from '../../common/present';
import { iso } from '../../common/iso';
import type { SourceHealthView } from '../../common/api/routes';
import type { SourceHealth } from '../runner/sources/source_health';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** How a source of alerts does, over all monitors that it has; undefined while nothing came from them. */
export const healthOfAlerts = (health: SourceHealth, monitorIds: readonly string[]): SourceHealthView | undefined => {
  // Alerts of detectors themselves (correlations, threat intelligence) count under another type.
  const facts = health
    .list()
    .filter(({ source }) => ['alerting', 'detector'].includes(source.type) && monitorIds.includes(source.id));
  if (facts.length === 0) return undefined;
  const last = Math.max(...facts.map(({ lastEventAt }) => lastEventAt ?? 0));
  return {
    ...present({ last_event_at: last > 0 ? iso(last) : undefined }),
    duplicates: sum(facts.map(({ duplicates }) => duplicates)),
    updates: sum(facts.map(({ updates }) => updates)),
    parse_failures: sum(facts.map(({ parseFailures }) => parseFailures)),
  };
};
