import { realNode } from '../../../test/contracts/real_node';
import { stateDefinition } from './definitions';
import { STATE_SCHEMA } from '../../runner/ports';
import { ensureIndices } from './indices';
import { OpenSearchStateStore } from './state_store';

jest.setTimeout(60_000);

describe('ensuring the indices', () => {
  let node: Awaited<ReturnType<typeof realNode>>;
  let state: string;
  beforeEach(async () => {
    node = await realNode();
    state = `/${node.prefix}state`;
  });
  afterEach(() => node.dispose());

  const ensure = (more: Partial<Parameters<typeof ensureIndices>[1]> = {}) =>
    ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true, ...more });
  const putState = (change: { settings?: object; mappings?: object; aliases?: object } = {}) => {
    const { settings, mappings } = stateDefinition({ replicas: 0 });
    return node.transport.request({
      method: 'PUT',
      path: state,
      body: {
        settings: { ...settings, ...change.settings },
        mappings: { ...mappings, ...change.mappings },
        aliases: change.aliases ?? { [`${node.prefix}state-only-abc`]: {} },
      },
    });
  };

  it('makes what is missing, once', async () => {
    const first = await ensure();
    expect([...first.created].sort()).toEqual(
      ['assets', 'bundles', 'models', 'proposals', 'state'].map((end) => `${node.prefix}${end}`),
    );
    expect((await ensure()).created).toEqual([]);
    expect((await ensure({ mayCreateState: false })).created).toEqual([]);
  });

  it('makes one state when several agents start at once', async () => {
    const made = await Promise.all(Array.from({ length: 6 }, () => ensure()));
    expect(made.flatMap(({ created }) => created).filter((name) => name.endsWith('state'))).toHaveLength(1);
    const stores = [1, 2].map(() => new OpenSearchStateStore(node.transport, { prefix: node.prefix }));
    expect(await stores[0]?.identity()).toBe(await stores[1]?.identity());
  });

  it('does not make a state again that this agent knew before', async () => {
    await expect(ensure({ mayCreateState: false })).rejects.toThrow('reflex state adopt');
    expect((await node.transport.request({ method: 'GET', path: state })).status).toBe(404);
  });

  it.each([
    ['more than one shard', { settings: { 'index.number_of_shards': 2 } }, 'number_of_shards'],
    ['writes that are on disk only later', { settings: { 'index.translog.durability': 'async' } }, 'durability'],
    ['a mapping that grows by itself', { mappings: { dynamic: true } }, 'mappings.dynamic'],
    ['a field of another type', { mappings: { properties: { kind: { type: 'text' } } } }, 'mappings.properties.kind'],
    ['no write alias', { aliases: {} }, 'write alias'],
    ['a newer mapping', { mappings: { _meta: { reflex_schema: 99 } } }, 'newer Reflex'],
  ])('refuses a state index with %s, and leaves it alone', async (_, change, words) => {
    expect((await putState(change)).status).toBe(200);
    const before = await node.transport.request({ method: 'GET', path: state });
    await expect(ensure()).rejects.toThrow(words);
    expect(await node.transport.request({ method: 'GET', path: state })).toEqual(before);
  });

  it('takes a state of an older version as it is, until a store raises it', async () => {
    const { facets: _facets, ...older } = stateDefinition({ replicas: 0 }).mappings.properties;
    const mappings = { dynamic: 'strict', _meta: { reflex_schema: 1 }, properties: older };
    const aliases = { [`${node.prefix}state-only-abc`]: {} };
    const { settings } = stateDefinition({ replicas: 0 });
    await node.transport.request({ method: 'PUT', path: state, body: { settings, mappings, aliases } });
    const found = async () => {
      const { body } = await node.transport.request({ method: 'GET', path: `${state}/_mapping` });
      return Object.values(body as Record<string, { mappings: { _meta: object; properties: object } }>)[0]?.mappings;
    };
    await ensure();
    expect(await found()).toMatchObject({ _meta: { reflex_schema: 1 } });
    await new OpenSearchStateStore(node.transport, { prefix: node.prefix }).raiseSchema(STATE_SCHEMA);
    expect(await found()).toMatchObject({ _meta: { reflex_schema: STATE_SCHEMA }, properties: { facets: {} } });
    await ensure();
    await new OpenSearchStateStore(node.transport, { prefix: node.prefix }).raiseSchema(STATE_SCHEMA + 1);
    await expect(ensure()).rejects.toThrow(`state schema ${STATE_SCHEMA + 1}, this one speaks ${STATE_SCHEMA}`);
  });

  it('says everything that is wrong at once', async () => {
    await putState({ settings: { 'index.translog.durability': 'async', 'index.number_of_shards': 3 }, aliases: {} });
    await expect(ensure()).rejects.toThrow(/write alias.*number_of_shards.*durability/);
  });

  it('refuses a state that an index without Reflex took the name of', async () => {
    await node.transport.request({ method: 'PUT', path: `${state}/_doc/1`, body: { hello: 'world' } });
    await expect(ensure()).rejects.toThrow('not as it must be');
  });

  it('refuses a state with fewer copies than wanted', async () => {
    await ensure();
    await expect(ensure({ replicas: 1 })).rejects.toThrow('number_of_replicas');
  });

  it('refuses an alias in the place of the state', async () => {
    await node.transport.request({
      method: 'PUT',
      path: `/${node.prefix}else`,
      body: { aliases: { [`${node.prefix}state`]: {} } },
    });
    await expect(ensure()).rejects.toThrow('plain index');
  });

  it('refuses another index that Reflex did not make', async () => {
    await node.transport.request({ method: 'PUT', path: `/${node.prefix}bundles` });
    await expect(ensure()).rejects.toThrow('not one that Reflex made');
  });

  it('puts nothing over a newer template', async () => {
    await ensure();
    const path = `/_index_template/${node.prefix}audit`;
    const newer = { index_patterns: [`${node.prefix}audit-*`], priority: 500, version: 99, template: {} };
    await node.transport.request({ method: 'PUT', path, body: newer });
    await ensure();
    expect(JSON.stringify((await node.transport.request({ method: 'GET', path })).body)).toContain('"version":99');
  });
});
