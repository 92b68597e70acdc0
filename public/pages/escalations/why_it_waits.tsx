import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { ModeBadge } from '../../components/badges';
import { DecisionLink, PolicyLink } from '../../components/links';
import { Reasons } from '../../components/reasons';
import { Section } from '../../components/section';
import { ToneText } from '../../components/tone_text';
import { say } from '../../i18n';

/** Which policy proposes the act, what keeps it from going by itself, and the decision with every clause. */
export const WhyItWaits = ({ escalation }: { escalation: EscalationView }) => {
  const { act, why, text, stop_reason, decision_id } = escalation;
  return (
    <Section
      title={say('escalation.why', 'Why it waits')}
      actions={<DecisionLink id={decision_id}>{say('escalation.decision', 'Clause by clause')}</DecisionLink>}
    >
      {text && (
        <p>
          <ToneText tone="warn">{text}</ToneText>{' '}
          {stop_reason && (
            <span className="rfx-subdued rfx-small">
              {say('escalation.brakes', 'brakes: {reason}', { reason: stop_reason })}
            </span>
          )}
        </p>
      )}
      <Reasons reasons={why} />
      <p className="rfx-small">
        {say('escalation.proposed_by', 'Proposed by')} <PolicyLink id={act.policy.id} />{' '}
        <ModeBadge mode={act.policy.mode} />
      </p>
    </Section>
  );
};
