import React, { useCallback, useState } from 'react';
import { EuiPagination } from '@elastic/eui';
import { useLocation } from 'react-router-dom';
import { ENTITY_PAGES, type EntityPage as Kind } from '../../../common/api/asked';
import { getEntity, listDecisions } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { Section } from '../../components/layout/section';
import { LogsLink } from '../../components/text/logs_link';
import { say } from '../../i18n';
import { DecisionTable } from '../../pages/decisions/decision_table';
import { ContainedBefore } from './contained_before';
import { EntityBody } from './entity_body';
import { kindWord } from '../../format/kind_words';

const PAGE_SIZE = 20;
/** A search reaches no further by pages. */
const MOST_PAGES = 10_000 / PAGE_SIZE;

/** Logs of others do not name these. */
const OWN: ReadonlySet<Kind> = new Set(['network', 'policy'] as const);

interface Thing {
  readonly kind: Kind;
  readonly value: string;
}

const Decisions = ({ kind, value }: Thing) => {
  const { api } = useServices();
  const [page, setPage] = useState(0);
  const found = useResource(
    useCallback(
      () => api.call(listDecisions, { query: { about: value, kind, limit: PAGE_SIZE, offset: page * PAGE_SIZE } }),
      [api, kind, value, page],
    ),
    ['case'],
  );
  return (
    <Section title={say('entity.decisions', 'Decisions about it')}>
      <Loaded resource={found} what={say('entity.decisions', 'Decisions about it')}>
        {({ decisions, total }) => (
          <>
            <p role="status" className="rfx-subdued">
              {say('decisions.count', '{total, plural, one {# decision} other {# decisions}}', { total })}
            </p>
            {decisions.length > 0 && <DecisionTable decisions={decisions} />}
            {total > PAGE_SIZE && (
              <EuiPagination
                aria-label={say('decisions.pages', 'Pages of the list')}
                pageCount={Math.min(MOST_PAGES, Math.ceil(total / PAGE_SIZE))}
                activePage={page}
                onPageClick={setPage}
              />
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
};

const OfThing = ({ kind, value }: Thing) => {
  const { api } = useServices();
  const found = useResource(
    useCallback(() => api.call(getEntity, { query: { kind, value } }), [api, kind, value]),
    ['effect', 'word', 'case'],
  );
  return (
    <PageFrame
      title={value.slice(0, 128)}
      about={kindWord(kind)}
      asOf={found.value?.as_of}
      actions={OWN.has(kind) ? undefined : <LogsLink about={[value]} from="now-24h" to="now" />}
    >
      <Loaded resource={found} what={value.slice(0, 128)}>
        {(view) => <EntityBody view={view} onChanged={found.again} />}
      </Loaded>
      <ContainedBefore key={`before ${kind} ${value}`} kind={kind} value={value} />
      <Decisions key={`${kind} ${value}`} kind={kind} value={value} />
    </PageFrame>
  );
};

/** All that is known of one thing, under an address of its own. */
export const EntityPage = () => {
  const given = new URLSearchParams(useLocation().search);
  const kind = ENTITY_PAGES.find((each) => each === given.get('kind'));
  const value = given.get('value') ?? '';
  return kind === undefined || value === '' ? (
    <PageFrame title={say('entity.none', 'No such page')} about="">
      <EmptyNote
        iconType="search"
        title={say('entity.none.about', 'The address names no thing: ask with the box above')}
      />
    </PageFrame>
  ) : (
    <OfThing kind={kind} value={value} />
  );
};
