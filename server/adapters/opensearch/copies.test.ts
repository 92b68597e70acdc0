import { StoreUnavailable } from '../../runner/ports';
import { copiesNow } from './copies';
import type { OpenSearchRequest, OpenSearchTransport } from './transport';

/** A cluster whose health is this, and whose state index has so many copies besides the first (none: no index). */
const aCluster = (health: { readonly status?: number; readonly body: unknown }, stateCopies?: number) => {
  const asked: OpenSearchRequest[] = [];
  const index = { aliases: {}, mappings: {}, settings: { 'index.number_of_replicas': String(stateCopies) } };
  const missing = { status: 404, body: { error: { type: 'index_not_found_exception' } } };
  const transport: OpenSearchTransport = {
    request: async (request) => {
      asked.push(request);
      if (request.path === '/_cluster/health') return { status: 200, ...health };
      return stateCopies === undefined ? missing : { status: 200, body: { 'reflex-state': index } };
    },
  };
  return { transport, asked };
};

describe('copies of an index besides the first', () => {
  it.each([
    ['one node, nothing made yet', 1, undefined, 0],
    ['one node, made on one node', 1, 0, 0],
    ['one node is up of those that there were', 1, 1, 1],
    ['two nodes', 2, 0, 1],
    ['many nodes', 9, undefined, 1],
  ])('%s', async (_note, number_of_data_nodes, stateCopies, copies) => {
    expect(await copiesNow(aCluster({ body: { number_of_data_nodes } }, stateCopies).transport)).toBe(copies);
  });

  it.each([
    ['no number', { body: {} }],
    ['no data node', { body: { number_of_data_nodes: 0 } }],
    ['no answer to rely on', { status: 400, body: { number_of_data_nodes: 1 } }],
    ['nothing', { body: undefined }],
  ])('are never guessed: the cluster says %s', async (_note, health) => {
    await expect(copiesNow(aCluster(health).transport)).rejects.toThrow('the number of data nodes is not known');
  });

  it('are asked anew each time, also after a try in vain', async () => {
    let isAway = true;
    const { transport, asked } = aCluster({ body: { number_of_data_nodes: 1 } }, 0);
    const sometimes: OpenSearchTransport = {
      request: (request) => (isAway ? Promise.reject(new StoreUnavailable('away')) : transport.request(request)),
    };
    await expect(copiesNow(sometimes)).rejects.toBeInstanceOf(StoreUnavailable);
    isAway = false;
    expect(await copiesNow(sometimes)).toBe(0);
    expect(await copiesNow(sometimes)).toBe(0);
    expect(asked.filter(({ path }) => path === '/_cluster/health')).toHaveLength(2);
  });
});
