import { useCallback } from 'react';
import { getPolicyHistory, getPolicyRepository, type RepositoryView } from '../../../../common/api/routes';
import type { CommitView } from '../../../../common/api/policy_views';
import { useServices } from '../../../components/data/services';
import { useResource, type Resource } from '../../../components/data/use_resource';

/** The Git repository of the policies, followed. */
export const useRepository = (): Resource<RepositoryView> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(getPolicyRepository), [api]),
    ['draft', 'bundle'],
  );
};

/** The commits that changed a policy, newest first. */
export const useHistoryOf = (policy: string): Resource<{ readonly commits: readonly CommitView[] }> => {
  const { api } = useServices();
  return useResource(
    useCallback(() => api.call(getPolicyHistory, { params: { policy_id: policy } }), [api, policy]),
    ['bundle'],
  );
};
