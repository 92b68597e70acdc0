import React from 'react';
import type { DisruptionSumView } from '../../../common/api/routes';
import { DisruptionSum } from '../../components/facts/disruption_sum';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

/** What all that is contained takes away, by what the connectors state of it. */
export const DisruptionPanel = ({ disruption }: { disruption: DisruptionSumView }) => (
  <Section
    title={say('disruption.title', 'Out of use because of us')}
    note={say('disruption.note', 'each target once, by what takes most from it')}
  >
    <DisruptionSum disruption={disruption} />
  </Section>
);
