import { getGrant, listUpgradeAsks, previewGrant, putGrant } from '../../common/api/routes';
import { ok } from '../../common/result';
import { getGrant as read, putGrant as save } from '../runner/operations/grants';
import { previewGrant as tryGrant } from '../runner/operations/preview_grant';
import { upgradeAsks } from '../runner/operations/upgrade_asks';
import { serve } from './bind';
import type { Serving } from './route_parts';

const PREVIEW_DAYS = 7;

/** What sources may say. */
export const grantRoutes = (parts: Serving<'agent' | 'sourceHealth'>): void => {
  serve(parts, getGrant, ({ params }) => read(parts.ready().agent, params));
  serve(parts, putGrant, ({ params, body, caller }) => save(parts.ready().agent, params, { ...body, by: caller.name }));
  serve(parts, previewGrant, ({ params, body }) =>
    tryGrant(parts.ready().agent, params, { grant: body.grant, days: body.days ?? PREVIEW_DAYS }),
  );
  serve(parts, listUpgradeAsks, async () => {
    const { agent, sourceHealth } = parts.ready();
    const here = sourceHealth.list().filter(({ received }) => received > 0);
    return ok(
      await upgradeAsks(
        agent,
        here.map(({ source }) => source),
      ),
    );
  });
};
