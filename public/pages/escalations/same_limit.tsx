import React from 'react';
import { BriefRule } from '../../components/facts/claimed_mark';
import { EuiButton, EuiButtonEmpty } from '@elastic/eui';
import type { EscalationView } from '../../../common/api/views';
import { useMay } from '../../components/data/use_live';
import { Section } from '../../components/layout/section';
import { PolicyLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { say } from '../../i18n';
import type { Verb } from './answer';
import { actName, keyOf, type Answerable } from './escalation_key';

export type AnswerSeveral = (verb: Verb, items: readonly Answerable[]) => void;

interface SameLimitProps {
  readonly escalation: EscalationView;
  readonly onAnswer: AnswerSeveral;
}

/** The other acts that one limit refuses: one question, asked once, and answered for one of them or for all. */
export const SameLimit = ({ escalation, onAnswer }: SameLimitProps) => {
  const mayApprove = useMay('approve');
  const mayDeny = useMay('respond');
  const { breach } = escalation;
  if (breach === undefined) return null;
  const { limit, count, last_at, others } = breach;
  const all: readonly Answerable[] = [escalation, ...others];
  return (
    <Section title={say('escalation.limit', 'Acts that wait because of this limit: {count}', { count })}>
      <p>
        <PolicyLink id={limit} />{' '}
        <span className="rfx-subdued rfx-small">
          {say('escalation.limit.last', 'last refused')} <MomentText at={last_at} />
        </span>
      </p>
      <ul className="rfx-rows">
        {others.map((other) => (
          <li key={keyOf(other)}>
            {actName(other)}{' '}
            <span className="rfx-subdued rfx-small">
              <BriefRule brief={other.brief} />
            </span>{' '}
            <EuiButtonEmpty
              size="xs"
              isDisabled={!mayApprove}
              onClick={() => onAnswer('approve', [other])}
              aria-label={say('escalation.limit.approve_one', 'Approve: {act}', { act: actName(other) })}
            >
              {say('escalation.limit.approve', 'Approve…')}
            </EuiButtonEmpty>
          </li>
        ))}
      </ul>
      {count > all.length && (
        <p className="rfx-subdued rfx-small">
          {say('escalation.limit.more', '{shown} of {count} are shown, the newest', { shown: all.length, count })}
        </p>
      )}
      {others.length > 0 && (
        <EuiButton size="s" color="danger" isDisabled={!mayDeny} onClick={() => onAnswer('deny', all)}>
          {say('escalation.limit.deny', 'Deny these {count}…', { count: all.length })}
        </EuiButton>
      )}
    </Section>
  );
};
