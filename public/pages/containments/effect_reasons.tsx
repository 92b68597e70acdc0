import React from 'react';
import type { ContainmentView } from '../../../common/api/views';
import { ModeBadge } from '../../components/facts/badges';
import { Disruption } from '../../components/facts/disruption';
import { Countdown } from '../../components/text/countdown';
import { DecisionLink, PolicyLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { SmallTable } from '../../components/layout/small_table';
import { say } from '../../i18n';
import { ApprovedBy } from './approved_by';
import { reasonWords } from './containment_words';

/** Of one policy only the last event is listed; the others are counted with it. */
const FoldedTimes = ({ times, at }: { readonly times: number; readonly at: string }) => (
  <span className="rfx-subdued">
    {say('reasons.times', '{count, plural, one {# time} other {# times}}, last', { count: times })}{' '}
    <MomentText at={at} />
  </span>
);

/** Every reason for which an effect is there; it ends with the last of them. */
export const EffectReasons = ({ row }: { row: ContainmentView }) => (
  <div className="rfx-expanded">
    {row.disruption && <Disruption disruption={row.disruption} />}
    <SmallTable
      caption={say('reasons.caption', 'Reasons of this effect; it ends with the last')}
      columns={[
        { name: say('reasons.reason', 'Reason') },
        { name: say('reasons.policy', 'Policy') },
        { name: say('reasons.decision', 'Decision') },
        { name: say('reasons.ends', 'Ends') },
        { name: say('reasons.command', 'Command') },
      ]}
      rows={row.reasons.map(({ command_id, reason, approved, policy, decision_id, deadline, times = 1, last_at }) => ({
        key: command_id,
        cells: [
          <span key="reason">
            {approved && <ApprovedBy approved={approved} />}
            <Sentence text={reasonWords(row, reason)} />{' '}
            {times > 1 && last_at !== undefined && <FoldedTimes times={times} at={last_at} />}
          </span>,
          <span key="policy">
            <PolicyLink id={policy.id} /> <ModeBadge mode={policy.mode} />
          </span>,
          <DecisionLink key="decision" id={decision_id}>
            {say('containment.decision', 'decision')}
          </DecisionLink>,
          deadline === null ? (
            say('containment.no_end', 'until somebody lifts it')
          ) : (
            <Countdown key="end" until={deadline} />
          ),
          <code key="command" className="rfx-small">
            {command_id}
          </code>,
        ],
      }))}
    />
    <p className="rfx-small rfx-subdued">
      {say('reasons.effect', 'Effect')} <code>{row.effect_id}</code>
    </p>
  </div>
);
