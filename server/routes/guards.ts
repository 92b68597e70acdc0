import { present } from '../../common/present';
import { checkGuard, discardGuardDraft, saveGuardDraft } from '../../common/api/routes';
import { ok } from '../../common/result';
import * as guards from '../runner/doctrine/drafts/guard_drafts';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** Rego guards as drafts. */
export const guardRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, checkGuard, async ({ body }) => {
    const { faults, unchecked } = await guards.checkGuard(parts.ready().agent, body.guard, body.source);
    return ok({
      faults: faults.map((fault) => ({ ...fault })),
      ...present({ unchecked }),
    });
  });
  serve(parts, saveGuardDraft, ({ params, body, caller }) =>
    guards.guardDrafts.save(parts.ready().agent, params.guard, { ...body, author: caller.name }),
  );
  serve(parts, discardGuardDraft, async ({ params, caller }) => {
    const discarded = await guards.guardDrafts.discard(parts.ready().agent, params.guard, caller.name);
    return discarded.ok ? ok({}) : discarded;
  });
};
