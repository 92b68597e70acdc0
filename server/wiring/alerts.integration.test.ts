import { iso } from '../../common/iso';
import { postAlertingWebhook, type SourcePlan } from '../../common/api/routes';
import type { DecisionBrief, DecisionDetail } from '../../common/api/views';
import type { StatusView } from '../../common/api/routes';
import { ALERT_MAPPINGS, aBucketAlert, aDocumentAlert, aQueryAlert } from '../../test/builders/alerts';
import { realNode, type RealNode } from '../../test/contracts/real_node';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { BareHost } from '../../test/demo/bare_host';
import { withOwnNames } from '../../test/demo/own_names';
import { AlertingCore } from '../../test/targets/alerting/alerting_core';
import {
  bucketAlert,
  bucketContext,
  documentAlert,
  documentContext,
  queryContext,
} from '../../test/targets/alerting/contexts';
import type { Json } from '../../test/targets/alerting/documents';
import { until } from '../../test/targets/until';
import type { OpenSearchTransport } from '../adapters/opensearch/transport';
import type { Wired } from '../hosts/host_parts';
import { wire } from '../wiring';

/*
 * The way of alerts as a whole, in the order of its tests: the real wiring subscribes to monitors of a recorded
 * Alerting, whose alerts and findings lie in indices of their shape on a real OpenSearch.
 */

jest.setTimeout(120_000);

const LONG = { withinMs: 60_000, everyMs: 250 };
const LOGS = 'demo-logs-app';
const ALERTS = '.opendistro-alerting-alerts';
const HISTORY = '.opendistro-alerting-alert-history-2026.11.22-1';
const FINDINGS = '.opensearch-alerting-finding-history-2026.11.22-1';

const search = {
  search: {
    indices: [LOGS],
    query: {
      size: 0,
      query: {
        range: { '@timestamp': { gte: '{{period_end}}||-10m', lte: '{{period_end}}', format: 'epoch_millis' } },
      },
      aggs: { by: { composite: { sources: [{ 'source.ip': { terms: { field: 'source.ip' } } }] } } },
    },
  },
};
const aMonitor = (level: string, trigger: Json, inputs: readonly Json[]): Json => ({
  type: 'monitor',
  name: `a ${level} monitor`,
  monitor_type: `${level}_level_monitor`,
  enabled: true,
  schedule: { period: { interval: 1, unit: 'MINUTES' } },
  inputs,
  triggers: [trigger],
});
const MONITORS = {
  'monitor-query': aMonitor(
    'query',
    {
      query_level_trigger: {
        id: 'trig-q1',
        name: 'any error',
        severity: '1',
        condition: { script: { source: 'true', lang: 'painless' } },
        actions: [],
      },
    },
    [search],
  ),
  'monitor-bucket': aMonitor(
    'bucket',
    {
      bucket_level_trigger: {
        id: 'trig-b1',
        name: 'service errors',
        severity: '2',
        condition: { script: { source: 'true', lang: 'painless' } },
        actions: [],
      },
    },
    [search],
  ),
  'monitor-document': aMonitor(
    'doc',
    {
      document_level_trigger: {
        id: 'trig-d1',
        name: 'any doc',
        severity: '3',
        condition: { script: { source: 'query[name=error-query]', lang: 'painless' } },
        actions: [],
      },
    },
    [
      {
        doc_level_input: {
          indices: [LOGS],
          queries: [{ id: 'q-err', name: 'error-query', query: 'level:error', tags: ['tag-error'] }],
        },
      },
    ],
  ),
} as const;
type MonitorId = keyof typeof MONITORS;
const TRIGGERS: Readonly<Record<MonitorId, { id: string; name: string; severity: string }>> = {
  'monitor-query': { id: 'trig-q1', name: 'any error', severity: '1' },
  'monitor-bucket': { id: 'trig-b1', name: 'service errors', severity: '2' },
  'monitor-document': { id: 'trig-d1', name: 'any doc', severity: '3' },
};

