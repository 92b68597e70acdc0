import React from 'react';
import { EuiBasicTable, type EuiBasicTableColumn } from '@elastic/eui';
import type { DecisionBrief } from '../../../common/api/views';
import { DemoBadge, OutcomeBadge, ShadowBadge } from '../../components/facts/badges';
import { ActFate } from '../../components/facts/act_fate';
import { AnsweredTo } from '../../components/facts/answered_to';
import { NearestMissLine } from '../../components/facts/nearest_miss';
import { BriefRule, BriefSeverity } from '../../components/facts/claimed_mark';
import { BriefHeadline } from '../../components/facts/headline_text';
import { DecisionLink, PolicyLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { scoreText } from '../../format/numbers';
import { targetText } from '../../format/targets';
import { actionTitle, verdictWord } from '../../format/words';
import { say } from '../../i18n';

const Acts = ({ acts }: Pick<DecisionBrief, 'acts'>) =>
  acts.length === 0 ? (
    <span className="rfx-subdued">{say('decisions.no_act', 'no act')}</span>
  ) : (
    <ul className="rfx-plain">
      {acts.map(({ act_id, action, target, shadow, policy, progress }) => (
        <li key={act_id}>
          {actionTitle(action)} <span className="rfx-value">{targetText(target)}</span> <ShadowBadge shadow={shadow} />
          {progress && (
            <div className="rfx-small">
              <ActFate progress={progress} />
            </div>
          )}
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
    name: say('decisions.col.outcome', 'Outcome'),
    width: '120px',
    render: ({ outcome, verdict, brief, demo, effectless, asked }: DecisionBrief) => (
      <div>
        <OutcomeBadge outcome={outcome} /> <DemoBadge demo={demo} />
        <div className="rfx-small rfx-subdued">
          {say('decisions.verdict_was', 'verdict: {verdict}', { verdict: verdictWord(verdict) })}
        </div>
        <div className="rfx-small">
          <BriefSeverity brief={brief} />
        </div>
        {effectless === true && (
          <span className="rfx-small rfx-subdued">{say('decisions.effectless', 'answered, never executed')}</span>
        )}
        {asked && <AnsweredTo asker={brief.intake.id} asked={asked} />}
      </div>
    ),
  },
  {
    name: say('decisions.col.summary', 'What and why'),
    render: (decision: DecisionBrief) => {
      const { decision_id, brief } = decision;
      const entities = [brief.source, brief.host, brief.user].filter((part) => part !== undefined);
      return (
        <div>
          <DecisionLink id={decision_id}>
            <span className="rfx-clamp">
              <BriefHeadline brief={decision} />
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
    render: ({ acts, nearest }: DecisionBrief) => (
      <div>
        <Acts acts={acts} />
        {nearest && (
          <div className="rfx-small">
            <NearestMissLine miss={nearest} />
          </div>
        )}
      </div>
    ),
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
