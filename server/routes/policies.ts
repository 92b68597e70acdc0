import { present } from '../../common/present';
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
import { checkSource, listPolicies as list, tryEvent, warningsOf } from '../runner/doctrine/catalog/policy_catalog';
import { guardDrafts, listGuards } from '../runner/doctrine/drafts/guard_drafts';
import { policyDrafts } from '../runner/doctrine/drafts/policy_drafts';
import { candidateBase } from '../runner/doctrine/catalog/policy_commits';
import { releaseCandidate as release } from '../runner/doctrine/releases/release_candidate';
import { tryCandidate } from './backtest';
import { serve, type Caller } from './bind';
import type { Serving } from './route_parts';

const MOST_FAULTS = 500;
const faultViews = (faults: readonly PolicyFault[]) => faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault }));
const actorOf = ({ name, singleUser }: Caller): Actor => ({ name, singleUser });

const catalogRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listPolicies, async () => {
    const { agent } = parts.ready();
    const [inForce, changed, proposed, changedGuards] = await Promise.all([
      list(agent),
      policyDrafts.list(agent),
      listCandidates(agent),
      guardDrafts.list(agent),
    ]);
    return ok({
      as_of: iso(agent.parts.clock.utc()),
      ...inForce,
      policies: [...inForce.policies],
      drafts: [...changed],
      candidates: [...proposed],
      guards: [...listGuards(agent)],
      guard_drafts: [...changedGuards],
    });
  });
  serve(parts, checkPolicy, async ({ body }) => {
    const { agent } = parts.ready();
    const { id, faults, tests } = await checkSource(agent, body.source);
    const warnings = faultViews(warningsOf(agent, body.source));
    return ok({ faults: faultViews(faults), warnings, tests: tests.slice(0, MOST_FAULTS), ...present({ id }) });
  });
  serve(parts, tryPolicy, async ({ body }) => {
    const { faults, decision } = await tryEvent(parts.ready().agent, body.event, body.source);
    return ok({ faults: faultViews(faults), ...present({ decision }) });
  });
};

const draftRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, saveDraft, ({ params, body, caller }) =>
    policyDrafts.save(parts.ready().agent, params.policy_id, { ...body, author: caller.name }),
  );
  serve(parts, discardDraft, async ({ params, caller }) => {
    const discarded = await policyDrafts.discard(parts.ready().agent, params.policy_id, caller.name);
    return discarded.ok ? ok({}) : discarded;
  });
};

const candidateRoutes = (parts: Serving<'agent' | 'desk' | 'backtests' | 'doctrine'>): void => {
  serve(parts, proposeCandidate, async ({ body, caller: { name: by } }) => {
    const { agent, doctrine, desk, backtests } = parts.ready();
    const base = doctrine ? await candidateBase(doctrine) : ok(undefined);
    const proposed = base.ok ? await candidates.proposeCandidate(agent, { ...body, by, base: base.value }) : base;
    await auditRefusal(agent, { verb: 'propose', by, object: { type: 'candidate', id: 'drafts' } }, proposed);
    if (proposed.ok) await tryCandidate({ desk, backtests }, proposed.value.id, by);
    return proposed;
  });
  serve(parts, approveCandidate, async ({ params: { candidate_id: id }, body, caller }) => {
    const { agent } = parts.ready();
    return auditRefusal(
      agent,
      { verb: 'approve', by: caller.name, object: { type: 'candidate', id }, digest: body.digest },
      await approve(agent, id, { ...body, actor: actorOf(caller) }),
    );
  });
  serve(parts, withdrawCandidate, async ({ params: { candidate_id: id }, body, caller }) => {
    const { agent } = parts.ready();
    return auditRefusal(
      agent,
      { verb: 'withdraw', by: caller.name, object: { type: 'candidate', id } },
      await withdraw(agent, id, { by: caller.name, reason: body.reason }),
    );
  });
  serve(parts, releaseCandidate, ({ params, caller }) =>
    release(parts.ready().desk, params.candidate_id, actorOf(caller)),
  );
};

/** The policies in force, drafts, candidates, and releasing them. */
export const policyRoutes = (parts: Serving<'agent' | 'desk' | 'backtests' | 'doctrine'>): void => {
  catalogRoutes(parts);
  draftRoutes(parts);
  candidateRoutes(parts);
};
