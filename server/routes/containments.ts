import { present } from '../../common/present';
import { iso } from '../../common/iso';
import {
  closeContainment,
  getContainment,
  liftContainment,
  listBeside,
  listContainments,
} from '../../common/api/routes';
import { ok } from '../../common/result';
import {
  getContainment as get,
  liftContainment as lift,
  listContainments as list,
} from '../runner/operations/containments';
import { closeContainment as close } from '../runner/operations/close_unknown';
import { wantedThing } from '../runner/operations/sought';
import { labelAlong } from '../runner/operations/label_along';
import { serve } from './bind';
import type { Serving } from './route_parts';

const MOST_LISTED = 1_000;

/** What is in effect because of us. */
export const containmentRoutes = (parts: Serving<'agent' | 'besideUs'>): void => {
  serve(parts, listContainments, async ({ query }) => {
    const { agent } = parts.standing();
    const wanted = wantedThing(agent, query.target);
    const { containments, ...board } = await list(agent, wanted);
    const now = agent.parts.clock.utc();
    const asks_first = agent.parts.words
      .holding(now)
      .filter(({ target }) => wanted?.isIt(target) ?? true)
      .slice(0, MOST_LISTED)
      .map(({ target, verb, by, reason, at, until }) => ({ target, verb, by, reason, at, until }));
    return ok({
      as_of: iso(now),
      ...board,
      containments: [...containments],
      asks_first,
      ...present({ also_as: wanted?.also_as }),
    });
  });
  serve(parts, listBeside, async () => {
    const { agent, besideUs } = parts.ready();
    const connectors = [...(await besideUs.look(agent))];
    return ok({ as_of: iso(agent.parts.clock.utc()), connectors });
  });
  serve(parts, getContainment, ({ params }) => get(parts.ready().agent, params.effect_id));
  serve(parts, closeContainment, ({ params, body, caller }) =>
    close(parts.ready().agent, params.effect_id, { by: caller.name, as: body.as, reason: body.reason }),
  );
  serve(parts, liftContainment, async ({ params, body, caller }) => {
    const { agent } = parts.ready();
    const lifted = await lift(agent, params.effect_id, {
      by: caller.name,
      reason: body.reason,
      force: body.force ?? false,
      askForMs: body.ask_for_ms,
    });
    if (!lifted.ok) return lifted;
    const { effectId, decisions } = lifted.value;
    const word = { by: caller.name, reason: body.reason, label: body.label, as: 'lifted' } as const;
    return ok({ effect_id: effectId, ...(await labelAlong(agent, decisions, word)) });
  });
};
