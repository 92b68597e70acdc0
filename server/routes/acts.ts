import { listActs } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { ok } from '../../common/result';
import { findActs } from '../runner/operations/acts';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** The history of acts. */
export const actRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listActs, async ({ query }) => {
    const { agent } = parts.ready();
    const found = await findActs(agent, query);
    return found.ok ? ok({ as_of: iso(agent.parts.clock.utc()), ...found.value, acts: [...found.value.acts] }) : found;
  });
};
