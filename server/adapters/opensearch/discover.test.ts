import { discoverAssets } from './discover';
import type { OpenSearchTransport } from './transport';

interface Bucket {
  readonly name: string;
  readonly ips?: readonly string[];
}

/** A cluster whose documents name these hosts and users. */
const aCluster = (named: Readonly<Record<string, readonly Bucket[]>>): OpenSearchTransport => ({
  request: async ({ path, body }) => {
    const countable = { keyword: { aggregatable: true } };
    if (path.endsWith('/_field_caps'))
      return {
        status: 200,
        body: { fields: { 'host.name': countable, 'host.ip': countable, 'user.name': countable } },
      };
    const field = /"field":"(host\.name|user\.name)"/.exec(JSON.stringify(body))?.[1] ?? '';
    const buckets = (named[field] ?? []).map(({ name, ips = [] }) => ({
      key: { value: name },
      addresses: { buckets: ips.map((key) => ({ key })) },
    }));
    return { status: 200, body: { aggregations: { names: { buckets } } } };
  },
});
const found = (named: Parameters<typeof aCluster>[0]) => discoverAssets(aCluster(named), ['logs'], 1_000);

describe('what documents of the cluster name', () => {
  it('is one host, however they write it, and has its address', async () => {
    const hosts = [
      { name: 'WS-7', ips: ['10.0.0.7'] },
      { name: 'ws-7.', ips: ['10.0.0.7', '10.0.0.8'] },
      { name: 'ws-8', ips: ['10.0.0.9'] },
    ];
    expect(await found({ 'host.name': hosts })).toMatchObject([
      { type: 'host', value: 'ws-7', name: 'WS-7', addresses: ['10.0.0.7', '10.0.0.8'] },
      { type: 'host', value: 'ws-8', addresses: ['10.0.0.9'] },
    ]);
  });

  it('is one account, with its realm in either place', async () => {
    const users = ['CORP\\Ana', 'ana@corp', 'ana@other', '*'].map((name) => ({ name }));
    const values = (await found({ 'user.name': users })).map(({ value }) => value);
    expect(values).toEqual(['corp\\ana', 'ana@other', '*']);
  });
});
