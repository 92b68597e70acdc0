import React, { useCallback } from 'react';
import { EuiCallOut } from '@elastic/eui';
import { listIntakeHealth } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { PageLink } from '../../components/text/links';
import { grantPath, isGrantable, sourceName } from '../../components/text/source_links';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';

const TOPICS = ['grant'] as const;
/** Sources that are named; the page of sources has all. */
const MOST_NAMED = 5;

/** Names the sources that sent events here and that nobody granted anything; nothing while there is none. */
export const ClaimsHint = () => {
  const { api } = useServices();
  const { value } = useResource(
    useCallback(() => api.call(listIntakeHealth), [api]),
    TOPICS,
  );
  const claiming = (value?.sources ?? [])
    .filter((source) => !source.granted && source.received > 0 && isGrantable(source))
    .sort((one, other) => other.received - one.received);
  if (claiming.length === 0) return null;
  return (
    <EuiCallOut
      size="s"
      color="warning"
      iconType="alert"
      title={say('claims.title', 'Nothing is granted to {count} of the sources that sent events', {
        count: claiming.length,
      })}
    >
      <p>
        {say(
          'claims.about',
          'Everything that they say is claimed, so acts that rest on it wait for a person. Say what each may say:',
        )}{' '}
        {claiming.slice(0, MOST_NAMED).map((source, index) => (
          <span key={sourceName(source)}>
            {index > 0 && ', '}
            <PageLink to={grantPath(source)}>{sourceName(source)}</PageLink>{' '}
            <span className="rfx-subdued">
              {say('claims.events', '({count} events)', { count: countText(source.received) })}
            </span>
          </span>
        ))}
        {claiming.length > MOST_NAMED && (
          <>
            {', '}
            <PageLink to="/sources">
              {say('claims.more', 'and {count} more', { count: claiming.length - MOST_NAMED })}
            </PageLink>
          </>
        )}
      </p>
    </EuiCallOut>
  );
};
