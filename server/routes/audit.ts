import { getAudit, verifyAudit } from '../../common/api/routes';
import { present } from '../../common/present';
import { ok } from '../../common/result';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** How the audit stands, and checking it. */
export const auditRoutes = (parts: Serving<'audit'>): void => {
  serve(parts, getAudit, async () => ok(await parts.ready().audit.view()));
  serve(parts, verifyAudit, ({ body: { from, to, notes = [], keys = [] }, caller }) =>
    parts.ready().audit.verify({ ...present({ from, to }), notes, keys, by: caller.name }),
  );
};
