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
import { LiftAct } from './lift_act';

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
const Next = ({ act, onLifted }: { readonly act: ActView; readonly onLifted: () => void }) => {
  const { status } = act.progress;
  if (status === 'present') return <LiftAct act={act} onLifted={onLifted} />;
  if (status === 'waiting') return <PageLink to="/escalations">{say('past_acts.answer', 'Answer it')}</PageLink>;
  return null;
};

const COLUMNS = (onLifted: () => void): Array<EuiBasicTableColumn<ActView>> => [
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
    render: (act: ActView) => (
      <div>
        <ActFate progress={act.progress} />
        <div className="rfx-small">
          <Who progress={act.progress} />
        </div>
        <div className="rfx-small">
          <PolicyLink id={act.policy} />{' '}
          {act.connector !== undefined && (
            <span className="rfx-subdued">
              {say('is_contained.by', 'by {connector}', { connector: act.connector })}
            </span>
          )}{' '}
          <Next act={act} onLifted={onLifted} />
        </div>
      </div>
    ),
  },
];

/** One act a row, with how it ended. */
export const HistoryTable = ({
  acts,
  onLifted,
}: {
  readonly acts: readonly ActView[];
  readonly onLifted: () => void;
}) => (
  <EuiBasicTable<ActView>
    tableCaption={say('past_acts.caption', 'Acts, newest first')}
    items={[...acts]}
    itemId={({ decision_id, act_id }: ActView) => `${decision_id} ${act_id}`}
    columns={COLUMNS(onLifted)}
    tableLayout="fixed"
  />
);
