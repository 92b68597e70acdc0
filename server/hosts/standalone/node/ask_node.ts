import { get, type Agent } from 'http';
import { get as getSecurely } from 'https';
import { json } from 'stream/consumers';

const PATIENCE_MS = 2_000;

/** How the node is reached. */
export interface NodeAddress {
  /** Of its cluster. */
  readonly name: string;
  readonly url: string;
  /** Makes the connections, where the node is closed or speaks TLS. */
  readonly agent: Agent | undefined;
}

const answerOf = ({ url, agent }: NodeAddress, path: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const send = url.startsWith('https:') ? getSecurely : get;
    const request = send(`${url}${path}`, { signal, agent }, (answer) => resolve(json(answer)));
    request.once('error', reject);
  });

/** True once our node answers there and can be read and written. */
export const isReady = async (address: NodeAddress): Promise<boolean> => {
  try {
    const health = (await answerOf(address, '/_cluster/health')) as { cluster_name?: string; status?: string };
    return health.cluster_name === address.name && /^(green|yellow)$/.test(health.status ?? '');
  } catch {
    return false;
  }
};
