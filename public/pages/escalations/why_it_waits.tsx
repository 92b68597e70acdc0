import React from 'react';
import type { EscalationView } from '../../../common/api/views';
import { speakerOf } from '../../../common/flow/intake';
import { covers } from '../../../common/flow/stop_scope';
import { DecisionLink, PageLink } from '../../components/text/links';
import { Reasons } from '../../components/facts/reasons';
import { Section } from '../../components/layout/section';
import { useStatusPart } from '../../components/data/use_live';
import { MomentText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { ToneText } from '../../components/text/tone_text';
import { stopReasonWords } from '../../format/act_status';
import { say } from '../../i18n';

/** What held it is over; it waits, because nothing that an order to stop held starts by itself. */
const Resumed = ({ at, reason }: { at: string; reason: EscalationView['stop_reason'] }) => (
  <p>
    <ToneText tone="calm">
      {reason === 'breaker'
        ? say('escalation.resumed.breaker', 'Only a breaker held it. It tripped; reset, or closed by itself')
        : say('escalation.resumed', 'Only the kill switch held it. It was thrown; resumed')}{' '}
      <MomentText at={at} />
    </ToneText>{' '}
    <span className="rfx-subdued rfx-small">
      {say(
        'escalation.resumed.about',
        'Nothing that it held starts by itself: approve it, and the brakes judge it anew.',
      )}
    </span>
  </p>
);

/** What the brakes say. That the policies leave it to a person is told by the policies themselves. */
const BrakeWords = ({
  text,
  stop_reason,
  resumed_at,
  act,
  brief,
}: Pick<EscalationView, 'text' | 'stop_reason' | 'resumed_at' | 'act' | 'brief'>) => {
  const stops = useStatusPart('stops') ?? [];
  const isStopped = stops.some(({ scope }) =>
    covers(scope, { ...act, policy: act.policy.id, source: speakerOf(brief.intake) }),
  );
  if (resumed_at !== undefined && !isStopped) return <Resumed at={resumed_at} reason={stop_reason} />;
  if (text === undefined || stop_reason === 'not_permitted') return null;
  return (
    <p>
      <ToneText tone="warn">
        <Sentence text={text} />
      </ToneText>{' '}
      {stop_reason && (
        <span className="rfx-subdued rfx-small">
          {say('escalation.brakes', 'brakes: {reason}', { reason: stopReasonWords(stop_reason) })}
        </span>
      )}{' '}
      {stop_reason === 'breaker' && (
        <PageLink to="/brakes">{say('escalation.breaker', 'How it is, and how it is reset')}</PageLink>
      )}
    </p>
  );
};

/** An asker wants to do it by itself: what an approval does then, and why it is wanted. */
const Requested = ({ requested: { by, subject, reason } }: { requested: NonNullable<EscalationView['requested']> }) => (
  <p>
    <ToneText tone="warn">
      {say('escalation.requested', '“{by}” wants to do this by itself, for {type} “{id}”, as it says.', {
        by,
        type: subject.type,
        id: subject.id,
      })}
    </ToneText>{' '}
    <q>{reason}</q>{' '}
    <span className="rfx-subdued rfx-small">
      {say(
        'escalation.requested.about',
        'Approved, it may do it once within 5 minutes, if the brakes agree by then. Reflex itself does nothing.',
      )}
    </span>
  </p>
);

/** What keeps the act from going by itself first, then which policy proposes it; every clause is one click away. */
export const WhyItWaits = ({ escalation }: { escalation: EscalationView }) => {
  const { why, decision_id, brief } = escalation;
  const proposing = why.filter(({ code }) => code === 'policy_matched');
  const holding = why.filter(({ code }) => code !== 'policy_matched');
  return (
    <Section
      title={say('escalation.why', 'Why it waits')}
      actions={<DecisionLink id={decision_id}>{say('escalation.decision', 'Clause by clause')}</DecisionLink>}
    >
      {escalation.requested && <Requested requested={escalation.requested} />}
      <BrakeWords {...escalation} />
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
