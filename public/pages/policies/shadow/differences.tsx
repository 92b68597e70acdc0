import React from 'react';
import type { ComparisonView } from '../../../../common/api/routes';
import { DecisionLink } from '../../../components/text/links';
import { MomentText } from '../../../components/text/moment_text';
import { SmallTable } from '../../../components/layout/small_table';
import { actionTitle } from '../../../format/words';
import { say } from '../../../i18n';

type Tallies = ComparisonView['policies'];
type Difference = Tallies[number]['differ'][number];

const wouldWord = ({ would }: Difference): string =>
  would === 'permit' ? say('shadow.would_act', 'would act') : say('shadow.would_not', 'would not act');

const peopleWord = ({ people }: Difference): string =>
  people === 'right'
    ? say('shadow.people_right', 'it was an attack')
    : say('shadow.people_wrong', 'it was none, or was not to be done');

/** The cases in which a policy and the people differ: what to read before a promotion. */
export const Differences = ({ tallies }: { tallies: Tallies }) => {
  const rows = tallies.flatMap(({ policy, differ }) => differ.map((each) => ({ policy, ...each })));
  if (rows.length === 0) return null;
  return (
    <>
      <h3 className="rfx-section__title">{say('shadow.differ', 'These differ')}</h3>
      <SmallTable
        caption={say('shadow.differ', 'These differ')}
        columns={[
          { name: say('backtest.decision', 'Decision') },
          { name: say('overview.policy', 'Policy') },
          { name: say('shadow.what', 'Act') },
          { name: say('shadow.policy_says', 'The policy') },
          { name: say('shadow.people_say', 'Your people') },
        ]}
        rows={rows.map((row) => ({
          key: `${row.policy} ${row.decision_id}`,
          cells: [
            <DecisionLink key="decision" id={row.decision_id}>
              <MomentText at={row.at} />
            </DecisionLink>,
            row.policy,
            `${actionTitle(row.action)} ${row.target}`,
            wouldWord(row),
            peopleWord(row),
          ],
        }))}
      />
    </>
  );
};
