import React, { useCallback, useMemo } from 'react';
import { EuiPagination } from '@elastic/eui';
import { useHistory, useLocation } from 'react-router-dom';
import { listDecisions, MOST_PAGED } from '../../../common/api/routes';
import type { DecisionBrief } from '../../../common/api/views';
import { iso } from '../../../common/iso';
import { AlsoAs } from '../../components/text/also_as';
import { PageLink } from '../../components/text/links';
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

/** A decision is on record a little after it was made: what is older must not begin behind it. */
const OVERLAP_MS = 5_000;

interface PagesProps {
  readonly filter: DecisionFilter;
  readonly total: number;
  readonly rows: readonly DecisionBrief[];
  readonly onChange: (filter: DecisionFilter) => void;
}

/** The way through a list. Where it is longer than pages reach, says so, and where it goes on. */
const Pages = ({ filter, total, rows, onChange }: PagesProps) => {
  const count = Math.ceil(Math.min(total, MOST_PAGED) / PAGE_SIZE);
  const last = rows.at(-1);
  const older = last && { ...filter, page: 0, to: iso(Date.parse(last.decided_at) + OVERLAP_MS) };
  return (
    <>
      <EuiPagination
        aria-label={say('decisions.pages', 'Pages of the list')}
        pageCount={count}
        activePage={filter.page}
        onPageClick={(page: number) => onChange({ ...filter, page })}
      />
      {total > MOST_PAGED && (
        <p className="rfx-subdued" role="status">
          {say('decisions.paged', 'Pages reach the newest {count} of {total}. For older ones narrow the time.', {
            count: countText(MOST_PAGED),
            total: countText(total),
          })}{' '}
          {filter.page === count - 1 && older && (
            <PageLink to={`/decisions${searchOfFilter(older)}`}>
              {say('decisions.older', 'Go on with older ones')}
            </PageLink>
          )}
        </p>
      )}
    </>
  );
};

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
              {total > PAGE_SIZE && <Pages filter={filter} total={total} rows={rows} onChange={change} />}
            </>
          )
        }
      </Loaded>
    </PageFrame>
  );
};
