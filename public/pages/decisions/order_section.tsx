import React from 'react';
import type { DecisionDetail } from '../../../common/api/views';
import { OrderFacts } from '../../components/facts/order_facts';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

/** What a person ordered, where the event is an order. */
export const OrderSection = ({ detail: { event } }: { detail: DecisionDetail }) =>
  event.order === undefined ? null : (
    <Section title={say('order.section', 'What was ordered by hand')}>
      <OrderFacts order={event.order} by={event.intake.id} />
    </Section>
  );
