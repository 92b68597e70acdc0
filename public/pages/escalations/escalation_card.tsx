import { present } from '../../../common/present';
import React from 'react';
import { EuiButton } from '@elastic/eui';
import type { EscalationView } from '../../../common/api/views';
import type { Act } from '../../../common/flow/decision';
import { onExpiryOf } from '../../../common/flow/demand';
import { AssetCard } from '../../components/facts/asset_facts';
import { Disruption } from '../../components/facts/disruption';
import { OrderFacts } from '../../components/facts/order_facts';
import { DemoBadge } from '../../components/facts/badges';
import { BriefRule, BriefSeverity, ClaimedMark } from '../../components/facts/claimed_mark';
import { Countdown } from '../../components/text/countdown';
import { EventFields } from '../../components/facts/event_fields';
import { KeyMark } from '../../components/text/key_mark';
import { PageLink } from '../../components/text/links';
import { SinceText } from '../../components/text/moment_text';
import { CountsInstead } from '../../components/facts/source_voice';
import { ScoreBreakdown } from '../../components/facts/score_breakdown';
import { Section } from '../../components/layout/section';
import { useMay, useStatusPart } from '../../components/data/use_live';
import { scoreText } from '../../format/numbers';
import { targetText, targetTypeWord } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';
import type { Verb } from './answer';
import { AloneBadge } from './alone_badge';
import { ApprovalSection } from './approval_section';
import type { Group } from './groups';
import { HandedOver } from './handed_over';
import { LimitsItWouldFill } from './limits_it_would_fill';
import { SameLimit, type AnswerSeveral } from './same_limit';
import { SameRule } from './same_rule';
import { SameTarget } from './same_target';
import { UndoPlan } from './undo_plan';
import { WhyItWaits } from './why_it_waits';

interface CardProps {
  readonly escalation: EscalationView;
  readonly waiting: readonly EscalationView[];
  /** The card that it is on with others. */
  readonly group: Group | undefined;
  /** How many the answers mean: what is selected, else every alert that asks for this. */
  readonly meant: number;
  readonly onAnswer: (verb: Verb) => void;
  readonly onAnswerSeveral: AnswerSeveral;
}

const Answers = ({ meant, onAnswer }: Pick<CardProps, 'meant' | 'onAnswer'>) => {
  const mayApprove = useMay('approve');
  const mayDeny = useMay('respond');
  const offered = (useStatusPart('users') ?? []).length > 0;
  return (
    <div className="rfx-card__answers">
      <EuiButton fill color="primary" isDisabled={!mayApprove} onClick={() => onAnswer('approve')}>
        {meant > 1 ? say('bulk.approve', 'Approve {count}…', { count: meant }) : say('escalation.approve', 'Approve…')}{' '}
        <KeyMark name="A" />
      </EuiButton>
      <EuiButton color="danger" isDisabled={!mayDeny} onClick={() => onAnswer('deny')}>
        {meant > 1 ? say('bulk.deny', 'Deny {count}…', { count: meant }) : say('escalation.deny', 'Deny…')}{' '}
        <KeyMark name="D" />
      </EuiButton>
      {!mayApprove && (
        <span className="rfx-subdued rfx-small">
          {offered
            ? say('escalation.may_not_demo', 'approving takes the right to approve: act as another user, above')
            : say('escalation.may_not', 'approving takes the right to approve')}
        </span>
      )}
    </div>
  );
};

/** The connector that the policy names, else the one that can do it; undefined if none or several can. */
const useConnectorOf = ({ connector, action }: Act): string | undefined => {
  const able = (useStatusPart('connectors') ?? []).filter(({ actions }) => actions.includes(action));
  return connector ?? (able.length === 1 ? able[0]?.name : undefined);
};

const WhatHappened = ({ brief }: Pick<EscalationView, 'brief'>) => {
  const entities = [brief.source, brief.host, brief.user].filter((part) => part !== undefined);
  return (
    <p className="rfx-card__event">
      <strong>
        <BriefRule brief={brief} />
      </strong>{' '}
      <span>
        {entities.map((entity, index) => (
          <span key={entity}>
            {index > 0 && ' · '}
            <span className="rfx-value">{entity}</span>
          </span>
        ))}
      </span>{' '}
      <span className="rfx-subdued">
        {say('escalation.confidence', 'confidence {confidence}, from {type} “{id}”', {
          confidence: scoreText(brief.confidence),
          type: brief.intake.type,
          id: brief.intake.id,
        })}{' '}
        <ClaimedMark claimed={brief.claimed.includes('confidence')} /> <SinceText at={brief.timestamp} />
      </span>
    </p>
  );
};

