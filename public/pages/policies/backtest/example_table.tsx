import React from 'react';
import type { BacktestReportView } from '../../../../common/api/routes';
import { VerdictBadge } from '../../../components/facts/badges';
import { DecisionLink } from '../../../components/text/links';
import { MomentText } from '../../../components/text/moment_text';
import { SmallTable } from '../../../components/layout/small_table';
import { actionTitle, labelWord } from '../../../format/words';
import { say } from '../../../i18n';

type Example = BacktestReportView['examples'][number];

const actWords = (acts: Example['acts_after']): string =>
  acts.map(({ action, target, result }) => `${result}: ${actionTitle(action)} ${target}`).join('; ') || '—';

/** Decisions that would have been others, of every kind some; each leads to the decision as it was. */
export const ExampleTable = ({ examples }: Pick<BacktestReportView, 'examples'>) => (
  <SmallTable
    caption={say('backtest.examples', 'Examples of changed decisions')}
    columns={[
      { name: say('backtest.decision', 'Decision') },
      { name: say('backtest.then', 'as decided') },
      { name: say('backtest.now', 'with these policies') },
      { name: say('backtest.acts_now', 'Acts with these policies') },
      { name: say('backtest.label', 'Label') },
    ]}
    rows={[...examples].reverse().map((example) => ({
      key: example.decision_id,
      cells: [
        <DecisionLink key="decision" id={example.decision_id}>
          <MomentText at={example.at} />
        </DecisionLink>,
        <VerdictBadge key="before" verdict={example.before} />,
        <VerdictBadge key="after" verdict={example.after} />,
        <span key="acts" className="rfx-clamp">
          {actWords(example.acts_after)}
        </span>,
        example.label === undefined ? '—' : labelWord(example.label),
      ],
    }))}
  />
);
