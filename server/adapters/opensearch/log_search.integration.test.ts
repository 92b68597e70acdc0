import { eventually } from '../../../test/contracts/eventually';
import { realNode } from '../../../test/contracts/real_node';
import type { LogQuery } from '../../runner/ports';
import { OpenSearchLogSearch } from './log_search';

jest.setTimeout(60_000);

const MAPPINGS = {
  properties: {
    '@timestamp': { type: 'date' },
    source: { properties: { ip: { type: 'ip' } } },
    user: { properties: { name: { type: 'keyword' }, full: { type: 'text' } } },
    event: { properties: { outcome: { type: 'keyword' }, code: { type: 'long' } } },
    process: { type: 'nested', properties: { name: { type: 'keyword' } } },
    hidden: { type: 'keyword', index: false },
  },
};

describe('a search in a real OpenSearch', () => {
  let node: Awaited<ReturnType<typeof realNode>>;
  let search: OpenSearchLogSearch;
  // Indices of another's: what begins like one of Reflex' own is not searched.
  let prefix = '';
  const AT = '2026-11-22T09:30:00.000Z';

  beforeAll(async () => {
    node = await realNode();
    prefix = node.prefix.replace('reflex-', '');
    search = new OpenSearchLogSearch(node.transport);
    const document = (n: number, more: object = {}) => ({
      '@timestamp': AT,
      source: { ip: '203.0.113.7' },
      user: { name: n % 2 === 0 ? 'CORP\\Ana' : 'ana@corp', full: 'Ana Maria' },
      event: { outcome: 'failure', code: 4625 },
      process: [{ name: 'sshd' }],
      hidden: 'x',
      ...more,
    });
    const fill = async (name: string, documents: readonly object[], mappings: object = MAPPINGS): Promise<void> => {
      await node.transport.request({
        method: 'PUT',
        path: `/${prefix}${name}`,
        body: { mappings, settings: { number_of_shards: 2, number_of_replicas: 0 } },
      });
      await node.transport.request({
        method: 'POST',
        path: `/${prefix}${name}/_bulk`,
        querystring: { refresh: true },
        bulkBody: documents.map((each) => `{"index":{}}\n${JSON.stringify(each)}\n`).join(''),
      });
    };
    await fill('auth-1', [
      ...Array.from({ length: 40 }, (_, n) => document(n)),
      document(0, { '@timestamp': '2026-11-22T08:00:00.000Z' }),
      document(0, { source: { ip: '203.0.113.8' } }),
      document(0, { user: { name: 'bo' }, event: { outcome: 'success', code: 4624 } }),
    ]);
    await fill('auth-2', [document(1, { source: { ip: '::ffff:203.0.113.7' } })]);
    await fill('text-1', [document(1)], {
      properties: { ...MAPPINGS.properties, user: { properties: { name: { type: 'text' } } } },
    });
    await node.transport.request({
      method: 'POST',
      path: '/_aliases',
      body: { actions: [{ add: { index: `${prefix}auth-1`, alias: `${prefix}alias` } }] },
    });
  });
  afterAll(async () => {
    await node.transport.request({ method: 'DELETE', path: `/${prefix}auth-1,${prefix}auth-2,${prefix}text-1` });
    await node.dispose();
  });

  const ask = (query: Partial<LogQuery>, indices = ['auth-*']) =>
    search.search({
      indices: indices.map((each) => `${prefix}${each}`),
      time: '@timestamp',
      from: '2026-11-22T09:00:00.000Z',
      to: '2026-11-22T10:00:00.000Z',
      filters: [{ field: 'source.ip', holds: 'addresses', anyOf: ['203.0.113.7'] }],
      answer: 'count',
      mostDocuments: 1_000,
      mostValues: 100,
      timeoutMs: 5_000,
      ...query,
    });

  it('counts over all indices of a pattern, within the window, by every spelling', async () => {
    await eventually(async () => expect(await ask({})).toEqual({ documents: 42 }));
    expect(
      await ask({
        filters: [
          { field: 'user.name', holds: 'names', anyOf: ['corp\\ana', 'ana@corp'] },
          { field: 'event.outcome', holds: 'exact', anyOf: ['failure', 'denied'] },
          { field: 'event.code', holds: 'exact', anyOf: [4625] },
        ],
      }),
    ).toEqual({ documents: 42 });
    expect(await ask({}, ['alias'])).toEqual({ documents: 41 });
    expect(await ask({ to: '2026-11-22T09:10:00.000Z' })).toEqual({ documents: 0 });
  });

  it('tells whether there is one, and which values there are', async () => {
    expect(await ask({ answer: 'exists' })).toEqual({ exists: true });
    expect(await ask({ answer: 'exists', to: '2026-11-22T09:10:00.000Z' })).toEqual({ exists: false });
    const found = await ask({ answer: { values: 'user.name' } });
    expect('values' in found && [...found.values].sort()).toEqual(['CORP\\Ana', 'ana@corp', 'bo']);
    expect(await ask({ answer: { values: 'event.code' } })).toEqual({ values: [4625, 4624] });
    expect(await ask({ answer: { values: 'source.ip' } })).toEqual({ values: ['203.0.113.7'] });
  });

  it('has no answer of more than it may count', async () => {
    expect(await ask({ mostDocuments: 10 })).toEqual({ why: 'more than 10 documents match' });
    expect(await ask({ answer: { values: 'user.name' }, mostValues: 2 })).toEqual({ why: 'more than 2 values' });
  });

  it.each<readonly [string, Partial<LogQuery>, readonly string[], string]>([
    ['an index is missing', {}, ['auth-1', 'nowhere'], 'index_not_found_exception'],
    ['a pattern means none', {}, ['nowhere-*'], 'index_not_found_exception'],
    [
      'a field is analysed',
      { filters: [{ field: 'user.full', holds: 'names', anyOf: ['ana'] }] },
      ['auth-*'],
      'of type `text`',
    ],
    [
      'it is in one index',
      { filters: [{ field: 'user.name', holds: 'names', anyOf: ['ana'] }] },
      ['auth-1', 'text-1'],
      'of type `text`',
    ],
    [
      'it is nested',
      { filters: [{ field: 'process.name', holds: 'names', anyOf: ['sshd'] }] },
      ['auth-*'],
      'in nested documents',
    ],
    [
      'it is not indexed',
      { filters: [{ field: 'hidden', holds: 'names', anyOf: ['x'] }] },
      ['auth-*'],
      'not searchable',
    ],
    [
      'it is nowhere',
      { filters: [{ field: 'user.nmae', holds: 'names', anyOf: ['x'] }] },
      ['auth-*'],
      'no index has a field',
    ],
    [
      'a number is no number',
      { filters: [{ field: 'event.code', holds: 'exact', anyOf: ['many'] }] },
      ['auth-*'],
      'OpenSearch answered 400',
    ],
  ])('has no answer where %s', async (_, query, indices, why) => {
    const found = await ask(query, [...indices]);
    expect('why' in found ? found.why : found).toContain(why);
  });

  it('has no answer where a closed index is named', async () => {
    await node.transport.request({ method: 'POST', path: `/${prefix}text-1/_close` });
    // What OpenSearch says "not now" to is an outage for whoever asks.
    await expect(ask({}, ['auth-1', 'text-1'])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });
});
