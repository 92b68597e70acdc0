import { getOverview, getStatus } from '../../common/api/routes';
import { ok } from '../../common/result';
import { overview } from '../runner/operations/overview';
import { serve } from './bind';
import type { RouteParts, Serving } from './route_parts';

/** How this Reflex is, and what happened. */
export const overviewRoutes = (parts: Serving<'agent'> & Pick<RouteParts, 'status'>): void => {
  serve(parts, getStatus, async ({ caller }) =>
    ok(
      caller.may.includes('read')
        ? await parts.status(caller)
        : { up: true as const, loading: parts.loading(false) !== undefined },
    ),
  );
  serve(parts, getOverview, async () => ok(await overview(parts.ready().agent)));
};
