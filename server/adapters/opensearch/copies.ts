import { unexpected } from './answer';
import { stateIndexOf } from './definitions';
import { readIndex } from './index_admin';
import type { OpenSearchTransport } from './transport';

/** How many data nodes the cluster has at this moment. */
const dataNodes = async (transport: OpenSearchTransport): Promise<number> => {
  const answer = await transport.request({ method: 'GET', path: '/_cluster/health' });
  const { number_of_data_nodes: nodes } = (answer.body ?? {}) as { readonly number_of_data_nodes?: unknown };
  if (answer.status >= 400 || typeof nodes !== 'number' || nodes < 1)
    throw unexpected('the number of data nodes is not known', answer);
  return nodes;
};

/**
 * Copies of each shard besides the first, for an index that is made or checked now. Asked of the cluster each time and
 * never guessed: a guess that was made while OpenSearch was away would be wrong for as long as the process lives.
 * Where only one node is up, the state index says whether there were more when it was made.
 *
 * @throws StoreUnavailable; Error if the cluster does not say
 */
export const copiesNow = async (transport: OpenSearchTransport, prefix?: string): Promise<number> => {
  if ((await dataNodes(transport)) > 1) return 1;
  const state = await readIndex(transport, stateIndexOf(prefix));
  return Number(state?.settings['index.number_of_replicas'] ?? 0) > 0 ? 1 : 0;
};
