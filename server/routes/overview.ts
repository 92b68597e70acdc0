import { getOverview, getStatus } from '../../common/api/routes';
import { ok } from '../../common/result';
import { serve } from './bind';
import type { RouteParts } from './route_parts';

/** How this Reflex is, and what happened. */
export const overviewRoutes = (parts: RouteParts): void => {
  serve(parts, getStatus, async ({ caller }) =>
    ok(await parts.status(caller.may.includes('read') ? caller : undefined)),
  );
  serve(parts, getOverview, async () => ok(await parts.overview()));
};
