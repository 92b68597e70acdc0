import { useCallback } from 'react';
import type * as t from 'io-ts';
import { listSources } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource, type Resource } from '../../components/data/use_resource';

export type Sources = t.TypeOf<typeof listSources.answer>;

/** Everything that raises alerts, and the channel, followed. */
export const useSources = (): Resource<Sources> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(listSources), [api]),
    ['source', 'source_switch', 'failing_detection'],
  );
};
