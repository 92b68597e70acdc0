import { iso } from '../../common/iso';
import {
  approveCandidate,
  checkPolicy,
  discardDraft,
  listPolicies,
  proposeCandidate,
  releaseCandidate,
  saveDraft,
  tryPolicy,
  withdrawCandidate,
} from '../../common/api/routes';
import { ok } from '../../common/result';
import type { PolicyFault } from '../../common/policy/policy';
import { auditRefusal } from '../runner/record/audit';
import { listCandidates, type Actor } from '../runner/doctrine/candidates/candidate_book';
import {
  approveCandidate as approve,
  withdrawCandidate as withdraw,
} from '../runner/doctrine/candidates/candidate_words';
import * as candidates from '../runner/doctrine/candidates/candidates';
import { checkSource, listPolicies as list, tryEvent } from '../runner/doctrine/catalog/policy_catalog';
import { guardDrafts, listGuards } from '../runner/doctrine/drafts/guard_drafts';
import { policyDrafts } from '../runner/doctrine/drafts/policy_drafts';
import { candidateBase } from '../runner/doctrine/catalog/policy_commits';
import { releaseCandidate as release } from '../runner/doctrine/releases/release_candidate';
import { tryCandidate } from './backtest';
import { serve, type Caller } from './bind';
import type { RouteParts } from './route_parts';

const MOST_FAULTS = 500;
const faultViews = (faults: readonly PolicyFault[]) => faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault }));
const actorOf = ({ name, singleUser }: Caller): Actor => ({ name, singleUser });

/** Policies that somebody proposes, approves, withdraws or releases. */
const candidateRoutes = (parts: RouteParts): void => {
  serve(parts, proposeCandidate, async ({ body, caller }) => {
    const base = parts.doctrine ? await candidateBase(parts.doctrine) : ok(undefined);
    const proposed = base.ok
      ? await candidates.proposeCandidate(parts.agent, { ...body, by: caller.name, base: base.value })
      : base;
    await auditRefusal(
      parts.agent,
      { verb: 'propose', by: caller.name, object: { type: 'candidate', id: 'drafts' } },
      proposed,
    );
    if (proposed.ok) await tryCandidate(parts, proposed.value.id, caller.name);
    return proposed;
  });
  serve(parts, approveCandidate, async ({ params: { candidate_id: id }, body, caller }) =>
    auditRefusal(
      parts.agent,
      { verb: 'approve', by: caller.name, object: { type: 'candidate', id }, digest: body.digest },
      await approve(parts.agent, id, { ...body, actor: actorOf(caller) }),
    ),
  );
  serve(parts, withdrawCandidate, async ({ params: { candidate_id: id }, body, caller }) =>
    auditRefusal(
      parts.agent,
      { verb: 'withdraw', by: caller.name, object: { type: 'candidate', id } },
      await withdraw(parts.agent, id, { by: caller.name, reason: body.reason }),
    ),
  );
  serve(parts, releaseCandidate, ({ params, caller }) => release(parts.desk, params.candidate_id, actorOf(caller)));
};

/** The policies in force, drafts, candidates, and releasing them. */
export const policyRoutes = (parts: RouteParts): void => {
  serve(parts, listPolicies, async () => {
    const [inForce, changed, proposed, changedGuards] = await Promise.all([
      list(parts.agent),
      policyDrafts.list(parts.agent),
      listCandidates(parts.agent),
      guardDrafts.list(parts.agent),
    ]);
    return ok({
      as_of: iso(parts.agent.parts.clock.utc()),
      ...inForce,
      policies: [...inForce.policies],
      drafts: [...changed],
      candidates: [...proposed],
      guards: [...listGuards(parts.agent)],
      guard_drafts: [...changedGuards],
    });
  });
  serve(parts, checkPolicy, async ({ body }) => {
    const { id, faults, tests } = await checkSource(parts.agent, body.source);
    return ok({ faults: faultViews(faults), tests: tests.slice(0, MOST_FAULTS), ...(id === undefined ? {} : { id }) });
  });
  serve(parts, tryPolicy, async ({ body }) => {
    const { faults, decision } = await tryEvent(parts.agent, body.event, body.source);
    return ok({ faults: faultViews(faults), ...(decision ? { decision } : {}) });
  });
  serve(parts, saveDraft, ({ params, body, caller }) =>
    policyDrafts.save(parts.agent, params.policy_id, { ...body, author: caller.name }),
  );
  serve(parts, discardDraft, async ({ params, caller }) => {
    const discarded = await policyDrafts.discard(parts.agent, params.policy_id, caller.name);
    return discarded.ok ? ok({}) : discarded;
  });
  candidateRoutes(parts);
};
