import { iso } from '../../common/iso';
import { getContainment, liftContainment, listContainments } from '../../common/api/routes';
import { ok } from '../../common/result';
import {
  getContainment as get,
  liftContainment as lift,
  listContainments as list,
} from '../runner/operations/containments';
import { serve } from './bind';
import type { Serving } from './route_parts';

const MOST_LISTED = 1_000;

/** What is in effect because of us. */
export const containmentRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listContainments, async () => {
    const { agent } = parts.standing();
    const { containments, ...board } = await list(agent);
    const now = agent.parts.clock.utc();
    const asks_first = agent.parts.words
      .holding(now)
      .slice(0, MOST_LISTED)
      .map(({ target, verb, by, reason, at, until }) => ({ target, verb, by, reason, at, until }));
    return ok({ as_of: iso(now), ...board, containments: [...containments], asks_first });
  });
  serve(parts, getContainment, ({ params }) => get(parts.ready().agent, params.effect_id));
  serve(parts, liftContainment, async ({ params, body, caller }) => {
    const lifted = await lift(parts.ready().agent, params.effect_id, {
      by: caller.name,
      reason: body.reason,
      force: body.force ?? false,
      askForMs: body.ask_for_ms,
    });
    return lifted.ok ? ok({ effect_id: lifted.value }) : lifted;
  });
};
