import { iso } from '../../../common/iso';
import fc from 'fast-check';
import { readAlertingWebhook } from './alerting_webhook';
import { mapAlert } from './map_alert';
import { randomRuns } from '../../../test/builders/random_runs';
import { anyText } from '../../../test/builders/any_text';

/* Bodies as channels of Alerting 3.4 sent them to a receiver, shortened where nothing is read from. */

const MONITOR = { _id: 'pox3AaIBabCARU_x53XN', _version: 1, name: 'errors per service (bucket level)', enabled: false };
const alert = (overrides: object): object => ({
  acknowledged_time: null,
  version: -1,
  end_time: null,
  error_message: null,
  workflow_id: '',
  associated_alert_ids: [],
  severity: '2',
  start_time: 1795320994858,
  state: 'ACTIVE',
  finding_ids: '',
  related_doc_ids: '',
  clusters: null,
  ...overrides,
});
const CART = alert({ id: 'sIx4AaIBabCARU_xXHUx', bucket_keys: 'cart', parent_bucket_path: 'composite_agg' });
const DOCUMENT = alert({
  id: '303b5b06-3934-49fa-bf4c-99033a1cf936',
  severity: '3',
  bucket_keys: null,
  finding_ids: '2b595c67-9aeb-493b-8685-0811de15672b',
  related_doc_ids: '7Ix4AaIBabCARU_x5nV3|app-logs',
  associated_queries: [{ id: 'q-err', name: 'error-query', tags: ['tag-error', 'mitre.t1000'] }],
  sample_documents: [
    {
      _seq_no: 14,
      found: true,
      _index: 'app-logs',
      _source: { msg: 'it said "no" <b>&</b> tab\\t nl\\nend 1', '@timestamp': '2026-11-22T04:17:10.245Z' },
      _id: '7Ix4AaIBabCARU_x5nV3',
    },
  ],
});
const QUERY = {
  kind: 'query',
  monitor: 'errors (query level)',
  monitor_id: 'iYx2AaIBabCARU_xyHWl',
  monitor_id2: '',
  trigger: 'any error "quoted"',
  trigger_id: 'trig-q1',
  severity: '1',
  period_start: '2026-11-22T04:14:15.084Z',
  period_end: '2026-11-22T04:15:15.084Z',
  error: '',
  alert_id: '',
  alert: '',
  hits: 5,
  results: [
    {
      hits: {
        hits: [
          { _index: 'app-logs', _source: { service: 'cart', source: { ip: '203.0.113.7' } }, _id: 'a' },
          { _index: 'app-logs', _source: { service: 'cart', source: { ip: '203.0.113.8' } }, _id: 'b' },
        ],
      },
    },
  ],
};
const ctx = (overrides: object): object => ({
  monitor: MONITOR,
  trigger: { id: 'trig-b1', name: 'service errors', severity: '2' },
  periodEnd: '2026-11-22T04:16:34.660Z',
  error: null,
  results: [],
  ...overrides,
});

const WORKFLOW = {
  kind: 'chained',
  wf: 'composite',
  id: 'MYx9AaIBabCARU_x8Xe4',
  gen: '{0=iYx2}',
  map: '{iYx2=[TYx9]}',
  start: '2026-11-22T04:22:43.415260840Z',
  end: '',
  err: '',
  monitor: { _id: 'MYx9AaIBabCARU_x8Xe4', name: 'composite' },
};

const NAMED = { monitor_id: 'm', trigger_id: 't' };
const alertsOf = (body: unknown) => {
  const read = readAlertingWebhook(JSON.stringify(body));
  if (!read.ok) throw new Error(read.error);
  return read.value.kind === 'alerts' ? read.value.alerts : [];
};

