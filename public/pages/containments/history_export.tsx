import React, { useState } from 'react';
import { EuiButtonEmpty } from '@elastic/eui';
import { listActs, MOST_ACTS, type ActView } from '../../../common/api/routes';
import { ok, type Result } from '../../../common/result';
import type { Api, Refusal } from '../../api_client';
import { download } from '../../components/data/download';
import { useServices } from '../../components/data/services';
import { useAction } from '../../components/data/use_action';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { historyCsvOf } from './history_csv';
import { historyQueryOf, type HistoryFilter } from './history_filter';

/** So many acts are saved at once; who wants more narrows the time. */
const MOST_SAVED = 10_000;

interface Fetched {
  readonly acts: readonly ActView[];
  readonly isWhole: boolean;
}

/** Every act that a filter lets through, from the newest on, page by page. */
const fetchActs = async (api: Api, filter: HistoryFilter): Promise<Result<Fetched, Refusal>> => {
  const acts: ActView[] = [];
  let cursor = '';
  do {
    const page = await api.call(listActs, { query: historyQueryOf({ ...filter, cursor }, MOST_ACTS) });
    if (!page.ok) return page;
    acts.push(...page.value.acts);
    cursor = page.value.next ?? '';
  } while (cursor !== '' && acts.length < MOST_SAVED);
  return ok({ acts, isWhole: cursor === '' });
};

/** Saves the history as filtered; says how many lines were written, and if there are more. */
export const HistoryExport = ({ filter }: { readonly filter: HistoryFilter }) => {
  const { api } = useServices();
  const [done, setDone] = useState('');
  const fetchAll = useAction((wanted: HistoryFilter) => fetchActs(api, wanted));
  const run = async (): Promise<void> => {
    setDone('');
    const fetched = await fetchAll.run(filter);
    if (fetched === undefined) return;
    const stamp = new Date().toISOString().slice(0, 19).replace(/:/g, '');
    download(`reflex-acts-${stamp}.csv`, 'text/csv', historyCsvOf(fetched.acts));
    const count = countText(fetched.acts.length);
    setDone(
      fetched.isWhole
        ? say('export.done', '{count} saved', { count })
        : say('past_acts.export.partly', 'the newest {count} were saved: narrow the time for the rest', { count }),
    );
  };
  return (
    <span className="rfx-export">
      <span role="status" className="rfx-subdued rfx-small">
        {fetchAll.problem ? say('export.failed', 'not saved: {why}', { why: fetchAll.problem.message }) : done}
      </span>
      <EuiButtonEmpty size="xs" iconType="download" isLoading={fetchAll.pending} onClick={() => void run()}>
        {say('export.csv', 'CSV')}
      </EuiButtonEmpty>
    </span>
  );
};
