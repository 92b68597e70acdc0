import { comparePolicies, resumeRollout } from '../../common/api/routes';
import { err, ok } from '../../common/result';
import type { Agent } from '../runner/agent/agent';
import { NOT_JOINED, refusal } from '../runner/record/refusal';
import { PolicyComparer } from '../runner/doctrine/shadow/compare_policies';
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
    const { agent } = parts.ready();
    if (!agent.shift) return err(NOT_JOINED);
    const word = { by: caller.name, reason: body.reason };
    const resumed = await agent.parts.rollouts.resume(params.policy_id, word);
    comparer().forget();
    return resumed
      ? ok({})
      : err(refusal('not_waiting', `the rollout of \`${params.policy_id}\` has not stopped itself`));
  });
};
