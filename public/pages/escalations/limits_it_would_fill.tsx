import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { LimitGauge } from '../../components/facts/limit_gauge';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';
import { filledBySeveral, type Filling } from './fill_limits';

/** How full the limits are that the act would count in; the brakes judge them again on approval. */
export const LimitsItWouldFill = ({ escalation }: { escalation: EscalationView }) => {
  const { limits } = escalation;
  if (limits === undefined || limits.length === 0) return null;
  return (
    <Section
      title={say('escalation.limits', 'Limits it would count in')}
      note={say('escalation.limits.note', 'judged again when you approve')}
    >
      {limits.map(({ limit, scope, used, most, adds }) => (
        <LimitGauge key={`${limit} ${scope}`} limit={limit} scope={scope} used={used} most={most} adds={adds ?? 1} />
      ))}
    </Section>
  );
};

/** The same for several at once: what approving all of them would add. */
export const LimitsTheyWouldFill = ({ items }: { items: readonly Filling[] }) => {
  const filled = filledBySeveral(items);
  if (filled.length === 0) return null;
  return (
    <div role="group" aria-label={say('bulk.limits', 'Limits that all of them would count in')}>
      <p className="rfx-small rfx-subdued">{say('bulk.limits.note', 'If all of these are approved:')}</p>
      {filled.map(({ limit, scope, used, most, adds }) => (
        <LimitGauge key={`${limit} ${scope}`} limit={limit} scope={scope} used={used} most={most} adds={adds} />
      ))}
    </div>
  );
};
