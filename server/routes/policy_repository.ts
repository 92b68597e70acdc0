import {
  acceptPolicyHistory,
  fetchPolicyRepository,
  getPolicyHistory,
  getPolicyRepository,
  takePolicyRepository,
} from '../../common/api/routes';
import { err, ok } from '../../common/result';
import type { Doctrine } from '../runner/doctrine/doctrine';
import {
  acceptHistory,
  fetchNow,
  policyHistory,
  repositoryView,
  takeRepository,
} from '../runner/doctrine/catalog/policy_repository';
import { refusal } from '../runner/record/refusal';
import { serve } from './bind';
import type { Serving } from './route_parts';

const NONE = refusal('not_here', 'no policy repository is kept here');

/** The repository in which policies are written. */
export const policyRepositoryRoutes = (parts: Serving<'doctrine'>): void => {
  const doctrine = (): Doctrine | undefined => parts.ready().doctrine;
  serve(parts, getPolicyRepository, async () => {
    const found = doctrine();
    return found ? ok(await repositoryView(found)) : err(NONE);
  });
  serve(parts, getPolicyHistory, async ({ params }) => {
    const found = doctrine();
    const history = found ? await policyHistory(found, params.policy_id) : err(NONE);
    return history.ok ? ok({ commits: [...history.value] }) : history;
  });
  serve(parts, fetchPolicyRepository, async () => {
    const found = doctrine();
    return found ? fetchNow(found) : err(NONE);
  });
  serve(parts, acceptPolicyHistory, async ({ body, caller }) => {
    const found = doctrine();
    return found ? acceptHistory(found, body.found, { by: caller.name, reason: body.reason }) : err(NONE);
  });
  serve(parts, takePolicyRepository, async ({ body, caller }) => {
    const found = doctrine();
    return found ? takeRepository(found, { by: caller.name, reason: body.reason }) : err(NONE);
  });
};