/** What becomes of it if nobody answers: never an act. */
const expiryWords = ({ approval, act: { demands = [] } }: EscalationView): string => {
  const then = approval?.late === undefined ? onExpiryOf(demands) : 'deny';
  switch (then) {
    case 'deny':
      return say('escalation.expires', 'expires without an act');
    case 'second':
      return say('escalation.expires.second', 'takes one more person');
    case 'hold':
      return say('escalation.expires.hold', 'waits on without an act');
  }
};

const Head = ({ escalation, meant, onAnswer }: Pick<CardProps, 'escalation' | 'meant' | 'onAnswer'>) => {
  const { act, brief, demo, event, voice, waiting_since, expires_at, reminded } = escalation;
  const connector = useConnectorOf(act);
  return (
    <div className="rfx-card__head">
      <div className="rfx-card__act">
        <h2 className="rfx-card__title">
          {actionTitle(act.action)} <span className="rfx-value">{targetText(act.target)}</span>
        </h2>
        <div className="rfx-card__meta">
          <span>{targetTypeWord(act.target.type)}</span>
          <BriefSeverity brief={brief} />
          <CountsInstead heard={{ event, intake: brief.intake, ...present({ voice }) }} />
          {connector && <span>{say('escalation.connector', 'by connector {name}', { name: connector })}</span>}
          <AloneBadge escalation={escalation} />
          <DemoBadge demo={demo} />
        </div>
        {escalation.order ? (
          <OrderFacts order={escalation.order} by={brief.intake.id} />
        ) : (
          <WhatHappened brief={brief} />
        )}
        {escalation.disruption && <Disruption disruption={escalation.disruption} />}
        <div className="rfx-card__meta rfx-small">
          <span>
            {say('escalation.since', 'waits since')} <SinceText at={waiting_since} />
          </span>
          {expires_at && (
            <span>
              {expiryWords(escalation)} <Countdown until={expires_at} />
            </span>
          )}
          {reminded && (
            <span className={reminded.mark === 'last' ? 'rfx-tone--warn' : undefined}>
              {reminded.mark === 'last'
                ? say('escalation.reminded.last', 'a tenth of its time is left; people were told again')
                : say('escalation.reminded.half', 'half of its time is over; people were told again')}{' '}
              <SinceText at={reminded.at} />
            </span>
          )}
          <HandedOver told={escalation.handed_over} />
        </div>
      </div>
      <Answers meant={meant} onAnswer={onAnswer} />
    </div>
  );
};

/** Everything that a person needs to decide, on one screen. */
export const EscalationCard = ({ escalation, waiting, group, meant, onAnswer, onAnswerSeveral }: CardProps) => {
  const { facts, score, event, brief, voice, as_said, mended } = escalation;
  return (
    <article className="rfx-card" aria-label={say('escalation.card', 'The act in question')}>
      <p className="rfx-card__back">
        <PageLink to="/escalations">{say('escalation.back', '← All {count}', { count: waiting.length })}</PageLink>
      </p>
      <Head escalation={escalation} meant={meant} onAnswer={onAnswer} />
      <div className="rfx-card__grid">
        <WhyItWaits escalation={escalation} />
        <ApprovalSection escalation={escalation} />
        <UndoPlan act={escalation.act} />
        <LimitsItWouldFill escalation={escalation} />
        <SameLimit escalation={escalation} onAnswer={onAnswerSeveral} />
        <SameTarget escalation={escalation} waiting={waiting} />
        <SameRule escalation={escalation} group={group} />
        <Section title={say('escalation.facts', 'What is known of the target and the event’s hosts')}>
          {facts.length === 0 ? (
            <p className="rfx-subdued">{say('escalation.facts.none', 'nothing was looked up')}</p>
          ) : (
            facts.map((asset) => <AssetCard key={`${asset.type} ${asset.value}`} asset={asset} />)
          )}
        </Section>
        <Section title={say('escalation.score', 'Response score')}>
          <ScoreBreakdown score={score} />
        </Section>
        <Section title={say('escalation.event', 'The event')}>
          <EventFields heard={{ event, intake: brief.intake, ...present({ voice, as_said, mended }) }} />
        </Section>
      </div>
    </article>
  );
};
