import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { LimitGauge } from '../../components/facts/limit_gauge';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';

/** How full the limits are that the act would count in; the brakes judge them again on approval. */
export const LimitsItWouldFill = ({ escalation }: { escalation: EscalationView }) => {
  const { limits } = escalation;
  if (limits === undefined || limits.length === 0) return null;
  return (
    <Section
      title={say('escalation.limits', 'Limits it would count in')}
      note={say('escalation.limits.note', 'judged again when you approve')}
    >
      {limits.map(({ limit, scope, used, most }) => (
        <LimitGauge key={`${limit} ${scope}`} limit={limit} scope={scope} used={used} most={most} next />
      ))}
    </Section>
  );
};
