import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import type { OverviewView } from '../../../common/api/routes';
import { VERDICTS } from '../../../common/flow/decision';
import { Section } from '../../components/layout/section';
import { SmallTable } from '../../components/layout/small_table';
import { verdictWord } from '../../format/words';
import { say } from '../../i18n';
import { hourName, StackedBars, totalOf } from './stacked_bars';

type Hours = OverviewView['hours'];

const HoursTable = ({ hours }: { hours: Hours }) => (
  <SmallTable
    caption={say('chart.title', 'Decisions by hour')}
    columns={[
      { name: say('chart.hour', 'Hour') },
      ...VERDICTS.map((verdict) => ({ name: verdictWord(verdict), number: true })),
      { name: say('chart.total', 'Total'), number: true },
    ]}
    rows={hours.map((hour) => ({
      key: hour.at,
      cells: [hourName(hour.at), ...VERDICTS.map((verdict) => hour[verdict]), totalOf(hour)],
    }))}
  />
);

/** Verdicts of the last 24 hours, as bars or as a table with the same figures. */
export const VerdictChart = ({ hours }: { hours: Hours }) => {
  const [asTable, setAsTable] = useState(false);
  const total = hours.reduce((sum, hour) => sum + totalOf(hour), 0);
  return (
    <Section
      title={say('chart.title', 'Decisions by hour')}
      note={say('chart.note', '{total} in the last 24 hours', { total })}
      actions={
        <EuiButtonEmpty size="xs" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? say('chart.as_bars', 'Show as bars') : say('chart.as_table', 'Show as table')}
        </EuiButtonEmpty>
      }
    >
      {asTable ? <HoursTable hours={hours} /> : <StackedBars hours={hours} />}
    </Section>
  );
};
