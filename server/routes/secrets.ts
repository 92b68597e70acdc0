import { iso } from '../../common/iso';
import { listSecrets } from '../../common/api/routes';
import { ok } from '../../common/result';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** Which secrets this host has. There is no route that tells one, or sets one. */
export const secretRoutes = (parts: Serving<'agent' | 'secrets'>): void => {
  serve(parts, listSecrets, async () => {
    const { agent, secrets } = parts.standing();
    return ok({ as_of: iso(agent.parts.clock.utc()), secrets: [...secrets.list()] });
  });
};