describe('alerts as a whole', () => {
  let node: RealNode;
  let transport: OpenSearchTransport;
  let folder: ReturnType<typeof temporaryFolder>;
  let core: AlertingCore;
  let host: BareHost;
  let wired: Wired;
  /** What the receiver of messages does; false: it hangs up. */
  let isHeard = true;

  const start = async (): Promise<void> => {
    host = new BareHost({ transport, dataFolder: folder.folder, demo: false });
    wired = wire(host.parts);
    await wired.start();
  };

  beforeAll(async () => {
    node = await realNode();
    folder = temporaryFolder();
    core = new AlertingCore({
      send: async ({ body, headers }) => {
        if (!isHeard) throw new Error('connection refused');
        const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
        const answer = await host.call('post', postAlertingWebhook.path, { body, headers: given });
        return { status: answer.status, text: JSON.stringify(answer.body) };
      },
      wait: async () => undefined,
    });
    for (const [id, monitor] of Object.entries(MONITORS)) core.monitors.put(id, monitor);
    const own = withOwnNames(node.transport, node.prefix);
    const plugins = core.transport();
    transport = {
      request: (request, options) => (request.path.startsWith('/_plugins/') ? plugins : own).request(request, options),
    };
    const settings = { 'index.number_of_replicas': 0 };
    await put(`/${LOGS}`, {
      settings,
      mappings: { properties: { source: { properties: { ip: { type: 'ip' } } }, '@timestamp': { type: 'date' } } },
    });
    await put(`/${ALERTS}`, { settings, mappings: ALERT_MAPPINGS });
    await put(`/${FINDINGS}`, { settings, mappings: { dynamic: true } });
    await start();
  });

  afterAll(async () => {
    await wired.stop();
    await node.dispose();
    folder.remove();
  });

  const put = async (path: string, body: object): Promise<void> => {
    const { status, body: said } = await transport.request(
      { method: 'PUT', path, body: { ...body } },
      { timeoutMs: 30_000 },
    );
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(said)}`);
  };
  const store = (index: string, id: string, body: object): Promise<void> => put(`/${index}/_doc/${id}?routing=m`, body);
  const logged = async (id: string, ip: string, at: number): Promise<void> => {
    await put(`/${LOGS}/_doc/${id}?refresh=true`, {
      '@timestamp': iso(at),
      source: { ip },
      rule: { name: 'errors' },
    });
  };
  /** A monitor's run calls its actions. */
  const run = (
    id: MonitorId,
    context: (firing: Parameters<typeof queryContext>[0]) => ReturnType<typeof queryContext>,
    at: number,
  ) => core.run(id, TRIGGERS[id].id, context({ monitorId: id, body: MONITORS[id], trigger: TRIGGERS[id], at }));

  const briefs = async (): Promise<readonly DecisionBrief[]> => {
    const { status, body } = await host.call<{ decisions: readonly DecisionBrief[] }>(
      'get',
      '/api/reflex/decisions?limit=200',
    );
    // The index of decisions is made with the first one, and cannot be searched for a moment.
    if (status === 503) return [];
    if (status !== 200) throw new Error(`the list of decisions answered ${status}: ${JSON.stringify(body)}`);
    return body.decisions;
  };
  const eventIds = async (): Promise<readonly string[]> => (await briefs()).map(({ brief }) => brief.event_id).sort();
  const of = async (monitor: MonitorId): Promise<readonly string[]> =>
    (await eventIds()).filter((id) => id.includes(`|${monitor}|`));
  const settled = async (): Promise<void> => {
    // Two turns of the cursor: what it finds once more must be a duplicate by then.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  };

  it('subscribes to each monitor with what was shown', async () => {
    for (const id of Object.keys(MONITORS)) {
      const path = `/api/reflex/sources/monitor/${id}`;
      const plan = await host.call<SourcePlan>('post', `${path}/plan`, { body: { intent: 'subscribe' } });
      const { digest } = plan.body;
      const done = await host.call('post', `${path}/subscribe`, { body: { digest, reason: 'the story' } });
      expect([id, plan.status, done.status]).toEqual([id, 200, 200]);
    }
    expect(core.channels.ids).toHaveLength(1);
  });

  it('makes one event of a document, whether finding, message or alert comes first', async () => {
    const at = Date.now();
    await logged('d1', '203.0.113.7', at);
    await store(FINDINGS, 'finding-of-a1', {
      id: 'finding-of-a1',
      related_doc_ids: ['d1'],
      monitor_id: 'monitor-document',
      monitor_name: 'x',
      index: LOGS,
      queries: [{ id: 'q-err', name: 'error-query', tags: ['tag-error'] }],
      timestamp: at,
    });
    const [result] = await run(
      'monitor-document',
      (firing) => documentContext(firing, [documentAlert('a1', `d1|${LOGS}`)]),
      at,
    );
    expect(result?.delivery).toMatchObject({ ok: true });
    await store(
      ALERTS,
      'a1',
      aDocumentAlert(`d1|${LOGS}`, { id: 'a1', finding_ids: ['finding-of-a1'], start_time: at }),
    );
    await until('it is so', async () => (await of('monitor-document')).length > 0, LONG);
    await settled();
    expect(await of('monitor-document')).toEqual([`document|monitor-document|trig-d1|d1|${LOGS}|0`]);
    const detail = await host.call<DecisionDetail>(
      'get',
      `/api/reflex/decisions/${(await briefs())[0]?.decision_id ?? ''}`,
    );
    expect(detail.body.event.event).toMatchObject({
      severity: 'medium',
      source: { ip: '203.0.113.7' },
      tags: ['tag-error'],
    });
  });

  it('finds by its finding what nobody told of and what could not be stored', async () => {
    await logged('d2', '203.0.113.8', Date.now());
    await store(FINDINGS, 'f2', {
      id: 'f2',
      related_doc_ids: ['d2'],
      monitor_id: 'monitor-document',
      monitor_name: 'x',
      index: LOGS,
      queries: [{ id: 'q-err', name: 'error-query', tags: [] }],
      timestamp: Date.now(),
    });
    await until('it is so', async () => (await of('monitor-document')).length === 2, LONG);
  });

  it('answers the first message of a query-level monitor before its alert is there, and makes one event for each entity', async () => {
    const mapping = await host.call('put', '/api/reflex/sources/monitor/monitor-query/mapping', {
      body: { version: 0, mapping: { entity_field: 'source.ip' }, reason: 'the address is the entity' },
    });
    expect(mapping.status).toBe(200);
    await until(
      'it is so',
      async () => (await host.call<StatusView>('get', '/api/reflex/status')).status === 200,
      LONG,
    );
    await settled();
    const at = Date.now();
    const [result] = await run('monitor-query', (firing) => queryContext(firing), at);
    expect(result?.delivery).toMatchObject({ ok: true, status: 202 });
    await store(ALERTS, 'q1', aQueryAlert({ start_time: at, last_notification_time: at }));
    await until('it is so', async () => (await of('monitor-query')).length === 2, LONG);
    await settled();
    expect(await of('monitor-query')).toEqual([
      'query|monitor-query|trig-q1|q1|203.0.113.7',
      'query|monitor-query|trig-q1|q1|203.0.113.8',
    ]);
  });

  it('makes another event of an entity that the open alert shows later, and none of those it had', async () => {
    const at = Date.now();
    await logged('d3', '203.0.113.9', at);
    await run('monitor-query', (firing) => queryContext(firing, { id: 'q1', state: 'ACTIVE' }), at + 1_000);
    await store(ALERTS, 'q1', aQueryAlert({ id: 'q1', start_time: at - 60_000, last_notification_time: at + 1_000 }));
    await until('it is so', async () => (await of('monitor-query')).length === 3, LONG);
  });

  it('knows a bucket by its keys, also when Alerting makes a second alert for it', async () => {
    const at = Date.now();
    const content = {
      parent_bucket_path: 'by',
      bucket_keys: ['203.0.113.30'],
      bucket: { key: { 'source.ip': '203.0.113.30' } },
    };
    await store(ALERTS, 'b1', aBucketAlert({ id: 'b1', start_time: at, agg_alert_content: content }));
    await run(
      'monitor-bucket',
      (firing) => bucketContext(firing, { fresh: [bucketAlert('b1', '203.0.113.30', { start_time: at })] }),
      at,
    );
    await until('it is so', async () => (await of('monitor-bucket')).length === 1, LONG);
    await store(ALERTS, 'b2', aBucketAlert({ id: 'b2', start_time: at + 60_000, agg_alert_content: content }));
    await settled();
    expect(await of('monitor-bucket')).toEqual(['bucket|monitor-bucket|trig-b1|203.0.113.30|b1']);
  });

  it('believes nobody who knows the token about a document that no monitor found', async () => {
    const before = await of('monitor-document');
    expect(before).toHaveLength(2);
    const [result] = await run(
      'monitor-document',
      (firing) => documentContext(firing, [documentAlert('forged', `d3|${LOGS}`)]),
      Date.now(),
    );
    expect(result?.delivery).toMatchObject({ status: 202 });
    await until(
      'it is so',
      async () => {
        const { status, body } = await host.call<{ reasons: Readonly<Record<string, number>> }>(
          'get',
          '/api/reflex/quarantine',
        );
        return status === 200 && body.reasons.unverified === 1;
      },
      LONG,
    );
    expect(await of('monitor-document')).toEqual(before);
  });

  it('loses nothing of what fires and ends while it is away and nobody hears the messages', async () => {
    await wired.stop();
    isHeard = false;
    const at = Date.now();
    await logged('d4', '203.0.113.40', at);
    await run('monitor-document', (firing) => documentContext(firing, [documentAlert('a4', `d4|${LOGS}`)]), at);
    await store(ALERTS, 'a4', aDocumentAlert(`d4|${LOGS}`, { id: 'a4', finding_ids: ['f4'], start_time: at }));
    // It rolled over meanwhile, and the query-level alert is over.
    await put(`/${HISTORY}`, { settings: { 'index.number_of_replicas': 0 }, mappings: ALERT_MAPPINGS });
    await transport.request({ method: 'DELETE', path: `/${ALERTS}/_doc/q1?routing=m` });
    const over = { state: 'COMPLETED', start_time: at - 60_000, end_time: at };
    await store(HISTORY, 'q1', aQueryAlert({ ...over, id: 'q1' }));
    // Alerting opens the next alert of a trigger once the last one is over.
    await store(HISTORY, 'q2', aQueryAlert({ ...over, id: 'q2', start_time: at + 1, end_time: at + 2 }));
    isHeard = true;
    await start();
    await until('it is so', async () => (await of('monitor-document')).some((id) => id.includes('|d4|')), LONG);
    await until('it is so', async () => (await of('monitor-query')).some((id) => id.includes('|q2')), LONG);
    const second = (await briefs()).find(({ brief }) => brief.event_id.includes('|q2'));
    const detail = await host.call<DecisionDetail>('get', `/api/reflex/decisions/${second?.decision_id ?? ''}`);
    expect(detail.body.event.source_state).toBe('completed');
    expect(await of('monitor-query')).toHaveLength(4);
  });

  it('has every event somewhere', async () => {
    const { body } = await host.call<StatusView>('get', '/api/reflex/status');
    expect(body.troubles.filter(({ code }) => code === 'events_unaccounted')).toEqual([]);
  });
});
