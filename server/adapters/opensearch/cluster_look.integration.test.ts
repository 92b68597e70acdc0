import { realNode } from '../../../test/contracts/real_node';
import { clusterLook } from './cluster_look';
import { ensureIndices } from './indices';

jest.setTimeout(60_000);

describe('a look at a real cluster', () => {
  let node: Awaited<ReturnType<typeof realNode>>;
  beforeEach(async () => {
    node = await realNode();
  });
  afterEach(() => node.dispose());

  const ensure = () => ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
  const look = () => clusterLook(node.transport, node.prefix);
  const written = async (): Promise<unknown> => {
    const { body } = await node.transport.request({
      method: 'GET',
      path: `/${node.prefix}state/_stats/docs`,
      querystring: { level: 'shards', filter_path: '**.seq_no,**.docs' },
    });
    return body;
  };

  it('finds no security plugin where there is none', async () => {
    expect(await look().account()).toEqual({ security: 'missing' });
  });

  it('tries every right, and the state is as it was', async () => {
    await ensure();
    const before = await written();
    const rights = await look().rights();
    expect(rights.filter(({ answer }) => answer !== 'allowed')).toEqual([]);
    expect(await written()).toEqual(before);
    expect(JSON.stringify(before)).toContain('"max_seq_no":-1');
  });

  it('makes no index where there is none: whoever deleted the state finds it deleted, and can adopt it', async () => {
    await look().rights();
    const { body } = await node.transport.request({ method: 'GET', path: `/${node.prefix}*` });
    expect(body).toEqual({});
  });

  it('tells how the indices are: missing, whole, blocked', async () => {
    const missing = await look().indices();
    expect(missing.indices.every(({ found }) => found === undefined)).toBe(true);
    await ensure();
    const whole = await look().indices();
    expect(whole.indices.every(({ found, wanted }) => found === wanted)).toBe(true);
    expect(whole.down).toEqual([]);
    const path = `/${node.prefix}assets/_settings`;
    await node.transport.request({ method: 'PUT', path, body: { 'index.blocks.write': true } });
    const { indices } = await look().indices();
    expect(indices.flatMap(({ name, blocked }) => (blocked === undefined ? [] : [[name, blocked]]))).toEqual([
      [`${node.prefix}assets`, 'index.blocks.write'],
    ]);
  });
});
