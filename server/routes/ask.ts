import { getAsk, getEntity } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { ok } from '../../common/result';
import { entityView } from '../runner/operations/ask/entity_view';
import { askAbout } from '../runner/operations/ask/names';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** What somebody looks for, and what is known of it. */
export const askRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, getAsk, async ({ query }) => {
    const { agent } = parts.ready();
    const { total, matches, isWhole } = await askAbout(agent, query.q);
    return ok({ as_of: iso(agent.parts.clock.utc()), total, matches: [...matches], is_whole: isWhole });
  });
  serve(parts, getEntity, ({ query }) => entityView(parts.ready().agent, query.kind, query.value));
};
