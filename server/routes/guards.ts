import { checkGuard, discardGuardDraft, saveGuardDraft } from '../../common/api/routes';
import { ok } from '../../common/result';
import * as guards from '../runner/doctrine/drafts/guard_drafts';
import { serve } from './bind';
import type { RouteParts } from './route_parts';

/** Rego guards as drafts. */
export const guardRoutes = (parts: RouteParts): void => {
  serve(parts, checkGuard, async ({ body }) => {
    const { faults, unchecked } = await guards.checkGuard(parts.agent, body.guard, body.source);
    return ok({
      faults: faults.map((fault) => ({ ...fault })),
      ...(unchecked === undefined ? {} : { unchecked }),
    });
  });
  serve(parts, saveGuardDraft, ({ params, body, caller }) =>
    guards.guardDrafts.save(parts.agent, params.guard, { ...body, author: caller.name }),
  );
  serve(parts, discardGuardDraft, async ({ params, caller }) => {
    const discarded = await guards.guardDrafts.discard(parts.agent, params.guard, caller.name);
    return discarded.ok ? ok({}) : discarded;
  });
};
