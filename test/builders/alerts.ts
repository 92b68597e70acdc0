/*
 * Documents and indices as OpenSearch Alerting 3.4 wrote them on a running node, cut to what matters here.
 */

type Source = Readonly<Record<string, unknown>>;

const text = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };
const keyword = { type: 'keyword' };
const date = { type: 'date' };

/** Mappings of the index of active alerts and of its history. */
export const ALERT_MAPPINGS: Source = {
  dynamic: 'strict',
  _routing: { required: true },
  properties: {
    id: keyword,
    version: { type: 'long' },
    monitor_id: keyword,
    monitor_name: text,
    workflow_id: keyword,
    trigger_id: keyword,
    trigger_name: text,
    severity: keyword,
    state: keyword,
    error_message: { type: 'text' },
    finding_ids: text,
    related_doc_ids: text,
    start_time: date,
    last_notification_time: date,
    end_time: date,
    acknowledged_time: date,
    agg_alert_content: {
      dynamic: 'true',
      properties: { parent_bucket_path: { type: 'text' }, bucket_keys: text, bucket: { type: 'object' } },
    },
  },
};

const STARTED = 1_795_321_030_554;

/** A query-level alert at its first write: its own id is still empty. */
export const aQueryAlert = (change: Source = {}): Source => ({
  id: '',
  version: -1,
  monitor_id: 'monitor-query',
  monitor_name: 'errors (query level)',
  workflow_id: '',
  trigger_id: 'trig-q1',
  trigger_name: 'any error "quoted"',
  finding_ids: [],
  related_doc_ids: [],
  state: 'ACTIVE',
  error_message: null,
  severity: '1',
  start_time: STARTED,
  last_notification_time: STARTED,
  end_time: null,
  acknowledged_time: null,
  ...change,
});

export const aBucketAlert = (change: Source = {}): Source => ({
  ...aQueryAlert(),
  id: 'bucket-alert',
  monitor_id: 'monitor-bucket',
  monitor_name: 'errors per service (bucket level)',
  trigger_id: 'trig-b1',
  trigger_name: 'service errors',
  severity: '2',
  agg_alert_content: {
    parent_bucket_path: 'composite_agg',
    bucket_keys: ['cart'],
    bucket: { doc_count: 3, key: { service: 'cart' } },
  },
  ...change,
});

/** A document-level alert; `related` is `docid|index`. */
export const aDocumentAlert = (related: string, change: Source = {}): Source => ({
  ...aQueryAlert(),
  id: 'document-alert',
  monitor_id: 'monitor-document',
  monitor_name: 'doc level errors',
  trigger_id: 'trig-d1',
  trigger_name: 'any doc',
  severity: '3',
  finding_ids: ['2b595c67-9aeb-493b-8685-0811de15672b'],
  related_doc_ids: [related],
  ...change,
});
