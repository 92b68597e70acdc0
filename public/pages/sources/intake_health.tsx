import React, { useCallback, useEffect } from 'react';
import { listIntakeHealth } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource } from '../../components/data/use_resource';
import { Loaded } from '../../components/layout/loaded';
import { Section } from '../../components/layout/section';
import { say } from '../../i18n';
import { IntakeTable } from './intake_table';

const EVERY_MS = 5_000;
const TOPICS = ['source_switch'] as const;

/**
 * What comes in and from where: rate, lag and state of each source, as this host sees it.
 *
 * @param names of monitors, by what their events name as their source
 */
export const IntakeHealth = ({ names }: { names: ReadonlyMap<string, string> }) => {
  const { api } = useServices();
  const health = useResource(
    useCallback(() => api.call(listIntakeHealth), [api]),
    TOPICS,
  );
  const { again } = health;
  useEffect(() => {
    const timer = setInterval(again, EVERY_MS);
    return () => clearInterval(timer);
  }, [again]);
  return (
    <Section
      title={say('intake_health.title', 'What comes in')}
      note={say('intake_health.note', 'this host, since its start; what several hosts took in is in the metrics')}
    >
      <Loaded resource={health} what={say('intake_health.title', 'What comes in')}>
        {({ sources }) =>
          sources.length === 0 ? (
            <p className="rfx-subdued">{say('intake_health.none', 'Nothing has come in yet.')}</p>
          ) : (
            <IntakeTable sources={sources} names={names} onChanged={again} />
          )
        }
      </Loaded>
    </Section>
  );
};
