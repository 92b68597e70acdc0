import React, { useCallback } from 'react';
import { listContainments } from '../../common/api/routes';
import { Loaded } from '../components/layout/loaded';
import { useServices } from '../components/data/services';
import { useStatusPart } from '../components/data/use_live';
import { useResource } from '../components/data/use_resource';
import { say } from '../i18n';
import { KnownHere } from '../pages/containments/known_here';

const Listed = () => {
  const { api } = useServices();
  const containments = useResource(
    useCallback(() => api.call(listContainments), [api]),
    ['effect'],
  );
  return (
    <Loaded resource={containments} what={say('nav.containments', 'Containments')}>
      {({ here_only: here }) => (here ? <KnownHere here={here} /> : null)}
    </Loaded>
  );
};

/** A start may last as long as an outage: what this machine contains is shown meanwhile. */
export const KnownWhileLoading = () => ((useStatusPart('here_only')?.total ?? 0) > 0 ? <Listed /> : null);
