import { ALERT_MAPPINGS, aBucketAlert, aQueryAlert } from '../../../test/builders/alerts';
import { realNode, type RealNode } from '../../../test/contracts/real_node';
import type { AlertReader } from '../../runner/ports';
import { alertReader } from './alert_reader';

const NOON = Date.parse('2026-11-22T12:00:00Z');

describe('looking alerts, findings and entities up on a real node', () => {
  let node: RealNode;
  let reader: AlertReader;

  const make = (name: string, mappings: object): Promise<unknown> =>
    node.transport.request({
      method: 'PUT',
      path: `/${node.prefix}${name}`,
      body: { settings: { number_of_shards: 1, number_of_replicas: 0, 'index.refresh_interval': '-1' }, mappings },
    });
  /** Written as Alerting does: nobody refreshes. */
  const write = (name: string, id: string, body: object, routing = 'r'): Promise<unknown> =>
    node.transport.request({
      method: 'PUT',
      path: `/${node.prefix}${name}/_doc/${id}`,
      querystring: { routing },
      body: { ...body },
    });

  beforeEach(async () => {
    node = await realNode();
    reader = alertReader(node.transport, {
      alerts: [`${node.prefix}alert*`, `${node.prefix}sap-*-alerts*`],
      findings: [`${node.prefix}finding*`],
    });
  });
  afterEach(() => node.dispose());

  it('finds nothing, and fails at nothing, where Alerting never was', async () => {
    expect(await reader.alerts({ monitorId: 'm' })).toEqual([]);
    expect(await reader.findings(['f'])).toEqual([]);
    expect(await reader.patterns()).toHaveLength(3);
    expect(await reader.monitor('m')).toEqual({ kind: 'unsupported' });
  });

  it('finds alerts by id, monitor, trigger, start and whether they are over, the moment they are written', async () => {
    await make('alerts', ALERT_MAPPINGS);
    await make('alert-history-1', ALERT_MAPPINGS);
    const old = { start_time: NOON - 60_000 };
    await write('alert-history-1', 'past', aQueryAlert({ ...old, state: 'COMPLETED', end_time: NOON }));
    await write('alerts', 'now', aQueryAlert({ start_time: NOON }));
    await write('alerts', 'failed', aQueryAlert({ start_time: NOON, state: 'ERROR', trigger_id: 'other' }));
    await write('alerts', 'flow', aQueryAlert({ start_time: NOON, monitor_id: '', workflow_id: 'w' }));
    await write('alerts', 'bucket', aBucketAlert({ start_time: NOON }));
    const ids = async (wish: Parameters<AlertReader['alerts']>[0]): Promise<readonly string[]> =>
      (await reader.alerts(wish)).map(({ id }) => id).sort();
    expect(await ids({ monitorId: 'monitor-query' })).toEqual(['failed', 'now', 'past']);
    expect(await ids({ monitorId: 'monitor-query', triggerId: 'trig-q1' })).toEqual(['now', 'past']);
    expect(await ids({ monitorId: 'monitor-query', open: true })).toEqual(['failed', 'now']);
    expect(await ids({ monitorId: 'monitor-query', startedFrom: NOON - 1_000 })).toEqual(['failed', 'now']);
    expect(await ids({ monitorId: 'w' })).toEqual(['flow']);
    expect(await ids({ ids: ['past', 'bucket', 'nobody'] })).toEqual(['bucket', 'past']);
    const many = Array.from({ length: 1_200 }, (_, n) => `none-${n}`);
    expect(await ids({ ids: [...many, 'now'] })).toEqual(['now']);
  });

  it('finds findings in whichever index of a rollover they are', async () => {
    const mappings = { dynamic: true };
    await make('findings-1', mappings);
    await make('findings-2', mappings);
    await write('findings-1', 'f1', { id: 'f1', monitor_id: 'm' });
    await write('findings-2', 'f2', { id: 'f2', monitor_id: 'm' });
    const found = await reader.findings(['f1', 'f2', 'f3']);
    expect(found.map(({ id, source }) => [id, source.monitor_id]).sort()).toEqual([
      ['f1', 'm'],
      ['f2', 'm'],
    ]);
  });

  it.each([
    ['keyword', { type: 'keyword' }],
    ['an address', { type: 'ip' }],
    ['analysed text', { type: 'text' }],
  ])('reads one document for each entity by a field that is %s', async (_, type) => {
    await make('logs', { properties: { source: { properties: { ip: type } }, level: { type: 'keyword' } } });
    for (const [id, ip] of Object.entries({ a: '203.0.113.1', b: '203.0.113.2', c: '203.0.113.1' }))
      await write('logs', id, { source: { ip }, level: 'error' });
    await write('logs', 'd', { source: { ip: '203.0.113.3' }, level: 'info' });
    await node.transport.request({ method: 'POST', path: `/${node.prefix}logs/_refresh` });
    const search = {
      indices: [`${node.prefix}logs`],
      query: { term: { level: 'error' } },
      field: 'source.ip',
      most: 3,
    };
    const { documents: found, more } = await reader.entities(search);
    expect(more).toBe(false);
    const ips = new Set(found.map(({ source }) => (source.source as { ip: string }).ip));
    expect([...ips].sort()).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(found.every(({ index }) => index === `${node.prefix}logs`)).toBe(true);
  });
  it.each([
    ['keyword', { type: 'keyword' }],
    ['an address', { type: 'ip' }],
    ['analysed text', { type: 'text' }],
  ])(
    'reads every entity page by page by a field that is %s, up to a bound, and says if there are more',
    async (_, type) => {
      const ips = Array.from({ length: 1_001 }, (_each, n) => `203.0.${n >> 8}.${n & 255}`);
      await make('logs', { properties: { source: { properties: { ip: type } } } });
      const fill = async (some: readonly string[]): Promise<void> => {
        const lines = some.flatMap((ip) => [{ index: { _id: ip } }, { source: { ip } }]);
        await node.transport.request({
          method: 'POST',
          path: `/${node.prefix}logs/_bulk`,
          querystring: { refresh: true },
          bulkBody: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
        });
      };
      const look = async (): Promise<readonly [number, boolean]> => {
        const search = { indices: [`${node.prefix}logs`], query: { match_all: {} }, field: 'source.ip', most: 1_000 };
        const { documents, more } = await reader.entities(search);
        return [new Set(documents.map(({ id }) => id)).size, more];
      };
      await fill(ips.slice(0, 51));
      expect(await look()).toEqual([51, false]);
      await fill(ips.slice(0, 1_000));
      expect(await look()).toEqual([1_000, false]);
      await fill(ips);
      expect(await look()).toEqual([1_000, true]);
    },
  );
  it('reads no entity of an index that is gone', async () => {
    const search = { indices: [`${node.prefix}none`], query: { match_all: {} }, field: 'x', most: 10 };
    expect(await reader.entities(search)).toEqual({ documents: [], more: false });
  });
});
