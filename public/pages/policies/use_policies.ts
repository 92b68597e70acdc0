import { useCallback } from 'react';
import type * as t from 'io-ts';
import { listPolicies } from '../../../common/api/routes';
import { useServices } from '../../components/data/services';
import { useResource, type Resource } from '../../components/data/use_resource';

export type Policies = t.TypeOf<typeof listPolicies.answer>;

/** The policies in force, the drafts and the candidates, followed. */
export const usePolicies = (): Resource<Policies> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(listPolicies), [api]),
    ['draft', 'bundle'],
  );
};
