import React from 'react';
import type { SourceHealthView } from '../../../common/api/routes';
import { Facts } from '../../components/facts';
import { SinceText } from '../../components/moment_text';
import { durationText } from '../../format/duration';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

/** How a source does, as far as it is known; nothing where nothing is. */
export const HealthFacts = ({ health }: { health: SourceHealthView | undefined }) => {
  if (health === undefined || Object.keys(health).length === 0)
    return <p className="rfx-subdued">{say('health.none', 'Nothing came from it since this agent started.')}</p>;
  const { last_event_at, events_24h, lag_ms, parse_failures, duplicates, position } = health;
  const count = (name: string, value: number | undefined) =>
    value === undefined ? undefined : { name, value: countText(value) };
  return (
    <Facts
      look="figures"
      facts={[
        last_event_at === undefined
          ? undefined
          : { name: say('health.last', 'Last event'), value: <SinceText at={last_event_at} /> },
        count(say('health.events', 'Events in 24 h'), events_24h),
        lag_ms === undefined ? undefined : { name: say('health.lag', 'Behind'), value: durationText(lag_ms) },
        count(say('health.duplicates', 'Duplicates'), duplicates),
        count(say('health.failures', 'Not readable'), parse_failures),
        position === undefined
          ? undefined
          : { name: say('health.position', 'Read up to'), value: <code>{position}</code> },
      ]}
    />
  );
};
