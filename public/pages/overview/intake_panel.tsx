import React from 'react';
import type { StatusView } from '../../../common/api/routes';
import { Facts } from '../../components/facts/facts';
import { Section } from '../../components/layout/section';
import { DuplicatesNote } from '../../components/text/duplicates_note';
import { ToneText } from '../../components/text/tone_text';
import { useStatusPart } from '../../components/data/use_live';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

type Counters = NonNullable<StatusView['counters']>;

/**
 * Every event that was taken in is somewhere: `received = accepted + duplicates + updates + quarantined`. Spooled ones
 * count as accepted; refused ones were not taken in, and their senders were told.
 */
const accountedFor = ({ accepted, duplicates, updates, quarantined }: Counters): number =>
  accepted + duplicates + updates + quarantined;

const Balance = ({ counters }: { counters: Counters }) => {
  const missing = counters.received - accountedFor(counters);
  return missing === 0 ? (
    <ToneText tone="good">{say('intake.balanced', 'the sum is right: nothing was lost')}</ToneText>
  ) : (
    <ToneText tone="warn">
      {say('intake.unbalanced', '{count} not accounted for yet: on their way, or lost', { count: Math.abs(missing) })}
    </ToneText>
  );
};

/** What came in at this host since it started, and what became of it; the sum is checked before the reader's eyes. */
export const IntakePanel = () => {
  const counters = useStatusPart('counters');
  if (counters === undefined) return null;
  return (
    <Section title={say('intake.title', 'Intake')} note={say('intake.note', 'this host, since its start')}>
      <Facts
        look="figures"
        facts={[
          { name: say('intake.received', 'Received'), value: <strong>{countText(counters.received)}</strong> },
          { name: say('intake.accepted', '= accepted'), value: countText(counters.accepted) },
          { name: say('intake.duplicates', '+ duplicates'), value: countText(counters.duplicates) },
          { name: say('intake.updates', '+ newer data of earlier ones'), value: countText(counters.updates) },
          { name: say('intake.quarantined', '+ quarantined'), value: countText(counters.quarantined) },
        ]}
      />
      <Balance counters={counters} />
      <DuplicatesNote count={counters.duplicates} />
      <Facts
        look="figures"
        facts={[
          {
            name: say('intake.spooled', 'Of these on the local disk, not decided yet'),
            value: countText(counters.spooled),
          },
          {
            name: say('intake.refused', 'Refused besides; their senders were told'),
            value: countText(counters.refused),
          },
        ]}
      />
    </Section>
  );
};
