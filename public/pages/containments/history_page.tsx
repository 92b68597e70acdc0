import React, { useCallback, useMemo } from 'react';
import type * as t from 'io-ts';
import { useHistory, useLocation } from 'react-router-dom';
import { listActs } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { PageLink } from '../../components/text/links';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { HistoryExport } from './history_export';
import { historyFilterOf, historyQueryOf, isNarrowed, searchOfHistory, type HistoryFilter } from './history_filter';
import { HistoryFilters } from './history_filters';
import { HistoryTable } from './history_table';
import { ContainmentTabs, HISTORY } from './tabs';

type Listed = t.TypeOf<typeof listActs.answer>;

const PAGE_SIZE = 50;

const pathOf = (filter: HistoryFilter): string => `${HISTORY}${searchOfHistory(filter)}`;

/** How far this page looked, and the way on. */
const Ways = ({ filter, listed }: { readonly filter: HistoryFilter; readonly listed: Listed }) => (
  <p className="rfx-subdued" role="status">
    {say('past_acts.count', '{count} on this page; {looked} of {decisions} decisions with acts were looked through.', {
      count: countText(listed.acts.length),
      looked: countText(listed.looked_through),
      decisions: countText(listed.decisions),
    })}{' '}
    {filter.cursor !== '' && (
      <PageLink to={pathOf({ ...filter, cursor: '' })}>{say('past_acts.newest', 'Newest')}</PageLink>
    )}{' '}
    {listed.next !== undefined && (
      <PageLink to={pathOf({ ...filter, cursor: listed.next })}>{say('past_acts.older', 'Older')}</PageLink>
    )}
  </p>
);

interface ActsProps {
  readonly filter: HistoryFilter;
  readonly listed: Listed;
  readonly onLifted: () => void;
}

const Acts = ({ filter, listed, onLifted }: ActsProps) => (
  <>
    <Ways filter={filter} listed={listed} />
    {listed.acts.length > 0 ? (
      <HistoryTable acts={listed.acts} onLifted={onLifted} />
    ) : (
      <EmptyNote
        iconType="search"
        title={
          isNarrowed(filter)
            ? say('past_acts.no_match', 'No act matches these filters')
            : say('past_acts.none', 'No act was proposed yet')
        }
      >
        <p>{say('past_acts.none.about', 'Acts in shadow are left out unless the outcome asks for them.')}</p>
      </EmptyNote>
    )}
  </>
);

/** What was done, refused, lifted or expired, newest first. */
export const HistoryPage = () => {
  const { api } = useServices();
  const history = useHistory();
  const { search } = useLocation();
  const filter = useMemo(() => historyFilterOf(search), [search]);
  const acts = useResource(
    useCallback(() => api.call(listActs, { query: historyQueryOf(filter, PAGE_SIZE) }), [api, filter]),
    ['case', 'effect'],
  );
  return (
    <PageFrame
      title={say('past_acts.title', 'History of acts')}
      about={say('past_acts.text', 'what was done, refused, lifted or expired, newest first')}
      asOf={acts.value?.as_of}
      actions={<HistoryExport filter={filter} />}
    >
      <ContainmentTabs />
      <HistoryFilters filter={filter} onChange={(next) => history.replace(pathOf(next))} />
      <Loaded resource={acts} what={say('past_acts.title', 'History of acts')}>
        {(listed) => <Acts filter={filter} listed={listed} onLifted={acts.again} />}
      </Loaded>
    </PageFrame>
  );
};
