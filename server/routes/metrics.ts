import { METRICS_PATH } from '../../common/api/routes';
import { callerOf, problemResponse, withoutRight, type Binding } from './bind';
import type { RouteParts } from './route_parts';

/**
 * What Prometheus scrapes: with a bearer token that is good for `metrics`, or by somebody who may look. It answers
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
      const found = await callerOf(parts, 'read', request);
      if (!found.ok) return problemResponse(found.error);
      const caller = found.value;
      if (!caller) return problemResponse({ code: 'unauthenticated', message: 'send a valid bearer token' });
      if (!caller.may.includes('metrics') && !caller.may.includes('read'))
        return problemResponse(withoutRight(caller, 'metrics'));
      const { contentType, text } = await parts.metrics();
      return { status: 200, headers: { 'content-type': contentType, 'cache-control': 'no-store' }, body: text };
    },
  });
};
