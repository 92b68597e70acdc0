import React, { useCallback } from 'react';
import type { EntityPage as Kind } from '../../../common/api/asked';
import { listActs } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { PageLink } from '../../components/text/links';
import { countText } from '../../format/numbers';
import { say } from '../../i18n';
import { HistoryTable } from '../../pages/containments/history_table';

interface ContainedBeforeProps {
  readonly kind: Kind;
  readonly value: string;
}

/** What was in effect, or was done, and is over. */
const OVER = 'ended,gone,done';
const MOST = 10;

/** Earlier containments of a thing, each with how it ended. */
export const ContainedBefore = ({ kind, value }: ContainedBeforeProps) => {
  const { api } = useServices();
  const title = say('entity.before', 'Contained before');
  const found = useResource(
    useCallback(
      () => api.call(listActs, { query: { about: value, kind, outcome: OVER, limit: MOST } }),
      [api, kind, value],
    ),
    ['effect'],
  );
  return (
    <Section title={title}>
      <Loaded resource={found} what={title}>
        {({ acts, next, looked_through: read, decisions }) => (
          <>
            {acts.length > 0 && <HistoryTable acts={acts.slice(0, MOST)} onLifted={found.again} />}
            {acts.length === 0 && (
              <p>
                {next === undefined
                  ? say('entity.before.none', 'No: nothing that is over is on record.')
                  : say(
                      'entity.before.not_seen',
                      'Nothing that is over among the newest {read} of {decisions} decisions.',
                      {
                        read: countText(read),
                        decisions: countText(decisions),
                      },
                    )}
              </p>
            )}
            {(next !== undefined || acts.length > MOST) && (
              <p>
                <PageLink to={`/containments/history?about=${encodeURIComponent(value)}`}>
                  {say('entity.before.more', 'Older ones are in the history of acts')}
                </PageLink>
              </p>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
};
