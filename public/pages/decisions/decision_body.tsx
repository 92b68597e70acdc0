import React from 'react';
import type { DecisionDetail } from '../../../common/api/views';
import { EventFields } from '../../components/facts/event_fields';
import { ScoreBreakdown } from '../../components/facts/score_breakdown';
import { Section } from '../../components/layout/section';
import { Why } from '../../components/facts/why';
import { say } from '../../i18n';
import { ActPanels } from './act_panels';
import { DecisionHead } from './decision_head';
import { FeedbackPanel } from './feedback_panel';
import { LookedUp } from './looked_up';
import { OrderSection } from './order_section';
import { RawJson } from './raw_json';
import { ReplayPanel } from './replay_panel';
import { VersionsPanel } from './versions_panel';

/** From the sentence to the last hash: verdict, acts and what became of them, why, inputs, versions. */
export const DecisionBody = ({ detail, onChanged }: { detail: DecisionDetail; onChanged: () => void }) => {
  const { decision, event } = detail;
  return (
    <>
      <DecisionHead detail={detail} />
      <OrderSection detail={detail} />
      <div className="rfx-columns">
        <div className="rfx-columns__main">
          <ActPanels detail={detail} />
          <Section title={say('decision.why', 'Why, clause by clause')}>
            <Why decision={decision} event={event} />
          </Section>
          <LookedUp inputs={decision.inputs} event={event} />
        </div>
        <div className="rfx-columns__side">
          <FeedbackPanel detail={detail} onLabelled={onChanged} />
          <Section title={say('escalation.score', 'Response score')}>
            <ScoreBreakdown score={decision.score} />
          </Section>
          <Section title={say('decision.event', 'The event')}>
            <EventFields heard={event} />
          </Section>
          <ReplayPanel decisionId={decision.decision_id} />
          <VersionsPanel detail={detail} />
          <RawJson detail={detail} />
        </div>
      </div>
    </>
  );
};
