import React from 'react';
import { EuiBasicTable, type EuiBasicTableColumn } from '@elastic/eui';
import type { ActView } from '../../../common/api/routes';
import { ActFate } from '../../components/facts/act_fate';
import { DemoBadge, OutcomeBadge } from '../../components/facts/badges';
import { DecisionLink, PageLink, PolicyLink } from '../../components/text/links';
import { MomentText } from '../../components/text/moment_text';
import { targetText } from '../../format/targets';
import { actionTitle, severityWord } from '../../format/words';
import { say } from '../../i18n';
import { NOW } from './tabs';

const Who = ({ progress: { resolution } }: Pick<ActView, 'progress'>) => {
  if (resolution === undefined) return null;
  const { verb, by, reason } = resolution;
  switch (verb) {
    case 'approved':
      return <>{say('past_acts.approved', 'approved by {by}: “{reason}”', { by, reason })}</>;
    case 'denied':
      return <>{say('resolution.denied', 'denied by {by}: “{reason}”', { by, reason })}</>;
    case 'lifted':
      return <>{say('resolution.lifted', 'lifted by {by}: “{reason}”', { by, reason })}</>;
    case 'expired':
      return null;
  }
};

/** What can still be done about it is done where it can be seen. */
const Next = ({ progress: { status } }: Pick<ActView, 'progress'>) => {
  if (status === 'present') return <PageLink to={NOW}>{say('past_acts.lift', 'Lift it under Now')}</PageLink>;
  if (status === 'waiting') return <PageLink to="/escalations">{say('past_acts.answer', 'Answer it')}</PageLink>;
  return null;
};

const COLUMNS = (): Array<EuiBasicTableColumn<ActView>> => [
  {
    name: say('decisions.col.when', 'Decided'),
    width: '96px',
    render: ({ decided_at }: ActView) => (
      <span className="rfx-tabular">
        <MomentText at={decided_at} />
      </span>
    ),
  },
  {
    name: say('past_acts.col.end', 'Outcome'),
    width: '130px',
    render: ({ progress, demo }: ActView) => (
      <div>
        <OutcomeBadge outcome={progress.status} /> <DemoBadge demo={demo} />
      </div>
    ),
  },
  {
    name: say('past_acts.col.act', 'Act'),
    render: ({ action, target, decision_id, rule, severity }: ActView) => (
      <div>
        <DecisionLink id={decision_id}>
          {actionTitle(action)} {targetText(target)}
        </DecisionLink>
        <div className="rfx-small rfx-subdued">
          {severityWord(severity)}
          {rule !== undefined && ` · ${rule}`}
        </div>
      </div>
    ),
  },
  {
    name: say('past_acts.col.how', 'How and by whom'),
    width: '34%',
    render: ({ progress, policy }: ActView) => (
      <div>
        <ActFate progress={progress} />
        <div className="rfx-small">
          <Who progress={progress} />
        </div>
        <div className="rfx-small">
          <PolicyLink id={policy} /> <Next progress={progress} />
        </div>
      </div>
    ),
  },
];

/** One act a row, with how it ended. */
export const HistoryTable = ({ acts }: { readonly acts: readonly ActView[] }) => (
  <EuiBasicTable<ActView>
    tableCaption={say('past_acts.caption', 'Acts, newest first')}
    items={[...acts]}
    itemId={({ decision_id, act_id }: ActView) => `${decision_id} ${act_id}`}
    columns={COLUMNS()}
    tableLayout="fixed"
  />
);
