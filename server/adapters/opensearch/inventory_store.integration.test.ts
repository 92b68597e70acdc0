import { describeInventoryStore } from '../../../test/contracts/inventory_store';
import { realNode } from '../../../test/contracts/real_node';
import { ensureIndices } from './indices';
import { OpenSearchInventoryStore } from './inventory_store';

jest.setTimeout(60_000);

describeInventoryStore('OpenSearch', async () => {
  const node = await realNode();
  await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
  return { store: new OpenSearchInventoryStore(node.transport, { prefix: node.prefix }), dispose: node.dispose };
});

describe('the inventory in OpenSearch', () => {
  it('is read again when it was replaced in the middle of reading', async () => {
    const node = await realNode();
    await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
    const store = new OpenSearchInventoryStore(node.transport, { prefix: node.prefix });
    const hosts = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ type: 'host', value: `h${n}`, origin: 'file' }) as const);
    await store.replace('file', hosts(700));
    let reads = 0;
    const slow = new OpenSearchInventoryStore(
      {
        request: async (request, options) => {
          const answer = await node.transport.request(request, options);
          // Between the heads and what they name.
          if ((reads += 1) === 1) await store.replace('file', hosts(30));
          return answer;
        },
      },
      { prefix: node.prefix },
    );
    expect((await slow.load()).items).toHaveLength(30);
    await node.dispose();
  });
});

describe('discovering hosts and users', () => {
  let node: Awaited<ReturnType<typeof realNode>>;
  let store: OpenSearchInventoryStore;
  beforeEach(async () => {
    node = await realNode();
    store = new OpenSearchInventoryStore(node.transport, { prefix: node.prefix });
  });
  afterEach(() => node.dispose());

  const fill = async (name: string, mappings: object, docs: readonly object[]): Promise<void> => {
    await node.transport.request({ method: 'PUT', path: `/${node.prefix}${name}`, body: { mappings } });
    await node.transport.request({
      method: 'POST',
      path: `/${node.prefix}${name}/_bulk`,
      querystring: { refresh: true },
      bulkBody: docs.map((doc) => `{"index":{}}\n${JSON.stringify(doc)}\n`).join(''),
    });
  };
  const ecs = {
    properties: {
      host: { properties: { name: { type: 'keyword' }, ip: { type: 'ip' } } },
      user: { properties: { name: { type: 'keyword' } } },
    },
  };

  it('finds names and addresses under ECS mappings and under dynamic ones', async () => {
    await fill('logs-ecs', ecs, [
      { host: { name: 'Web-01', ip: ['10.0.0.5', '127.0.0.1', 'fe80::1', '2001:db8::5'] }, user: { name: 'alice' } },
      { host: { name: 'db-01', ip: '10.0.0.6' }, user: { name: 'Alice' } },
    ]);
    await fill('logs-dynamic', {}, [
      { host: { name: 'mail-01', ip: '10.0.0.7' }, user: { name: 'bob' } },
      { host: { name: 'web-01' } },
    ]);
    await fill('logs-other', {}, [{ message: 'no host here' }]);
    const found = await store.discover([`${node.prefix}logs-*`, `${node.prefix}not-there`]);
    expect([...found].sort((a, b) => (a.value < b.value ? -1 : 1))).toEqual([
      { type: 'user', value: 'alice', name: expect.stringMatching(/alice/i) as string, origin: 'cluster' },
      { type: 'user', value: 'bob', name: 'bob', origin: 'cluster' },
      { type: 'host', value: 'db-01', name: 'db-01', addresses: ['10.0.0.6'], origin: 'cluster' },
      { type: 'host', value: 'mail-01', name: 'mail-01', addresses: ['10.0.0.7'], origin: 'cluster' },
      {
        type: 'host',
        value: 'web-01',
        name: expect.stringMatching(/web-01/i) as string,
        addresses: ['10.0.0.5', '2001:db8::5'],
        origin: 'cluster',
      },
    ]);
  });

  it('takes an address that several hosts name for nobody', async () => {
    await fill('logs-ecs', ecs, [
      { host: { name: 'a', ip: ['172.17.0.1', '10.0.0.1'] } },
      { host: { name: 'b', ip: ['172.17.0.1'] } },
    ]);
    const found = await store.discover([`${node.prefix}logs-ecs`]);
    expect(found.map(({ value, addresses }) => [value, addresses])).toEqual([
      ['a', ['10.0.0.1']],
      ['b', undefined],
    ]);
  });

  it('finds nothing where nothing is', async () => {
    expect(await store.discover([])).toEqual([]);
    expect(await store.discover([`${node.prefix}none-*`])).toEqual([]);
  });

  it('stops at 10,000', async () => {
    await fill(
      'logs-ecs',
      ecs,
      Array.from({ length: 10_500 }, (_, number) => ({ host: { name: `h${number}` } })),
    );
    expect(await store.discover([`${node.prefix}logs-ecs`])).toHaveLength(10_000);
  });
});
