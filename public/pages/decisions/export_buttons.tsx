import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { download } from '../../components/data/download';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { csvOf, ndjsonOf } from './csv';
import type { DecisionFilter } from './decision_filter';
import { exportDecisions, type Exported } from './export_decisions';

type Format = 'csv' | 'ndjson';

const save = ({ decisions }: Exported, format: Format): void => {
  const name = `reflex-decisions-${new Date().toISOString().slice(0, 19).replace(/:/g, '')}`;
  if (format === 'csv') download(`${name}.csv`, 'text/csv', csvOf(decisions));
  else download(`${name}.ndjson`, 'application/x-ndjson', ndjsonOf(decisions));
};

/** Saves the list as filtered; says how many lines were written, and if there are more than can be reached. */
export const ExportButtons = ({ filter, total }: { filter: DecisionFilter; total: number }) => {
  const { api } = useServices();
  const [done, setDone] = useState('');
  const fetchAll = useAction((wanted: DecisionFilter) => exportDecisions(api, wanted));
  const run = async (format: Format): Promise<void> => {
    setDone('');
    const exported = await fetchAll.run(filter);
    if (exported === undefined) return;
    save(exported, format);
    const values = { count: countText(exported.decisions.length), total: countText(exported.total) };
    setDone(
      exported.total > exported.decisions.length
        ? say('export.partly', 'the newest {count} of {total} were saved: narrow the filters for the rest', values)
        : say('export.done', '{count} saved', values),
    );
  };
  return (
    <span className="rfx-export">
      <span role="status" className="rfx-subdued rfx-small">
        {fetchAll.problem ? say('export.failed', 'not saved: {why}', { why: fetchAll.problem.message }) : done}
      </span>
      <EuiButtonEmpty
        size="xs"
        iconType="download"
        isLoading={fetchAll.pending}
        isDisabled={total === 0}
        onClick={() => void run('csv')}
      >
        {say('export.csv', 'CSV')}
      </EuiButtonEmpty>
      <EuiButtonEmpty
        size="xs"
        iconType="download"
        isLoading={fetchAll.pending}
        isDisabled={total === 0}
        onClick={() => void run('ndjson')}
      >
        {say('export.ndjson', 'NDJSON')}
      </EuiButtonEmpty>
    </span>
  );
};
