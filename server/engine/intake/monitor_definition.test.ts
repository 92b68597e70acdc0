import { noticesOfFinding, isFinding } from './finding_notice';
import { monitorDefinition, queryOfPeriod } from './monitor_definition';
import { mapAlert } from './map_alert';
import { noticeFromIndex } from './alert_notice';

/* Bodies as the API of Alerting 3.4 answered them, shortened where nothing is read from. */
const EVERY_MINUTE = { period: { interval: 1, unit: 'MINUTES' } };
const QUERY = {
  name: 'errors',
  monitor_type: 'query_level_monitor',
  schedule: EVERY_MINUTE,
  inputs: [
    {
      search: {
        indices: ['app-logs'],
        query: {
          size: 2,
          query: {
            bool: {
              filter: [
                {
                  range: {
                    '@timestamp': { gte: '{{period_end}}||-10m', lte: '{{period_end}}', format: 'epoch_millis' },
                  },
                },
              ],
            },
          },
        },
      },
    },
  ],
  triggers: [
    {
      query_level_trigger: {
        id: 'trig-q1',
        name: 'any error',
        severity: '1',
        condition: { script: { source: 'ctx.results[0].hits.total.value > 0' } },
      },
    },
  ],
};
const BUCKET = {
  name: 'per service',
  monitor_type: 'bucket_level_monitor',
  schedule: { period: { interval: 3, unit: 'HOURS' } },
  inputs: [
    {
      search: {
        indices: ['app-logs'],
        query: {
          size: 0,
          aggs: {
            composite_agg: {
              composite: {
                sources: [{ service: { terms: { field: 'service' } } }, { ip: { terms: { field: 'source.ip' } } }],
              },
            },
          },
        },
      },
    },
  ],
  triggers: [{ bucket_level_trigger: { id: 'trig-b1', name: 'service errors', severity: '2' } }],
};
const DOCUMENT = {
  name: 'doc level errors',
  monitor_type: 'doc_level_monitor',
  schedule: { cron: { expression: '* * * * *' } },
  data_sources: { alerts_index: '.opensearch-sap-dns-alerts', findings_index: '.opensearch-sap-dns-findings' },
  inputs: [
    {
      doc_level_input: {
        indices: ['app-logs'],
        queries: [
          { id: 'q-err', name: 'error-query', tags: ['tag-error'] },
          { id: 'q-pay', name: 'payment', tags: ['tag-pay'] },
        ],
      },
    },
  ],
  triggers: [
    {
      document_level_trigger: {
        id: 'trig-d1',
        name: 'any doc',
        severity: '3',
        condition: { script: { source: '(query[name=error-query] || query[tag=tag-pay])' } },
      },
    },
    {
      document_level_trigger: {
        id: 'trig-d2',
        name: 'payments',
        severity: '1',
        condition: { script: { source: 'query[tag=tag-pay]' } },
      },
    },
  ],
};
const WORKFLOW = {
  name: 'composite',
  workflow_type: 'composite',
  inputs: [{ composite_input: { sequence: { delegates: [] } } }],
  triggers: [{ chained_alert_trigger: { id: 'trig-c1', name: 'both', severity: '1' } }],
};

const FINDING = {
  id: 'f1',
  related_doc_ids: ['d1'],
  correlated_doc_ids: ['d1'],
  monitor_id: 'm',
  monitor_name: 'x',
  index: 'app-logs',
  queries: [{ id: 'q-err', name: 'error-query', fields: [], query: 'level:error', tags: ['tag-error', 'mitre.t1000'] }],
  timestamp: 1795321030502,
};

