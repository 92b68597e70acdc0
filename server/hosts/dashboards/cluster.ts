import { readFileSync } from 'fs';
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

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`the file \`${file}\` of \`opensearch\` cannot be read`, { cause });
  }
};

/** Dashboards reads the files of its own settings, and none for a client of a plugin: it takes what is in them. */
const sslOf = ({ ca, cert, key }: Pick<ClusterSettings, 'ca' | 'cert' | 'key'>): object | undefined => {
  if (ca === undefined && cert === undefined) return undefined;
  const own =
    cert === undefined || key === undefined
      ? {}
      : { certificate: contentOf(cert), key: contentOf(key), alwaysPresentCertificate: true };
  return { ...present({ certificateAuthorities: ca === undefined ? undefined : [contentOf(ca)] }), ...own };
};

/**
 * A client for the technical user of the settings. Where they name neither user nor cluster it is Dashboards' own
 * user; fit for trying out, not for production, and said so in the log.
 */
export const clusterOf = (
  { opensearch }: CoreStart,
  { hosts, username, password, ca, cert, key }: ClusterSettings,
): DashboardsCluster => {
  if (hosts.length === 0 && username === undefined && cert === undefined)
    return {
      transport: clientTransport(opensearch.client.asInternalUser),
      close: () => Promise.resolve(),
      isOwnUser: false,
    };
  const client = opensearch.createClient('reflex', {
    ...present({ hosts: hosts.length === 0 ? undefined : [...hosts] }),
    ...(username === undefined ? {} : { username, password: password ?? '' }),
    ...present({ ssl: sslOf({ ca, cert, key }) }),
  });
  return { transport: clientTransport(client.asInternalUser), close: () => client.close(), isOwnUser: true };
};
