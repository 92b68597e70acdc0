import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { BriefRule } from '../../components/facts/claimed_mark';
import { PageLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';
import { isSameTarget, keyOf, pathOfEscalation } from './escalation_key';

interface SameTargetProps {
  readonly escalation: EscalationView;
  readonly waiting: readonly EscalationView[];
}

/** Other events that ask for the same act: select them in the list to answer all at once. */
export const SameTarget = ({ escalation, waiting }: SameTargetProps) => {
  const others = waiting.filter((each) => each !== escalation && isSameTarget(each, escalation));
  const count = Math.max(others.length, escalation.same_target ?? 0);
  if (count === 0) return null;
  return (
    <Section title={say('escalation.same', 'Waiting for the same act on the same target: {count}', { count })}>
      <ul className="rfx-rows">
        {others.map((other) => (
          <li key={keyOf(other)}>
            <PageLink to={pathOfEscalation(other)}>
              <BriefRule brief={other.brief} />
            </PageLink>{' '}
            <span className="rfx-subdued rfx-small">
              <MomentText at={other.waiting_since} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
};
