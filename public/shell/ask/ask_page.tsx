import React, { useCallback } from 'react';
import { useLocation } from 'react-router-dom';
import type { AskMatch } from '../../../common/api/asked';
import { getAsk } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { EmptyNote } from '../../components/layout/empty_note';
import { Loaded } from '../../components/layout/loaded';
import { PageFrame } from '../../components/layout/page_frame';
import { PageLink } from '../../components/text/links';
import { say } from '../../i18n';
import { kindWord } from '../../format/kind_words';
import { matchPath } from './paths';

const Row = ({ match }: { match: AskMatch }) => (
  <li>
    <span className="rfx-subdued">{kindWord(match.kind)}</span> <PageLink to={matchPath(match)}>{match.value}</PageLink>{' '}
    {match.title}
    {match.count !== undefined && (
      <span className="rfx-small rfx-subdued">
        {' '}
        {say('ask.count', 'at least {count, plural, one {# decision} other {# decisions}}', { count: match.count })}
      </span>
    )}
  </li>
);

/** Everything that a text may mean. */
export const AskPage = () => {
  const { api } = useServices();
  const q = new URLSearchParams(useLocation().search).get('q') ?? '';
  const found = useResource(
    useCallback(() => api.call(getAsk, { query: { q } }), [api, q]),
    ['case'],
  );
  return (
    <PageFrame
      title={say('ask.title', 'Ask: {text}', { text: q.slice(0, 64) })}
      about={say('ask.about', 'whole names first')}
      asOf={found.value?.as_of}
    >
      <Loaded resource={found} what={say('ask.found', 'What it may mean')}>
        {({ matches, total, is_whole }) => (
          <>
            {!is_whole && (
              <p role="status" className="rfx-tone--warn">
                {say(
                  'ask.not_whole',
                  'Not everything could be looked through: there may be more. Ask with more of the name.',
                )}
              </p>
            )}
            {matches.length === 0 ? (
              <EmptyNote iconType="search" title={say('ask.none', 'Nothing on record has this in its name')} />
            ) : (
              <>
                <p className="rfx-subdued">{say('ask.total', '{total} found', { total })}</p>
                <ul className="rfx-rows">
                  {matches.map((match) => (
                    <Row key={`${match.kind} ${match.value}`} match={match} />
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </Loaded>
    </PageFrame>
  );
};
