import { get, type Agent } from 'http';
import { json } from 'stream/consumers';

const PATIENCE_MS = 2_000;

/** How the node is reached. */
export interface NodeAddress {
  /** Of its cluster. */
  readonly name: string;
  readonly port: number;
  /** Makes the connections, where the node is closed. */
  readonly agent: Agent | undefined;
}

const answerOf = ({ port, agent }: NodeAddress, path: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const request = get({ host: '127.0.0.1', port, path, signal, agent }, (answer) => resolve(json(answer)));
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
