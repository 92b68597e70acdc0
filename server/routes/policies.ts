import {
  approveCandidate, checkPolicy, discardDraft, listPolicies, proposeCandidate, releaseCandidate, saveDraft, tryPolicy, withdrawCandidate,
} from '../../common/api/routes'; // prettier-ignore
import { ok } from '../../common/result';
import type { PolicyFault } from '../../common/policy/policy';
import * as candidates from '../runner/operations/candidates';
import * as drafts from '../runner/operations/drafts';
import { checkSource, listPolicies as list, tryEvent } from '../runner/operations/policy_catalog';
import { candidateBase } from '../runner/operations/policy_commits';
import { releaseCandidate as release } from '../runner/operations/release_candidate';
import { isoOf } from '../runner/shift_parts';
import { tryCandidate } from './backtest';
import { serve, type Caller } from './bind';
import type { RouteParts } from './route_parts';

const MOST_FAULTS = 500;
const faultViews = (faults: readonly PolicyFault[]) => faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault }));
const actorOf = ({ name, singleUser }: Caller): candidates.Actor => ({ name, singleUser });

/** The policies in force, drafts, candidates, and releasing them. */
export const policyRoutes = (parts: RouteParts): void => {
  serve(parts, listPolicies, async () => {
    const [inForce, changed, proposed] = await Promise.all([
      list(parts.agent),
      drafts.listDrafts(parts.agent),
      candidates.listCandidates(parts.agent),
    ]);
    return ok({
      as_of: isoOf(parts.agent.parts.clock),
      ...inForce,
      policies: [...inForce.policies],
      drafts: [...changed],
      candidates: [...proposed],
    });
  });
  serve(parts, checkPolicy, async ({ body }) => {
    const { id, faults, tests } = checkSource(parts.agent, body.source);
    return ok({ faults: faultViews(faults), tests: tests.slice(0, MOST_FAULTS), ...(id === undefined ? {} : { id }) });
  });
  serve(parts, tryPolicy, async ({ body }) => {
    const { faults, decision } = tryEvent(parts.agent, body.event, body.source);
    return ok({ faults: faultViews(faults), ...(decision ? { decision } : {}) });
  });
  serve(parts, saveDraft, ({ params, body, caller }) =>
    drafts.saveDraft(parts.agent, params.policy_id, { ...body, author: caller.name }),
  );
  serve(parts, discardDraft, async ({ params, caller }) => {
    const discarded = await drafts.discardDraft(parts.agent, params.policy_id, caller.name);
    return discarded.ok ? ok({}) : discarded;
  });
  serve(parts, proposeCandidate, async ({ body, caller }) => {
    const base = parts.doctrine ? await candidateBase(parts.doctrine) : ok(undefined);
    if (!base.ok) return base;
    const proposed = await candidates.proposeCandidate(parts.agent, { ...body, by: caller.name, base: base.value });
    if (proposed.ok) await tryCandidate(parts, proposed.value.id, caller.name);
    return proposed;
  });
  serve(parts, approveCandidate, ({ params, body, caller }) =>
    candidates.approveCandidate(parts.agent, params.candidate_id, { ...body, actor: actorOf(caller) }),
  );
  serve(parts, withdrawCandidate, ({ params, body, caller }) =>
    candidates.withdrawCandidate(parts.agent, params.candidate_id, { by: caller.name, reason: body.reason }),
  );
  serve(parts, releaseCandidate, ({ params, caller }) => release(parts.desk, params.candidate_id, caller.name));
};
