import React from 'react';
import type { DecisionDetail } from '../../../common/api/views';
import { nearestMisses } from '../../../common/flow/nearest_miss';
import { claimedFields } from '../../../common/flow/claims';
import { AnsweredTo } from '../../components/facts/answered_to';
import { NearestMissLine } from '../../components/facts/nearest_miss';
import { ClaimedMark } from '../../components/facts/claimed_mark';
import { DemoBadge, OutcomeBadge, SeverityMark } from '../../components/facts/badges';
import { Countdown } from '../../components/text/countdown';
import { DecisionLink, PageLink } from '../../components/text/links';
import { SinceText } from '../../components/text/moment_text';
import { DecisionHeadline } from '../../components/facts/headline_text';
import { Reasons } from '../../components/facts/reasons';
import { CountsInstead } from '../../components/facts/source_voice';
import { ToneText } from '../../components/text/tone_text';
import { actStatusWords } from '../../format/act_status';
import { scoreText } from '../../format/numbers';
import { verdictWord } from '../../format/words';
import { say } from '../../i18n';
import { SaidSince } from './said_since';

/** The verdict and its sentence, when, from where, and the decisions before and after. */
export const DecisionHead = ({ detail }: { detail: DecisionDetail }) => {
  const { decision, event, demo } = detail;
  const { verdict, decided_at, score, reasons, predecessor, next_review_at, effectless, case_id } = decision;
  // What has ended, was refused or was decided again since is not looked at any more.
  const isOpen = !actStatusWords(detail.outcome).settled || detail.outcome === 'present';
  const [nearest] = detail.outcome === 'nothing' ? nearestMisses(decision) : [];
  return (
    <div className="rfx-lead">
      <p className="rfx-lead__summary">
        <OutcomeBadge outcome={detail.outcome} /> <DecisionHeadline decision={decision} /> <DemoBadge demo={demo} />
      </p>
      {nearest && (
        <p>
          <NearestMissLine miss={nearest} />
        </p>
      )}
      <p className="rfx-card__meta rfx-small">
        <span>
          {say('decision.at', 'decided')} <SinceText at={decided_at} />
        </span>
        <span>{say('decision.verdict', 'verdict: {verdict}', { verdict: verdictWord(verdict) })}</span>
        <SeverityMark severity={event.event.severity} />
        <ClaimedMark claimed={claimedFields(event).includes('severity')} />
        <CountsInstead heard={event} />
        <span>{say('decision.score', 'score {score}', { score: scoreText(score.value) })}</span>
        <span>{say('decision.intake', 'from {type} “{id}”', { type: event.intake.type, id: event.intake.id })}</span>
        {next_review_at && isOpen && (
          <span>
            {say('decision.next_review', 'looked at again')}{' '}
            <Countdown
              until={next_review_at}
              over={(length) => say('decision.review_due', 'due since {length}', { length })}
            />
          </span>
        )}
        {predecessor && (
          <DecisionLink id={predecessor}>{say('decision.predecessor', 'the decision before this one')}</DecisionLink>
        )}
        <PageLink to={`/decisions?case_id=${encodeURIComponent(case_id)}`}>
          {say('decision.case', 'all decisions of this case')}
        </PageLink>
      </p>
      {effectless === true && (
        <ToneText tone="calm">
          {say('decision.effectless', 'Decided to be answered or compared: no act of it is ever executed.')}
        </ToneText>
      )}
      {detail.asked && <AnsweredTo asker={event.intake.id} asked={detail.asked} />}
      {event.uncalibrated === true && (
        <ToneText tone="warn">
          {say('decision.uncalibrated', 'Nobody has vouched for the confidence of this source.')}
        </ToneText>
      )}
      <SaidSince since={detail.since} />
      {reasons.length > 0 && <Reasons reasons={reasons} source={event.intake} />}
    </div>
  );
};
