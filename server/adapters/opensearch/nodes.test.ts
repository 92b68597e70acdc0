import { openSearchNodes } from './nodes';

const answering = (status: number, body: unknown = {}) =>
  openSearchNodes({ request: async () => ({ status, body }) }).look();

describe('the nodes of OpenSearch', () => {
  it('are named with every address and name that they publish', async () => {
    const nodes = {
      a: {
        name: 'node-1',
        host: 'search-1.example',
        ip: '10.0.0.5',
        transport_address: '10.0.0.5:9300',
        http: { publish_address: 'search.example/10.0.0.6:9200' },
      },
      b: { host: '::1', transport_address: '[::1]:9301', http: { publish_address: '[2001:db8::7]:9200' } },
    };
    const { things, missing } = await answering(200, { nodes });
    expect(things.map(({ text, from }) => `${text} ${from}`)).toEqual([
      'search-1.example OpenSearch node `node-1`',
      '10.0.0.5 OpenSearch node `node-1`',
      'search.example OpenSearch node `node-1`',
      '10.0.0.6 OpenSearch node `node-1`',
      '::1 OpenSearch node',
      '2001:db8::7 OpenSearch node',
    ]);
    expect(missing).toEqual([]);
  });

  it.each([401, 403, 404])('that may not be asked for are told to be missing (%d)', async (status) => {
    const { things, missing } = await answering(status);
    expect([things, missing]).toEqual([[], [expect.stringContaining('cluster:monitor/nodes/info')]]);
  });

  it.each([429, 500, 503])('are not settled by an answer that says "not now" (%d)', async (status) => {
    await expect(answering(status)).rejects.toThrow(`OpenSearch answered ${status}`);
  });
});
