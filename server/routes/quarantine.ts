import { present } from '../../common/present';
import { iso } from '../../common/iso';
import {
  discardManyQuarantined,
  discardQuarantined,
  listQuarantine,
  requeueQuarantined,
} from '../../common/api/routes';
import { err, ok } from '../../common/result';
import * as quarantine from '../runner/operations/quarantine';
import * as quarantined from '../runner/operations/quarantine_list';
import { refusal, type Refusal } from '../runner/record/refusal';
import { admissionView } from './admission_view';
import { serve } from './bind';
import type { Serving } from './route_parts';

const USUAL = 100;
const NO_PLACE: Refusal = {
  ...refusal('invalid', '`after` is no place in this list'),
  fields: [{ path: 'after', message: 'must be the `next` of an earlier answer' }],
};

/** What could not be accepted, and what a person does about it. */
export const quarantineRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, listQuarantine, async ({ query }) => {
    const { agent } = parts.ready();
    const after = query.after === undefined ? undefined : quarantined.placeIn(query.after);
    if (query.after !== undefined && after === undefined) return err(NO_PLACE);
    const found = await quarantined.listQuarantine(agent, {
      limit: query.limit ?? USUAL,
      offset: query.offset ?? 0,
      waiting: query.waiting === 'true',
      ...present({ reason: query.reason, after }),
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
  serve(parts, discardManyQuarantined, ({ body: { entry_ids, reason }, caller }) =>
    quarantine.discardMany(parts.ready().agent, entry_ids, { reason, by: caller.name }),
  );
};
