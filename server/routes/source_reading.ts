import { getReading, listPastDocuments, listPresets, putPreset, tryDocuments } from '../../common/api/routes';
import { iso } from '../../common/iso';
import { ok } from '../../common/result';
import { pastDocuments } from '../runner/operations/past_documents';
import { getReading as read, listPresets as list, putPreset as save } from '../runner/operations/source_preset';
import { tryDocuments as tryAll } from '../runner/operations/try_documents';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** How the documents of sources are read, and what they would come to. */
export const sourceReadingRoutes = (parts: Serving<'agent' | 'readings'>): void => {
  serve(parts, listPresets, async () => ok(list(parts.ready().readings)));
  serve(parts, getReading, async ({ params }) => {
    const { agent, readings } = parts.ready();
    return ok(await read(agent, readings, params));
  });
  serve(parts, putPreset, ({ params, body, caller }) => {
    const { agent, readings } = parts.ready();
    return save(agent, readings, params, { ...body, by: caller.name });
  });
  serve(parts, tryDocuments, ({ body }) => {
    const { agent, readings } = parts.ready();
    return tryAll(agent, readings, body);
  });
  serve(parts, listPastDocuments, async ({ params }) => {
    const { agent } = parts.ready();
    return ok({ as_of: iso(agent.parts.clock.utc()), documents: [...(await pastDocuments(agent, params))] });
  });
};
