import React, { useCallback, useState } from 'react';
import type * as t from 'io-ts';
import { listLimits, type BrakeGauge } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { LimitGauge } from '../../components/facts/limit_gauge';
import { Loaded } from '../../components/layout/loaded';
import { PageNumbers } from '../../components/layout/page_numbers';
import { Section } from '../../components/layout/section';
import { PolicyLink } from '../../components/text/links';
import { durationText } from '../../format/duration';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

type Listed = t.TypeOf<typeof listLimits.answer>;

const PAGE_SIZE = 20;

interface Words {
  readonly title: string;
  readonly note: string;
  readonly none: string;
}

const wordsOf = (kind: BrakeGauge['kind']): Words => {
  switch (kind) {
    case 'limit':
      return {
        title: say('limits.title', 'Limits'),
        note: say('limits.note', 'how full each is, fullest first'),
        none: say('limits.none', 'Nothing counts in a limit right now.'),
      };
    case 'role':
      return {
        title: say('roles.title', 'Roles kept'),
        note: say('roles.note', 'how many of each are away, of those that may be'),
        none: say('roles.none', 'No policy keeps a role of which the inventory names anybody.'),
      };
    case 'source':
      return {
        title: say('one_source.title', 'The bound of one source'),
        note: say('one_source.note', 'acts that the events of each source started without a person'),
        none: say('one_source.none', 'No source has started an act yet.'),
      };
  }
};

/** When more is allowed again. */
const frees = ({ used, frees_in_ms: inMs }: BrakeGauge): string => {
  if (used === 0) return say('limits.empty', 'nothing counts now');
  if (inMs === undefined) return say('limits.frees.undone', 'frees once something of it is undone');
  return say('limits.frees.in', 'frees within {length}', { length: durationText(inMs) });
};

const populationText = ({ population, keeps }: BrakeGauge): string | undefined => {
  if (population === undefined) return undefined;
  return keeps === undefined
    ? say('limits.population', 'of {count} there', { count: countText(population) })
    : say('roles.population', '{keeps} of {count} stay untouched', { keeps, count: countText(population) });
};

const Gauge = ({ gauge }: { readonly gauge: BrakeGauge }) => {
  const { kind, limit, scope, used, most, within_ms } = gauge;
  return (
    <div>
      <LimitGauge limit={limit} scope={scope} used={used} most={most} withinMs={within_ms} />
      <p className="rfx-small rfx-subdued">
        {[populationText(gauge), frees(gauge)].filter((each) => each !== undefined).join(' · ')}
        {kind !== 'source' && (
          <>
            {' · '}
            <PolicyLink id={limit} />
          </>
        )}
      </p>
    </div>
  );
};

/** Limits in which nothing was ever counted have no gauge: they are named, so that none seems to be missing. */
const Untouched = ({ names }: { readonly names: readonly string[] }) => (
  <details>
    <summary>
      {say('limits.untouched', '{count, plural, one {# more} other {# more}} in which nothing was counted yet', {
        count: names.length,
      })}
    </summary>
    <ul className="rfx-rows rfx-small">
      {names.map((name) => (
        <li key={name}>
          <PolicyLink id={name} />
        </li>
      ))}
    </ul>
  </details>
);

/** Gauges of one kind, fullest first, page by page. */
export const Limits = ({ kind }: { readonly kind: BrakeGauge['kind'] }) => {
  const { api } = useServices();
  const [page, setPage] = useState(0);
  const { title, note, none } = wordsOf(kind);
  const limits = useResource(
    useCallback(
      () => api.call(listLimits, { query: { kind, limit: PAGE_SIZE, offset: page * PAGE_SIZE } }),
      [api, kind, page],
    ),
    ['ledger', 'bundle'],
  );
  return (
    <Section title={title} note={note} {...present({ actions: limits.value && countText(limits.value.total) })}>
      <Loaded resource={limits} what={title}>
        {({ gauges, total, untouched }: Listed) => (
          <>
            {gauges.length === 0 && <p className="rfx-subdued">{none}</p>}
            {gauges.map((gauge) => (
              <Gauge key={`${gauge.limit} ${gauge.scope}`} gauge={gauge} />
            ))}
            <PageNumbers what={title} total={total} pageSize={PAGE_SIZE} page={page} onChange={setPage} />
            {kind === 'limit' && untouched.length > 0 && <Untouched names={untouched} />}
          </>
        )}
      </Loaded>
    </Section>
  );
};
