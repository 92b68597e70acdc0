import { present } from '../../common/present';
import { iso } from '../../common/iso';
import { getLeftOut, listIntakeHealth, type IntakeHealthView } from '../../common/api/routes';
import { ok } from '../../common/result';
import type { SourceSwitch } from '../runner/keeping/kinds/sources';
import { grantKey } from '../runner/sources/grants';
import type { Switches } from '../runner/facts/switches';
import type { LeftOutCounts } from '../runner/sources/left_out';
import type { Readings } from '../runner/sources/reading_book';
import { NOTHING_CAME, type SourceHealthFacts } from '../runner/sources/source_health';
import { serve } from './bind';
import type { Serving } from './route_parts';

const MOST = 1_000;
const MOST_TEXT = 4_096;

interface Known {
  readonly granted: boolean;
  readonly leftOut: LeftOutCounts;
  readonly off: SourceSwitch | undefined;
}

const viewOf = (facts: SourceHealthFacts, { granted, leftOut, off }: Known): IntakeHealthView => {
  const { source, received, duplicates, updates, quarantined, parseFailures, notOurs, switchedOff } = facts;
  const { perMinuteOfFive, lastEventAt, lag, position, connected, error } = facts;
  return {
    ...source,
    received,
    duplicates,
    updates,
    quarantined,
    parse_failures: parseFailures,
    not_ours: notOurs,
    left_out: { ...leftOut },
    switched_off: switchedOff,
    granted,
    per_minute: perMinuteOfFive,
    ...present({
      last_event_at: lastEventAt === undefined ? undefined : iso(lastEventAt),
      lag,
      position: position?.slice(0, MOST_TEXT),
      connected,
      error: error?.slice(0, MOST_TEXT),
      off: off && { by: off.by, at: off.at, reason: off.reason },
    }),
  };
};

const SILENT = { ...NOTHING_CAME, perMinute: 0, perMinuteOfFive: 0 } as const;

/** What is switched off is named first, also where nothing came from it: it must not be forgotten. */
const withOff = (
  facts: readonly SourceHealthFacts[],
  switches: Pick<Switches, 'all' | 'off'>,
): readonly SourceHealthFacts[] => {
  const known = new Set(facts.map(({ source }) => grantKey(source)));
  const silent = switches.all
    .filter(({ source }) => !known.has(grantKey(source)))
    .map(({ source }) => ({ ...SILENT, source }));
  const isOff = ({ source }: SourceHealthFacts): boolean => switches.off(source) !== undefined;
  return [...facts.filter(isOff), ...silent, ...facts.filter((each) => !isOff(each))];
};

/** A source whose documents this agent cannot read takes nothing: that is its state, whatever its connection says. */
const withUnread = (facts: SourceHealthFacts, readings: Pick<Readings, 'of' | 'settings'>): SourceHealthFacts => {
  const isRead = readings.settings.has(grantKey(facts.source));
  const unknown = isRead ? readings.of(facts.source).unknown : undefined;
  return unknown === undefined ? facts : { ...facts, error: unknown };
};

/** How each source of events does. */
export const sourceHealthRoutes = (parts: Serving<'agent' | 'readings' | 'sourceHealth'>): void => {
  serve(parts, listIntakeHealth, async () => {
    const { agent, readings, sourceHealth } = parts.ready();
    const { clock, grants, switches } = agent.parts;
    const sources = withOff(sourceHealth.list(), switches).slice(0, MOST);
    return ok({
      as_of: iso(clock.utc()),
      sources: sources.map((facts) =>
        viewOf(withUnread(facts, readings), {
          granted: grants.of(facts.source) !== undefined,
          leftOut: sourceHealth.leftOut.counts(facts.source),
          off: switches.off(facts.source),
        }),
      ),
    });
  });
  serve(parts, getLeftOut, async ({ params }) => {
    const { agent, sourceHealth } = parts.ready();
    return ok({ as_of: iso(agent.parts.clock.utc()), rows: [...sourceHealth.leftOut.rows(params)] });
  });
};
