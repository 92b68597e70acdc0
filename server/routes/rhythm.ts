import { getRhythm, markReviewed } from '../../common/api/routes';
import { ok } from '../../common/result';
import * as operations from '../runner/operations/rhythm';
import { serve } from './bind';
import type { Serving } from './route_parts';

const DEFAULT_DAYS = 7;

/** Which policies a person has to look at, and what they did. */
export const rhythmRoutes = (parts: Serving<'agent' | 'trustDesk'>): void => {
  serve(parts, getRhythm, async ({ query }) =>
    ok(await operations.rhythm(parts.ready().trustDesk, query.days ?? DEFAULT_DAYS)),
  );
  serve(parts, markReviewed, async ({ params, body, caller }) => {
    const word = { by: caller.name, reason: body.reason };
    const marked = await operations.markReviewed(parts.ready().agent, params.policy_id, word);
    return marked.ok ? ok({}) : marked;
  });
};
