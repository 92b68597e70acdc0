import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { PageLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';
import { actName, isSameTarget, keyOf, pathOfEscalation } from './escalation_key';
import type { Group } from './groups';

interface SameRuleProps {
  readonly escalation: EscalationView;
  readonly group: Group | undefined;
}

/** Other targets of the same rule and policy within ten minutes: one card, answered together or each by itself. */
export const SameRule = ({ escalation, group }: SameRuleProps) => {
  const others = (group?.items ?? []).filter((each) => !isSameTarget(each, escalation));
  if (others.length === 0) return null;
  return (
    <Section
      title={say('escalation.same_rule', 'The same rule within ten minutes, on other targets: {count}', {
        count: others.length,
      })}
    >
      <ul className="rfx-rows">
        {others.map((other) => (
          <li key={keyOf(other)}>
            <PageLink to={pathOfEscalation(other)}>{actName(other)}</PageLink>{' '}
            <span className="rfx-subdued rfx-small">
              <MomentText at={other.waiting_since} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
};
