import { present } from '../../../common/present';
import { clientTransport, type OpenSearchTransport } from '../../adapters/opensearch/transport';
import type { ClusterSettings } from '../settings';
import type { CoreStart } from './host_services';

/** The cluster as Reflex' technical user sees it. */
export interface DashboardsCluster {
  readonly transport: OpenSearchTransport;
  /** False if it is Dashboards' own user. */
  readonly isOwnUser: boolean;
  readonly close: () => Promise<void>;
}

/**
 * A client for the technical user of the settings. Where they name neither user nor cluster it is Dashboards' own
 * user; fit for trying out, not for production, and said so in the log.
 */
export const clusterOf = (
  { opensearch }: CoreStart,
  { hosts, username, password, ca }: ClusterSettings,
): DashboardsCluster => {
  if (hosts.length === 0 && username === undefined)
    return {
      transport: clientTransport(opensearch.client.asInternalUser),
      close: () => Promise.resolve(),
      isOwnUser: false,
    };
  const client = opensearch.createClient('reflex', {
    ...present({ hosts: hosts.length === 0 ? undefined : [...hosts] }),
    ...(username === undefined ? {} : { username, password: password ?? '' }),
    ...present({ ssl: ca === undefined ? undefined : { certificateAuthorities: [ca] } }),
  });
  return { transport: clientTransport(client.asInternalUser), close: () => client.close(), isOwnUser: true };
};