describe('readAlertingWebhook', () => {
  it('knows the test message, which is no JSON', () => {
    expect(readAlertingWebhook('Test message content body for config id hook-ok')).toEqual({
      ok: true,
      value: { kind: 'test_message' },
    });
  });

  it('reads the first message of a query-level monitor, which has no alert yet', () => {
    expect(alertsOf(QUERY)).toMatchObject([
      {
        level: 'query',
        monitorId: 'iYx2AaIBabCARU_xyHWl',
        monitorName: 'errors (query level)',
        triggerId: 'trig-q1',
        triggerName: 'any error "quoted"',
        severity: '1',
        state: 'ACTIVE',
        alertId: '',
        periodEnd: '2026-11-22T04:15:15.084Z',
        documents: [{ id: 'a' }, { id: 'b' }],
      },
    ]);
  });
  it('reads the second one, which has', () =>
    expect(alertsOf({ ...QUERY, alert_id: 'nox3AaIBabCARU_xJXW5' })).toMatchObject([
      { alertId: 'nox3AaIBabCARU_xJXW5' },
    ]));
  it('reads the whole context of a query-level monitor', () => {
    expect(alertsOf({ ctx: ctx({ alert: { id: 'x', state: 'ACKNOWLEDGED', start_time: 5 } }) })).toMatchObject([
      { level: 'query', alertId: 'x', state: 'ACKNOWLEDGED', startTime: 5, monitorId: MONITOR._id },
    ]);
  });
  it('sees that the monitor has an error', () =>
    expect(alertsOf({ ...QUERY, error: 'all shards failed' })).toMatchObject([{ state: 'ERROR' }]));

  it('reads new, repeated and completed alerts of a bucket-level monitor, each once', () => {
    const body = {
      kind: 'bucket-per-execution',
      new: [{ id: 'sIx4AaIBabCARU_xXHUx', keys: 'cart', state: 'ACTIVE' }, null],
      ctx: ctx({
        newAlerts: [CART],
        dedupedAlerts: [alert({ id: 'd', bucket_keys: 'checkout' })],
        completedAlerts: [alert({ id: 'e', bucket_keys: 'ship', state: 'COMPLETED' })],
      }),
    };
    const alerts = alertsOf(body);
    expect(
      alerts
        .filter(({ bucketKeys }) => bucketKeys !== undefined)
        .map(({ alertId, bucketKeys, state, level }) => [alertId, bucketKeys, state, level]),
    ).toEqual([
      ['sIx4AaIBabCARU_xXHUx', 'cart', 'ACTIVE', 'bucket'],
      ['d', 'checkout', 'ACTIVE', 'bucket'],
      ['e', 'ship', 'COMPLETED', 'bucket'],
    ]);
    expect(alerts[0]).toMatchObject({
      monitorId: MONITOR._id,
      triggerId: 'trig-b1',
      severity: '2',
      startTime: 1795320994858,
    });
  });
  it('reads a bucket-level message about one alert, and about none', () => {
    expect(alertsOf({ ...NAMED, kind: 'bucket-per-alert', new: [CART], deduped: [], completed: [] })).toMatchObject([
      { alertId: 'sIx4AaIBabCARU_xXHUx', bucketKeys: 'cart' },
    ]);
    expect(
      alertsOf({
        kind: 'bucket-per-execution',
        new: [null],
        ctx: ctx({ newAlerts: [], dedupedAlerts: [], completedAlerts: [] }),
      }),
    ).toEqual([]);
  });
  // When Alerting cannot write its index it sends every alert as new, without an id, and stores none: nothing else
  // tells of it.
  it('loses no bucket of an alert that could not be stored', () => {
    const alerts = alertsOf({
      ctx: ctx({
        newAlerts: [alert({ id: '', bucket_keys: 'cart' }), alert({ id: '', bucket_keys: 'checkout' }), {}],
        dedupedAlerts: [],
        completedAlerts: [],
      }),
    });
    expect(alerts.map(({ bucketKeys }) => bucketKeys)).toEqual(['cart', 'checkout']);
    expect(
      new Set(
        alerts.flatMap((each) =>
          mapAlert(each, { documents: [], at: '2026-11-22T04:16:35.000Z' }).map(({ identity }) => identity.join('|')),
        ),
      ).size,
    ).toBe(2);
  });

  it('reads document-level alerts one by one and all at once', () => {
    const wanted = {
      level: 'document',
      alertId: '303b5b06-3934-49fa-bf4c-99033a1cf936',
      severity: '3',
      relatedDocuments: ['7Ix4AaIBabCARU_x5nV3|app-logs'],
      queries: [{ name: 'error-query', tags: ['tag-error', 'mitre.t1000'] }],
      documents: [{ index: 'app-logs', id: '7Ix4AaIBabCARU_x5nV3', seqNo: 14 }],
    };
    expect(alertsOf({ ...NAMED, kind: 'doc-per-alert', alerts: [DOCUMENT], id: 'x', sample: 'y' })).toMatchObject([
      wanted,
    ]);
    const fifty = Array.from({ length: 51 }, (_, n) => ({ ...DOCUMENT, id: `alert-${n}` }));
    expect(alertsOf({ kind: 'doc-per-execution', ctx: ctx({ alerts: fifty }) })).toHaveLength(51);
  });

  it('reads a message of a workflow', () => {
    expect(alertsOf(WORKFLOW)).toMatchObject([
      {
        level: 'workflow',
        monitorId: 'MYx9AaIBabCARU_x8Xe4',
        monitorName: 'composite',
        alertId: '',
        periodEnd: '2026-11-22T04:22:43.415260840Z',
      },
    ]);
  });

  it.each([
    ['', 'is not JSON'],
    ['hello', 'is not JSON'],
    ['{"a":', 'is not JSON'],
    ['{"monitor":{"_id":"a","_id":"b"}}', 'names a field twice'],
    ['['.repeat(80), 'nested deeper'],
    ['[]', 'must be a JSON object'],
    ['null', 'must be a JSON object'],
    ['"x"', 'must be a JSON object'],
    ['{}', 'names no monitor and trigger'],
    ['{"monitor_id":"m"}', 'names no monitor and trigger'],
    ['{"trigger_id":"t","alerts":[{"id":"a","related_doc_ids":"d|i"}]}', 'names no monitor and trigger'],
    ['{"monitor_id":"m","newAlerts":[{"id":"a","bucket_keys":"k"}]}', 'names no monitor and trigger'],
    ['{"kind":"chained"}', 'names no monitor and trigger'],
    ['{"monitor":{"_id":{}},"trigger":{"id":[]}}', 'names no monitor and trigger'],
  ])('refuses %s', (text, why) => {
    const read = readAlertingWebhook(text);
    expect(read.ok ? '' : read.error).toContain(why);
  });

  // X7, X15: whatever comes, an answer in good time.
  it('never throws and never hangs, whatever comes', () => {
    const keys = fc.constantFrom(
      'ctx',
      'alerts',
      'newAlerts',
      'new',
      'deduped',
      'completed',
      'monitor',
      'trigger',
      'alert',
      'results',
      'hits',
      'id',
      '_id',
      'name',
      'tags',
      'severity',
      'state',
      'start_time',
      'bucket_keys',
      'related_doc_ids',
      'sample_documents',
      '_source',
      '_seq_no',
      'associated_queries',
      'agg_alert_content',
      'bucket',
      'key',
      'monitor_id',
      'trigger_id',
      'kind',
      'map',
      '__proto__',
      'constructor',
      '@timestamp',
      'source',
      'ip',
      'rule',
      'status',
      'user',
      'process',
      'pid',
    );
    const leaf = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        '',
        'ACTIVE',
        'chained',
        '1',
        'constructor',
        '__proto__',
        'toString',
        '203.0.113.7',
        1e308,
        -1,
        0.5,
        8.64e15,
        '2026-11-22T04:17:10.245Z',
        '\u0000',
        '\ud800',
      ),
      fc.string(),
      fc.double(),
    );
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'medium' },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(keys, tie('tree'), { maxKeys: 6 }),
      ),
    }));
    const real = fc.constantFrom(
      QUERY,
      WORKFLOW,
      { ...NAMED, kind: 'bucket-per-alert', new: [CART], deduped: [], completed: [] },
      { ...NAMED, kind: 'doc-per-alert', alerts: [DOCUMENT] },
      { ctx: ctx({ alerts: [DOCUMENT, CART] }) },
    );
    const bodies = fc.oneof(
      anyText(),
      fc.json(),
      fc
        .tuple(real, fc.dictionary(keys, tree, { maxKeys: 2 }))
        .map((parts) => JSON.stringify(Object.assign({}, ...parts))),
      fc
        .dictionary(keys, tree, { maxKeys: 8 })
        .map((body) => JSON.stringify({ monitor_id: 'm', trigger_id: 't', ...body })),
    );
    let events = 0;
    const levels = new Set<string>();
    fc.assert(
      fc.property(bodies, (text) => {
        const read = readAlertingWebhook(text);
        if (!read.ok || read.value.kind === 'test_message') return;
        for (const notice of read.value.alerts) {
          for (const { event, identity } of mapAlert(notice, { documents: [], at: '2026-11-22T04:16:35.000Z' })) {
            expect(['low', 'medium', 'high', 'critical']).toContain(event.severity);
            expect(typeof event.confidence).toBe('number');
            expect(iso(Date.parse(event.timestamp))).toBe(event.timestamp);
            for (const part of identity) expect(typeof part).toBe('string');
            events += 1;
            levels.add(notice.level);
          }
        }
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      }),
      { numRuns: randomRuns(1_500) },
    );
    // Messages that are all refused would prove nothing.
    expect(events).toBeGreaterThan(randomRuns(1_500) / 5);
    expect(levels.size).toBeGreaterThan(2);
  });

  it('reads a message that is nested without end', () => {
    for (const text of [
      '['.repeat(100_000) + ']'.repeat(100_000),
      `{"monitor_id":"m","trigger_id":"t","results":${'[{"hits":{"hits":'.repeat(2_000)}[]${'}}]'.repeat(2_000)}}`,
    ])
      expect(() => readAlertingWebhook(text)).not.toThrow();
  });
});
