import { METRICS_PATH } from '../../common/api/routes';
import { callerOf, problemResponse, type Binding } from './bind';
import type { RouteParts } from './route_parts';

/**
 * What Prometheus scrapes: with the bearer token of a program that may ask, or by somebody who may look. It answers
 * while the host is still getting ready, too, for that is when somebody wants to know.
 */
export const metricsRoute = (parts: Binding & Pick<RouteParts, 'metrics'>): void => {
  parts.router.add({
    method: 'get',
    path: METRICS_PATH,
    raw: false,
    maxBytes: 0,
    ownAuthentication: true,
    handle: async (request) => {
      const caller = await callerOf(parts, 'read', request);
      if (!caller) return problemResponse({ code: 'unauthenticated', message: 'send a valid bearer token' });
      if (!caller.may.includes('ask') && !caller.may.includes('read'))
        return problemResponse({ code: 'forbidden', message: `\`${caller.name}\` may not read metrics` });
      const { contentType, text } = await parts.metrics();
      return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body: text };
    },
  });
};
