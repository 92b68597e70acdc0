import { realNode, type RealNode } from '../../../test/contracts/real_node';
import type { AlertPosition } from '../../runner/ports';
import { indexReader } from './index_reader';

let node: RealNode;
let index: string;
const OWN = 'never-this-prefix-';

const bulk = async (target: string, ids: readonly number[], body: object = {}): Promise<void> => {
  const lines = ids.flatMap((id) => [
    JSON.stringify({ index: { _index: target, _id: `d${id}` } }),
    JSON.stringify({ n: id, ...body }),
  ]);
  const { status } = await node.transport.request({
    method: 'POST',
    path: '/_bulk',
    bulkBody: `${lines.join('\n')}\n`,
  });
  expect(status).toBe(200);
};
const create = (name: string, shards: number): Promise<unknown> =>
  node.transport.request(
    { method: 'PUT', path: `/${name}`, body: { settings: { number_of_shards: shards, number_of_replicas: 0 } } },
    { timeoutMs: 30_000 },
  );
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);

const readAll = async (
  from: AlertPosition,
  most: number,
  ownPrefix = OWN,
): Promise<{ ids: string[]; position: AlertPosition }> => {
  const reader = indexReader(node.transport, { pattern: `${node.prefix}*`, ownPrefix });
  const ids: string[] = [];
  let position = from;
  for (;;) {
    const read = await reader.since(position, most);
    expect(read.documents.length).toBeLessThanOrEqual(most);
    position = read.position;
    ids.push(...read.documents.map(({ id }) => id));
    if (read.documents.length === 0) {
      expect(read.lag).toBe(0);
      return { ids, position };
    }
  }
};

beforeEach(async () => {
  node = await realNode();
  index = `${node.prefix}detections-1`;
  await create(index, 3);
});
afterEach(() => node.dispose());

describe('an index with detections', () => {
  it('keeps the digits of its numbers', async () => {
    await node.transport.request({
      method: 'POST',
      path: '/_bulk',
      bulkBody: `{"index":{"_index":"${index}","_id":"d"}}\n{"flow":9007199254740993}\n`,
    });
    const { documents } = await indexReader(node.transport, { pattern: index, ownPrefix: OWN }).since({}, 10);
    expect(documents).toEqual([{ index, id: 'd', source: { flow: '9007199254740993' } }]);
  });

  it('is read whole, page by page, each document once, and only once', async () => {
    await bulk(index, range(0, 250));
    const { ids, position } = await readAll({}, 40);
    expect([...ids].sort()).toEqual(
      range(0, 250)
        .map((n) => `d${n}`)
        .sort(),
    );
    await bulk(index, range(250, 260));
    expect((await readAll(position, 40)).ids).toHaveLength(10);
  });

  it('is read from its end on, and a new index of the pattern from its start', async () => {
    await bulk(index, range(0, 20));
    const end = await indexReader(node.transport, { pattern: `${node.prefix}*`, ownPrefix: OWN }).end();
    const next = `${node.prefix}detections-2`;
    await create(next, 1);
    await bulk(next, range(20, 25));
    expect((await readAll(end, 100)).ids.sort()).toEqual(range(20, 25).map((n) => `d${n}`));
  });

  it('keeps its place while the index is closed, and starts anew in one that was made again', async () => {
    await bulk(index, range(0, 20));
    const { position } = await readAll({}, 100);
    await node.transport.request({ method: 'POST', path: `/${index}/_close` }, { timeoutMs: 30_000 });
    const closed = await readAll(position, 100);
    expect(closed.ids).toEqual([]);
    await node.transport.request(
      { method: 'POST', path: `/${index}/_open`, querystring: { wait_for_active_shards: 1 } },
      { timeoutMs: 30_000 },
    );
    expect((await readAll(closed.position, 100)).ids).toEqual([]);
    await node.transport.request({ method: 'DELETE', path: `/${index}` }, { timeoutMs: 30_000 });
    await create(index, 1);
    await bulk(index, range(0, 3));
    expect((await readAll(closed.position, 100)).ids).toHaveLength(3);
  });

  it('is never one that Reflex wrote', async () => {
    await bulk(index, range(0, 5));
    expect((await readAll({}, 100, node.prefix)).ids).toEqual([]);
  });
});
