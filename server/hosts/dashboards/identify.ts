import { ACCESS, type Access } from '../../../common/api/contract';
import { StoreUnavailable } from '../../runner/ports';
import type { CallerIdentity } from '../host_parts';
import type { CoreStart, DashboardsRequest } from './host_services';

/** Rights that a role of the security plugin gives; each includes looking. */
const ROLES: Readonly<Record<string, readonly Access[]>> = {
  reflex_read: ['read'],
  reflex_respond: ['read', 'respond'],
  reflex_approve: ['read', 'approve'],
  reflex_author: ['read', 'author'],
  reflex_admin: ['read', 'admin'],
  all_access: ['read', 'respond', 'approve', 'author', 'admin'],
};

/** Without a security plugin there are no users to tell apart: whoever reaches Dashboards is the operator. */
const OPERATOR: CallerIdentity = {
  name: 'operator',
  may: ['read', 'respond', 'approve', 'author', 'admin'],
  singleUser: true,
};

const AUTH_INFO = '/_plugins/_security/authinfo';
const PATIENCE_MS = 5_000;

interface AuthInfo {
  readonly user_name?: unknown;
  readonly roles?: unknown;
}

const callerIn = ({ user_name: name, roles }: AuthInfo): CallerIdentity | undefined => {
  if (typeof name !== 'string' || name === '' || !Array.isArray(roles)) return undefined;
  const rights = new Set(roles.flatMap((role) => ROLES[String(role)] ?? []));
  return { name, may: ACCESS.filter((right) => rights.has(right)), singleUser: false };
};

const statusOf = (cause: unknown): number | undefined => {
  const { meta } = cause as { meta?: { statusCode?: unknown } };
  return typeof meta?.statusCode === 'number' ? meta.statusCode : undefined;
};

/**
 * Who sends a request, by the security plugin, which is asked each time as that user.
 *
 * @returns undefined if nobody is logged in
 * @throws StoreUnavailable if OpenSearch cannot be asked
 */
export const identifyBy =
  ({ http, opensearch }: CoreStart) =>
  async (request: DashboardsRequest): Promise<CallerIdentity | undefined> => {
    const { status } = http.auth.get(request);
    if (status === 'unknown') return OPERATOR;
    if (status === 'unauthenticated') return undefined;
    const { transport } = opensearch.client.asScoped(request).asCurrentUser;
    try {
      const options = { maxRetries: 0, requestTimeout: PATIENCE_MS };
      const { body } = await transport.request({ method: 'GET', path: AUTH_INFO }, options);
      return callerIn(body ?? {});
    } catch (cause) {
      if ([401, 403].includes(statusOf(cause) ?? 0)) return undefined;
      throw new StoreUnavailable(`the security plugin does not say who calls: ${(cause as Error).message}`);
    }
  };
