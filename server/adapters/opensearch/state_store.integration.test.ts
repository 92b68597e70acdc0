import { realNode } from '../../../test/contracts/real_node';
import { describeStateStore } from '../../../test/contracts/state_store';
import { ensureIndices } from './indices';
import { OpenSearchStateStore } from './state_store';

jest.setTimeout(60_000);

describeStateStore('OpenSearch', async () => {
  const node = await realNode();
  const { prefix, transport } = node;
  const make = () => ensureIndices(transport, { prefix, replicas: 0, mayCreateState: true });
  await make();
  return {
    store: new OpenSearchStateStore(transport, { prefix }),
    replace: async () => {
      await transport.request({ method: 'DELETE', path: `/${prefix}state` });
      await make();
    },
    dispose: node.dispose,
  };
});

describe('the state index of OpenSearch', () => {
  const aDoc = (id: string) => ({
    id,
    expect: 'absent' as const,
    body: {
      kind: 'gate' as const,
      write_id: 'w',
      session: 's',
      owner: '',
      ordinal: 0,
      facets: {},
      content: {},
      outbox: [],
    },
  });
  const withState = async (
    act: (place: { prefix: string; node: Awaited<ReturnType<typeof realNode>> }) => Promise<void>,
  ) => {
    const node = await realNode();
    try {
      await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
      await act({ prefix: node.prefix, node });
    } finally {
      await node.dispose();
    }
  };

  it('is not made again by a write after it was deleted', () =>
    withState(async ({ prefix, node }) => {
      const store = new OpenSearchStateStore(node.transport, { prefix });
      await store.bulk([aDoc('gate')]);
      await node.transport.request({ method: 'DELETE', path: `/${prefix}state` });
      await expect(store.bulk([aDoc('gate')])).rejects.toMatchObject({ name: 'StoreUnavailable' });
      await expect(store.nodeTime()).rejects.toMatchObject({ name: 'StoreUnavailable' });
      await expect(store.search({ kinds: ['gate'] })).rejects.toMatchObject({ name: 'StoreUnavailable' });
      const exists = await node.transport.request({ method: 'GET', path: `/${prefix}state` });
      expect(exists.status).toBe(404);
      expect(await store.identity()).toBe('missing');
    }));

  it.each(['write', 'read_only_allow_delete', 'read_only'])(
    'answers nothing known when it has the block `%s`',
    (block) =>
      withState(async ({ prefix, node }) => {
        const store = new OpenSearchStateStore(node.transport, { prefix });
        await store.bulk([aDoc('gate')]);
        const settings = (value: boolean | null) =>
          node.transport.request({
            method: 'PUT',
            path: `/${prefix}state/_settings`,
            body: { [`index.blocks.${block}`]: value },
          });
        await settings(true);
        await expect(store.bulk([aDoc('case:1')])).rejects.toMatchObject({
          name: 'StoreUnavailable',
          message: expect.stringContaining('cluster_block_exception') as string,
        });
        expect((await store.get('gate'))?.kind).toBe('gate');
        await settings(null);
        expect((await store.bulk([aDoc('case:1')]))[0]?.kind).toBe('written');
      }),
  );

  it('answers nothing known while it is closed', () =>
    withState(async ({ prefix, node }) => {
      const store = new OpenSearchStateStore(node.transport, { prefix });
      await store.bulk([aDoc('gate')]);
      await node.transport.request({ method: 'POST', path: `/${prefix}state/_close` });
      await expect(store.bulk([aDoc('case:1')])).rejects.toMatchObject({ name: 'StoreUnavailable' });
      await expect(store.get('gate')).rejects.toMatchObject({ name: 'StoreUnavailable' });
      await expect(store.search({ kinds: ['gate'] })).rejects.toMatchObject({ name: 'StoreUnavailable' });
    }));

  it('waits for an index that was not made yet', async () => {
    const node = await realNode();
    const store = new OpenSearchStateStore(node.transport, { prefix: node.prefix });
    await expect(store.get('gate')).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
    expect(await store.get('gate')).toBeUndefined();
    await node.dispose();
  });
});