describe('monitorDefinition', () => {
  it('reads every kind of monitor', () => {
    expect(monitorDefinition('m', QUERY)).toMatchObject({
      level: 'query',
      everyMs: 60_000,
      triggers: [{ id: 'trig-q1', severity: '1' }],
      search: { indices: ['app-logs'] },
    });
    expect(monitorDefinition('m', BUCKET)).toMatchObject({ level: 'bucket', everyMs: 10_800_000 });
    expect(monitorDefinition('m', DOCUMENT)).toMatchObject({ level: 'document', everyMs: 0, search: undefined });
    expect(monitorDefinition('w', WORKFLOW)).toMatchObject({ level: 'workflow', triggers: [{ id: 'trig-c1' }] });
  });
  it.each([
    {},
    { inputs: [null, 5, {}], triggers: [null, {}, { id: 5 }] },
    { inputs: {}, triggers: 'x', schedule: [] },
  ])('makes the best of %j', (body) =>
    expect(monitorDefinition('m', body)).toMatchObject({ id: 'm', triggers: expect.any(Array), everyMs: 0 }),
  );
  it('writes the period into the texts of a query, as Alerting does', () => {
    const { search } = monitorDefinition('m', QUERY);
    if (!search) throw new Error('a query-level monitor searches');
    expect(queryOfPeriod(search, 1_000, 61_000)).toEqual({
      bool: { filter: [{ range: { '@timestamp': { gte: '61000||-10m', lte: '61000', format: 'epoch_millis' } } }] },
    });
    expect(queryOfPeriod({ indices: [], body: {} }, 1, 2)).toEqual({ match_all: {} });
  });
});

describe('noticesOfFinding', () => {
  const monitor = monitorDefinition('m', DOCUMENT);

  it('stands for an alert of each trigger that fires, with that alert’s identity', () => {
    expect(isFinding(FINDING)).toBe(true);
    const notices = noticesOfFinding(FINDING, monitor);
    expect(notices).toMatchObject([
      { level: 'document', triggerId: 'trig-d1', severity: '3', relatedDocuments: ['d1|app-logs'], findingIds: ['f1'] },
    ]);
    const [notice] = notices;
    if (!notice) throw new Error('one trigger fires');
    const alert = noticeFromIndex('a', {
      monitor_id: 'm',
      trigger_id: 'trig-d1',
      related_doc_ids: ['d1|app-logs'],
      finding_ids: ['f1'],
      state: 'ACTIVE',
      severity: '3',
      start_time: 5,
    });
    const documents = [{ index: 'app-logs', id: 'd1', seqNo: 7, source: {} }];
    const [byFinding, byAlert] = [notice, alert].map((each) => mapAlert(each, { documents, at: '' })[0]?.identity);
    expect(byFinding).toEqual(byAlert);
  });
  it('fires every trigger that its queries satisfy, and none for nothing', () => {
    const both = { ...FINDING, queries: [...FINDING.queries, { id: 'q-pay', name: 'payment', tags: ['tag-pay'] }] };
    expect(noticesOfFinding(both, monitor).map(({ triggerId }) => triggerId)).toEqual(['trig-d1', 'trig-d2']);
    expect(noticesOfFinding({ ...FINDING, queries: [] }, monitor)).toEqual([]);
    expect(noticesOfFinding({ ...FINDING, related_doc_ids: [] }, monitor)).toEqual([]);
    expect(noticesOfFinding({ ...FINDING, index: '' }, monitor)).toEqual([]);
  });
  it('stands for nothing where a composite monitor ran it: its alert says whether it is one', () => {
    const runBy = (id: string) => ({ ...FINDING, execution_id: `${id}_2026-11-22T04:22:41.191819289_ba896e70` });
    expect([noticesOfFinding(runBy('m'), monitor).length, noticesOfFinding(runBy('w'), monitor)]).toEqual([1, []]);
    // An id may begin like another one.
    expect(noticesOfFinding(runBy('m2'), monitor)).toEqual([]);
  });
  it.each([
    ['x-1', ['x-1'], 1],
    ['x-1', ['y', 'x-*'], 1],
    ['.ds-x-000001', ['x'], 1],
    ['.ds-logs-app-000001', ['logs-*'], 1],
    ['q', ['x-1'], 0],
    ['x-1', ['x'], 0],
    ['xx1', ['x.1'], 0],
    ['x-1', [], 1],
  ])('in the index %s of a monitor over %j stands for %s alerts', (index, indices, count) => {
    const reads = monitorDefinition('m', { ...DOCUMENT, inputs: [{ doc_level_input: { indices, queries: [] } }] });
    expect(noticesOfFinding({ ...FINDING, index }, reads)).toHaveLength(count);
  });
  it('is not taken for an alert, nor an alert for it', () => {
    expect(isFinding({ monitor_id: 'm', trigger_id: 't', state: 'ACTIVE' })).toBe(false);
    expect(isFinding({ queries: [], monitor_id: '' })).toBe(false);
  });
});
