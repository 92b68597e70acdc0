import React, { useState } from 'react';
import { EuiBadge, EuiButtonEmpty } from '@elastic/eui';
import type { CandidateView } from '../../../../common/api/policy_views';
import { ModeBadge } from '../../../components/facts/badges';
import { Section } from '../../../components/layout/section';
import { SmallTable } from '../../../components/layout/small_table';
import { say } from '../../../i18n';
import { LineDiffView } from '../../../components/code/line_diff_view';
import { policyChanges } from './policy_changes';

type Change = CandidateView['changes'][number];

const changeWord = (change: Change['change']): string => {
  switch (change) {
    case 'added':
      return say('change.added', 'new policy');
    case 'changed':
      return say('change.changed', 'changed');
    case 'removed':
      return say('change.removed', 'removed');
  }
};

const ModeChange = ({ change }: { change: Change }) => {
  const { mode_before, mode_after } = change;
  if (mode_before === mode_after) {
    return mode_after ? <ModeBadge mode={mode_after} /> : null;
  }
  const none = say('change.mode.none', 'none');
  return (
    <strong className="rfx-mode-change">
      {say('change.mode', 'mode:')} {mode_before ? <ModeBadge mode={mode_before} /> : none} →{' '}
      {mode_after ? <ModeBadge mode={mode_after} /> : none}
    </strong>
  );
};

const Cell = ({ text }: { text: string | undefined }) =>
  text === undefined ? <span className="rfx-subdued">—</span> : <code className="rfx-prewrap">{text}</code>;

const Meaning = ({ before, after }: { before: string; after: string }) => {
  const changes = policyChanges(before, after);
  if (changes.length === 0) {
    return <p className="rfx-subdued">{say('change.nothing', 'Only comments or spacing differ.')}</p>;
  }
  return (
    <SmallTable
      caption={say('change.fields', 'What means something else than before')}
      columns={[
        { name: say('change.field', 'Field') },
        { name: say('change.before', 'Before') },
        { name: say('change.after', 'After') },
      ]}
      rows={changes.map((change) => ({
        key: change.field,
        cells: [change.field, <Cell key="before" text={change.before} />, <Cell key="after" text={change.after} />],
      }))}
    />
  );
};

/** One policy of a candidate: mode and meaning first, lines after. */
export const ChangedPolicy = ({ change }: { change: Change }) => {
  const [lines, setLines] = useState(change.change !== 'changed');
  const { before = '', after = '' } = change;
  return (
    <Section
      title={change.policy}
      note={
        <>
          <EuiBadge color="hollow">{changeWord(change.change)}</EuiBadge> <ModeChange change={change} />
        </>
      }
      actions={
        <EuiButtonEmpty size="xs" aria-expanded={lines} onClick={() => setLines(!lines)}>
          {lines ? say('change.hide_lines', 'Hide lines') : say('change.show_lines', 'Show lines')}
        </EuiButtonEmpty>
      }
    >
      {change.change === 'changed' && <Meaning before={before} after={after} />}
      {lines && <LineDiffView before={before} after={after} />}
    </Section>
  );
};
