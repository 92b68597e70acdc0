import React from 'react';
import type { SourceHealthView } from '../../../common/api/routes';
import { Facts } from '../../components/facts/facts';
import { SinceText } from '../../components/text/moment_text';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

/** How a source does, as far as it is known; nothing where nothing is. */
export const HealthFacts = ({ health }: { health: SourceHealthView | undefined }) => {
  if (health === undefined || Object.keys(health).length === 0)
    return <p className="rfx-subdued">{say('health.none', 'Nothing came from it since this agent started.')}</p>;
  const { last_event_at, parse_failures, duplicates, updates } = health;
  const count = (name: string, value: number | undefined) =>
    value === undefined ? undefined : { name, value: countText(value) };
  return (
    <Facts
      look="figures"
      facts={[
        last_event_at === undefined
          ? undefined
          : { name: say('health.last', 'Last event'), value: <SinceText at={last_event_at} /> },
        count(say('health.duplicates', 'Duplicates'), duplicates),
        count(say('health.updates', 'Updates'), updates),
        count(say('health.failures', 'Not readable'), parse_failures),
      ]}
    />
  );
};
