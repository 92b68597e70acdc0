import { present } from '../../common/present';
import { iso } from '../../common/iso';
import { listIntakeHealth, type IntakeHealthView } from '../../common/api/routes';
import { ok } from '../../common/result';
import type { SourceHealthFacts } from '../runner/sources/source_health';
import { serve } from './bind';
import type { Serving } from './route_parts';

const MOST = 1_000;
const MOST_TEXT = 4_096;

const viewOf = (facts: SourceHealthFacts, granted: boolean): IntakeHealthView => {
  const { source, received, duplicates, updates, quarantined, parseFailures, notOurs, perMinuteOfFive } = facts;
  const { lastEventAt, lag, position, connected, error } = facts;
  return {
    ...source,
    received,
    duplicates,
    updates,
    quarantined,
    parse_failures: parseFailures,
    not_ours: notOurs,
    granted,
    per_minute: perMinuteOfFive,
    ...present({
      last_event_at: lastEventAt === undefined ? undefined : iso(lastEventAt),
      lag,
      position: position?.slice(0, MOST_TEXT),
      connected,
      error: error?.slice(0, MOST_TEXT),
    }),
  };
};

/** How each source of events does. */
export const sourceHealthRoutes = (parts: Serving<'agent' | 'sourceHealth'>): void => {
  serve(parts, listIntakeHealth, async () => {
    const { agent, sourceHealth } = parts.ready();
    const { clock, grants } = agent.parts;
    const sources = sourceHealth.list().slice(0, MOST);
    return ok({
      as_of: iso(clock.utc()),
      sources: sources.map((facts) => viewOf(facts, grants.of(facts.source) !== undefined)),
    });
  });
};
