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

/** What is in effect because of us. */
export const containmentRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listContainments, async () => {
    const { agent } = parts.standing();
    const { containments, ...board } = await list(agent);
    return ok({ as_of: iso(agent.parts.clock.utc()), ...board, containments: [...containments] });
  });
  serve(parts, getContainment, ({ params }) => get(parts.ready().agent, params.effect_id));
  serve(parts, liftContainment, async ({ params, body, caller }) => {
    const lifted = await lift(parts.ready().agent, params.effect_id, {
      by: caller.name,
      reason: body.reason,
      force: body.force ?? false,
    });
    return lifted.ok ? ok({ effect_id: lifted.value }) : lifted;
  });
};
