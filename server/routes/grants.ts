import { getGrant, putGrant } from '../../common/api/routes';
import { getGrant as read, putGrant as save } from '../runner/operations/grants';
import { serve } from './bind';
import type { Serving } from './route_parts';

/** What sources may say. */
export const grantRoutes = (parts: Serving<'agent'>): void => {
  serve(parts, getGrant, ({ params }) => read(parts.ready().agent, params));
  serve(parts, putGrant, ({ params, body, caller }) => save(parts.ready().agent, params, { ...body, by: caller.name }));
};
