import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import { Client } from '@opensearch-project/opensearch';
import { clientTransport } from '../../adapters/opensearch/transport';
import { ClusterLogin } from '../cluster_login';
import type { ClusterSettings, Settings } from '../settings';
import { connectTo, type Cluster } from './cluster';
import { ClusterUsers } from './cluster_users';
import { forgetDemoEnded, wasDemoEnded } from './demo_mark';
import type { Host } from './host';
import { openNodeProblem } from './node/open_node';
import { provideNode } from './node/provide_node';
import { knownSecurity, securityMemory } from './security_memory';

/** True if an agent worked in this folder before. */
const hasWorked = (folder: string): boolean => existsSync(folder) && readdirSync(folder).length > 0;

/** The cluster that was named, or a node that this host starts itself. */
export const provideCluster = async (
  host: Host,
  named: ClusterSettings | undefined,
  how: Parameters<typeof connectTo>[2],
): Promise<Cluster> => {
  const { options, folders, steps, log, stop, env, terminal } = host;
  if (named !== undefined)
    return steps.during({ id: 'cluster', title: `OpenSearch at ${named.hosts.join(', ')}` }, () =>
      connectTo(named, hasWorked(folders.agent), how),
    );
  const node = await provideNode({ options, folders, steps, log, signal: stop.signal, env });
  host.node = node;
  if (node.whyOpen !== undefined) {
    const problem = openNodeProblem(node.whyOpen);
    host.problems = [problem];
    terminal.line(`CAUTION: ${problem.text}`);
  }
  const { agent, secured } = node;
  const client = new Client({ node: node.url, ...(agent === undefined ? {} : { agent: () => agent }) });
  const close = (): Promise<void> => client.close();
  if (secured === undefined) return { transport: clientTransport(client), close };
  const login = new ClusterLogin(secured.login, { places: { secrets: [] }, env });
  terminal.line(`Users: their passwords are in ${join(secured.folder, 'users')}, one file each, yours alone to read.`);
  return {
    transport: clientTransport(client, () => login.authorization),
    close,
    watchSecrets: (hide) => login.watch(hide),
  };
};

/** The demo runs on a node of our own, and nowhere else. */
export const decideOnDemo = (host: Host, ownNode: boolean): boolean => {
  const { options, folders } = host;
  if (options.demo === 'again') forgetDemoEnded(folders.data);
  return ownNode && options.demo !== 'off' && !wasDemoEnded(folders.data);
};

interface UsersOf {
  readonly named: ClusterSettings | undefined;
  readonly settings: Pick<Settings, 'rights'>;
  readonly cluster: Pick<Cluster, 'transport'>;
}

/** The users of the cluster. Of a node of our own it is known whether it has some. */
export const clusterUsersOf = (host: Host, { named, settings: { rights }, cluster }: UsersOf): ClusterUsers => {
  const own = host.node?.secured;
  const memory =
    named === undefined
      ? knownSecurity(own === undefined ? 'missing' : 'there')
      : securityMemory(host.folders.data, named.hosts);
  return new ClusterUsers({
    transport: cluster.transport,
    rights,
    memory,
    ownName: own?.login.username ?? named?.username,
  });
};
