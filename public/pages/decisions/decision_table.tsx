import React from 'react';
import { EuiBasicTable, type EuiBasicTableColumn } from '@elastic/eui';
import type { DecisionBrief } from '../../../common/api/views';
import { DemoBadge, ShadowBadge, VerdictBadge } from '../../components/facts/badges';
import { BriefRule, BriefSeverity } from '../../components/facts/claimed_mark';
import { DecisionLink, PolicyLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { Sentence } from '../../components/text/sentence';
import { scoreText } from '../../format/numbers';
import { besideVerdict } from '../../format/summary';
import { targetText } from '../../format/targets';
import { actionTitle } from '../../format/words';
import { say } from '../../i18n';

const Acts = ({ acts }: Pick<DecisionBrief, 'acts'>) =>
  acts.length === 0 ? (
    <span className="rfx-subdued">{say('decisions.no_act', 'no act')}</span>
  ) : (
    <ul className="rfx-plain">
      {acts.map(({ act_id, action, target, shadow, policy }) => (
        <li key={act_id}>
          {actionTitle(action)} <span className="rfx-value">{targetText(target)}</span> <ShadowBadge shadow={shadow} />
          <div className="rfx-small">
            <PolicyLink id={policy} />
          </div>
        </li>
      ))}
    </ul>
  );

const COLUMNS = (): Array<EuiBasicTableColumn<DecisionBrief>> => [
  {
    name: say('decisions.col.when', 'Decided'),
    width: '96px',
    render: ({ decided_at }: DecisionBrief) => (
      <span className="rfx-tabular">
        <MomentText at={decided_at} />
      </span>
    ),
  },
  {
    name: say('decisions.col.verdict', 'Verdict'),
    width: '110px',
    render: ({ verdict, brief, demo, effectless }: DecisionBrief) => (
      <div>
        <VerdictBadge verdict={verdict} /> <DemoBadge demo={demo} />
        <div className="rfx-small">
          <BriefSeverity brief={brief} />
        </div>
        {effectless === true && (
          <span className="rfx-small rfx-subdued">{say('decisions.effectless', 'answered, never executed')}</span>
        )}
      </div>
    ),
  },
  {
    name: say('decisions.col.summary', 'What and why'),
    render: ({ decision_id, verdict, summary, brief }: DecisionBrief) => {
      const entities = [brief.source, brief.host, brief.user].filter((part) => part !== undefined);
      return (
        <div>
          <DecisionLink id={decision_id}>
            <span className="rfx-clamp">
              <Sentence text={besideVerdict(verdict, summary)} />
            </span>
          </DecisionLink>
          <div className="rfx-small rfx-subdued">
            {brief.rule !== undefined && (
              <span>
                <BriefRule brief={brief} />
                {entities.length > 0 && ' · '}
              </span>
            )}
            {entities.join(' · ')}
          </div>
        </div>
      );
    },
  },
  {
    name: say('decisions.col.acts', 'Acts'),
    width: '28%',
    render: ({ acts }: DecisionBrief) => <Acts acts={acts} />,
  },
  {
    name: say('decisions.col.score', 'Score'),
    width: '70px',
    align: 'right',
    render: ({ score }: DecisionBrief) => <span className="rfx-tabular">{scoreText(score)}</span>,
  },
];

/** One decision a row, its summary being the link to everything about it. */
export const DecisionTable = ({ decisions }: { decisions: readonly DecisionBrief[] }) => (
  <EuiBasicTable
    tableCaption={say('decisions.caption', 'Decisions, newest first')}
    items={[...decisions]}
    itemId="decision_id"
    columns={COLUMNS()}
    tableLayout="fixed"
  />
);
