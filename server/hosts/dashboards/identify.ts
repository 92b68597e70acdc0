import { StoreUnavailable } from '../../runner/ports';
import { ANONYMOUS, OPERATOR } from '../../runner/record/reserved';
import type { CallerIdentity } from '../host_parts';
import { AUTH_INFO, callerIn } from '../security_plugin';
import type { RightsByRole } from '../settings/rights';
import type { CoreStart, DashboardsRequest } from './host_services';

/** Where an admin said so, whoever reaches a Dashboards without a login is the operator. */
const THE_OPERATOR: CallerIdentity = {
  name: OPERATOR,
  may: ['read', 'respond', 'approve', 'author', 'admin'],
  singleUser: true,
};

/** Whoever reaches a Dashboards that does not say who calls, as a public display does. */
const ANYBODY: CallerIdentity = { name: ANONYMOUS, may: ['read'], singleUser: false };

const PATIENCE_MS = 5_000;

const statusOf = (cause: unknown): number | undefined => {
  const { meta } = cause as { meta?: { statusCode?: unknown } };
  return typeof meta?.statusCode === 'number' ? meta.statusCode : undefined;
};

interface Identifying {
  readonly rights: RightsByRole;
  /** Whoever calls without a login may do everything. */
  readonly singleUser: boolean;
  /** Told of each request of which Dashboards does not say whose it is. */
  readonly noted: () => void;
}

/**
 * Who sends a request, by the security plugin, which is asked each time as that user. Where Dashboards has no login,
 * they may only look, unless the settings say otherwise: what cannot be known gives no right.
 *
 * @returns undefined if nobody is logged in
 * @throws StoreUnavailable if OpenSearch cannot be asked
 */
export const identifyBy =
  ({ http, opensearch }: CoreStart, { rights, singleUser, noted }: Identifying) =>
  async (request: DashboardsRequest): Promise<CallerIdentity | undefined> => {
    const { status } = http.auth.get(request);
    if (status === 'unknown') {
      noted();
      return singleUser ? THE_OPERATOR : ANYBODY;
    }
    if (status === 'unauthenticated') return undefined;
    const { transport } = opensearch.client.asScoped(request).asCurrentUser;
    try {
      const options = { maxRetries: 0, requestTimeout: PATIENCE_MS };
      const { body } = await transport.request({ method: 'GET', path: AUTH_INFO }, options);
      return callerIn(body, rights);
    } catch (cause) {
      if ([401, 403].includes(statusOf(cause) ?? 0)) return undefined;
      throw new StoreUnavailable(`the security plugin does not say who calls: ${(cause as Error).message}`);
    }
  };
