import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { DecisionLink } from '../../components/text/links';
import { Reasons } from '../../components/facts/reasons';
import { Section } from '../../components/layout/section';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { say } from '../../i18n';

/** What the brakes say. That the policies leave it to a person is told by the policies themselves. */
const BrakeWords = ({ text, stop_reason }: Pick<EscalationView, 'text' | 'stop_reason'>) => {
  if (text === undefined || stop_reason === 'not_permitted') return null;
  return (
    <p>
      <ToneText tone="warn">
        <Sentence text={text} />
      </ToneText>{' '}
      {stop_reason && (
        <span className="rfx-subdued rfx-small">
          {say('escalation.brakes', 'brakes: {reason}', { reason: stop_reason })}
        </span>
      )}
    </p>
  );
};

/** What keeps the act from going by itself first, then which policy proposes it; every clause is one click away. */
export const WhyItWaits = ({ escalation }: { escalation: EscalationView }) => {
  const { why, text, stop_reason, decision_id, brief } = escalation;
  const proposing = why.filter(({ code }) => code === 'policy_matched');
  const holding = why.filter(({ code }) => code !== 'policy_matched');
  return (
    <Section
      title={say('escalation.why', 'Why it waits')}
      actions={<DecisionLink id={decision_id}>{say('escalation.decision', 'Clause by clause')}</DecisionLink>}
    >
      <BrakeWords text={text} stop_reason={stop_reason} />
      {holding.length > 0 && <Reasons reasons={holding} tone="warn" source={brief.intake} />}
      {proposing.length > 0 && (
        <>
          <h3 className="rfx-small rfx-subdued">{say('escalation.proposed_by', 'Proposed by')}</h3>
          <Reasons reasons={proposing} />
        </>
      )}
    </Section>
  );
};
