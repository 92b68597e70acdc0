import { useCallback } from 'react';
import { getPolicyRepository, type RepositoryView } from '../../../../common/api/routes';
import { useServices } from '../../../components/services';
import { useResource, type Resource } from '../../../components/use_resource';

/** The Git repository of the policies, followed. */
export const useRepository = (): Resource<RepositoryView> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(getPolicyRepository), [api]),
    ['draft', 'bundle'],
  );
};
