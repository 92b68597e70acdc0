import { asideSetup, checkSetup, confirmKeyBackup, getSetup } from '../../common/api/routes';
import { ok } from '../../common/result';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** What has to be set up, how each of it stands, and proving it. */
export const setupRoutes = (parts: Serving<'setup'>): void => {
  serve(parts, getSetup, async () => ok(await parts.ready().setup.view()));
  serve(parts, checkSetup, async ({ body }) => ok(await parts.ready().setup.check(body.line)));
  serve(parts, asideSetup, ({ params, body, caller }) =>
    parts.ready().setup.setAside(params.line, { ...body, by: caller.name }),
  );
  serve(parts, confirmKeyBackup, ({ body, caller }) => parts.ready().setup.confirmBackup({ ...body, by: caller.name }));
};
