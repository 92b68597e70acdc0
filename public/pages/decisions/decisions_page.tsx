import React, { useCallback, useMemo } from 'react';
import { EuiPagination } from '@elastic/eui';
import { useHistory, useLocation } from 'react-router-dom';
import { listDecisions } from '../../../common/api/routes';
import { AlsoAs } from '../../components/text/also_as';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import {
  filterOfSearch,
  isFiltered,
  PAGE_SIZE,
  queryOfFilter,
  searchOfFilter,
  type DecisionFilter,
} from './decision_filter';
import { DecisionTable } from './decision_table';
import { DecisionFilters } from './decision_filters';
import { ExportButtons } from './export_buttons';

const countOf = (total: number, { page, became }: DecisionFilter): string => {
  if (total <= PAGE_SIZE && became !== '') {
    return say('decisions.events', '{total, plural, one {# event} other {# events}}, one line each', { total });
  }
  if (total <= PAGE_SIZE) {
    return say('decisions.count', '{total, plural, one {# decision} other {# decisions}}', { total });
  }
  const first = page * PAGE_SIZE + 1;
  return say('decisions.count_page', '{first} to {last} of {total}', {
    first: countText(first),
    last: countText(Math.min(total, first + PAGE_SIZE - 1)),
    total: countText(total),
  });
};

/** Outcomes are looked for among the newest: what lies before was not looked at, and may hold more. */
const LookedThrough = ({ count }: { count: number }) => (
  <span className="rfx-tone--warn">
    {say(
      'decisions.looked_through',
      'Only the newest {count} were looked through for this outcome. Narrow the time or another filter to see older ones.',
      { count: countText(count) },
    )}
  </span>
);

/** Everything that was decided, newest first. */
export const DecisionsPage = () => {
  const { api } = useServices();
  const history = useHistory();
  const { search } = useLocation();
  const filter = useMemo(() => filterOfSearch(search), [search]);
  const change = (next: DecisionFilter): void => history.replace(`/decisions${searchOfFilter(next)}`);
  const decisions = useResource(
    useCallback(() => api.call(listDecisions, { query: queryOfFilter(filter) }), [api, filter]),
    ['case'],
  );
  return (
    <PageFrame
      title={say('nav.decisions', 'Decisions')}
      about={say('decisions.about', 'every event has at least one; newest first')}
      asOf={decisions.value?.as_of}
      actions={<ExportButtons filter={filter} total={decisions.value?.total ?? 0} />}
    >
      <DecisionFilters filter={filter} onChange={change} />
      <Loaded resource={decisions} what={say('nav.decisions', 'Decisions')}>
        {({ decisions: rows, total, also_as: spellings = [], looked_through: lookedThrough }) =>
          rows.length === 0 ? (
            <EmptyNote
              iconType="search"
              title={
                isFiltered(filter)
                  ? say('decisions.no_match', 'No decision matches these filters')
                  : say('decisions.none', 'Nothing was decided yet')
              }
            >
              {spellings.length > 0 && (
                <p role="status">
                  <AlsoAs spellings={spellings} />
                </p>
              )}
              {lookedThrough !== undefined && (
                <p role="status">
                  <LookedThrough count={lookedThrough} />
                </p>
              )}
              <p>
                {say('decisions.none.about', 'Every event that comes in gets a decision, also when nothing is done.')}
              </p>
            </EmptyNote>
          ) : (
            <>
              <p className="rfx-subdued" role="status">
                {countOf(total, filter)} <AlsoAs spellings={spellings} />
                {lookedThrough !== undefined && <LookedThrough count={lookedThrough} />}
              </p>
              <DecisionTable decisions={rows} />
              {total > PAGE_SIZE && (
                <EuiPagination
                  aria-label={say('decisions.pages', 'Pages of the list')}
                  pageCount={Math.ceil(total / PAGE_SIZE)}
                  activePage={filter.page}
                  onPageClick={(page: number) => change({ ...filter, page })}
                />
              )}
            </>
          )
        }
      </Loaded>
    </PageFrame>
  );
};
