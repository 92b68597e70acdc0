import React from 'react';
import type { ContainmentView } from '../../../common/api/views';
import { ModeBadge } from '../../components/facts/badges';
import { Countdown } from '../../components/text/countdown';
import { DecisionLink, PolicyLink } from '../../components/text/links';
import { SmallTable } from '../../components/layout/small_table';
import { say } from '../../i18n';

/** Every reason for which an effect is there; it ends with the last of them. */
export const EffectReasons = ({ row }: { row: ContainmentView }) => (
  <div className="rfx-expanded">
    <SmallTable
      caption={say('reasons.caption', 'Reasons of this effect; it ends with the last')}
      columns={[
        { name: say('reasons.reason', 'Reason') },
        { name: say('reasons.policy', 'Policy') },
        { name: say('reasons.decision', 'Decision') },
        { name: say('reasons.ends', 'Ends') },
        { name: say('reasons.command', 'Command') },
      ]}
      rows={row.reasons.map(({ command_id, reason, policy, decision_id, deadline }) => ({
        key: command_id,
        cells: [
          reason,
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
