import { present } from '../../common/present';
import { iso } from '../../common/iso';
import { discardQuarantined, listQuarantine, requeueQuarantined } from '../../common/api/routes';
import { ok } from '../../common/result';
import * as quarantine from '../runner/operations/quarantine';
import { admissionView } from './admission_view';
import { serve } from './bind';
import type { Serving } from './route_parts';

const USUAL = 100;

/** What could not be accepted, and what a person does about it. */
export const quarantineRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listQuarantine, async ({ query }) => {
    const { agent } = parts.ready();
    const found = await quarantine.listQuarantine(agent, {
      limit: query.limit ?? USUAL,
      offset: query.offset ?? 0,
      ...present({ reason: query.reason }),
    });
    return ok({ as_of: iso(agent.parts.clock.utc()), ...found });
  });
  serve(parts, requeueQuarantined, async ({ params, body, caller }) => {
    const requeued = await quarantine.requeue(parts.ready().agent, params.entry_id, { ...body, by: caller.name });
    return requeued.ok ? ok({ results: requeued.value.map(admissionView) }) : requeued;
  });
  serve(parts, discardQuarantined, async ({ params, body, caller }) => {
    const discarded = await quarantine.discard(parts.ready().agent, params.entry_id, { ...body, by: caller.name });
    return discarded.ok ? ok({ entry_id: discarded.value }) : discarded;
  });
};
