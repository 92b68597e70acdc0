import React from 'react';
import type { Decision } from '../../../../common/flow/decision';
import { ShadowBadge, VerdictBadge } from '../../../components/facts/badges';
import { DecisionHeadline } from '../../../components/facts/headline_text';
import { Reasons } from '../../../components/facts/reasons';
import { ScoreBreakdown } from '../../../components/facts/score_breakdown';
import { Why } from '../../../components/facts/why';
import { targetText } from '../../../format/targets';
import { actionTitle } from '../../../format/words';
import { say } from '../../../i18n';

/** A decision that was only tried: its acts, why, and the score. */
export const TriedDecision = ({ decision }: { decision: Decision }) => (
  <div className="rfx-tried">
    <p className="rfx-lead__summary">
      <VerdictBadge verdict={decision.verdict} /> <DecisionHeadline decision={decision} />
    </p>
    <p className="rfx-small rfx-subdued">
      {say(
        'tried.brakes',
        'The brakes (limits, protected targets, kill switch) judge a permitted act when it is about to start; they are not part of this.',
      )}
    </p>
    {[...decision.acts, ...(decision.held ?? [])].map((act) => (
      <div key={act.act_id}>
        <h3 className="rfx-tried__act">
          {actionTitle(act.action)} {targetText(act.target)} <VerdictBadge verdict={act.result} />{' '}
          <ShadowBadge shadow={act.shadow} />
        </h3>
        <Reasons reasons={act.reasons} />
      </div>
    ))}
    {decision.reasons.length > 0 && <Reasons reasons={decision.reasons} />}
    <Why decision={decision} />
    <ScoreBreakdown score={decision.score} />
  </div>
);
