import { comparePolicies, resumeRollout } from '../../common/api/routes';
import { ok } from '../../common/result';
import type { Agent } from '../runner/agent/agent';
import { PolicyComparer } from '../runner/doctrine/shadow/compare_policies';
import { resumeRollout as resume } from '../runner/doctrine/shadow/resume_rollout';
import { serve } from './bind';
import type { Serving } from './route_parts';

const DEFAULT_DAYS = 7;

/** What policies would have decided beside what people did, and rollouts that stopped themselves. */
export const comparisonRoutes = (parts: Serving<'agent'>): void => {
  const comparers = new WeakMap<Agent, PolicyComparer>();
  const comparer = (): PolicyComparer => {
    const { agent } = parts.ready();
    const known = comparers.get(agent) ?? new PolicyComparer(agent);
    comparers.set(agent, known);
    return known;
  };
  serve(parts, comparePolicies, async ({ query }) => ok(await comparer().compare(query.days ?? DEFAULT_DAYS)));
  serve(parts, resumeRollout, async ({ params, body, caller }) => {
    const word = { by: caller.name, reason: body.reason, singleUser: caller.singleUser };
    const resumed = await resume(parts.ready().agent, params.policy_id, word);
    comparer().forget();
    return resumed.ok ? ok({}) : resumed;
  });
};
