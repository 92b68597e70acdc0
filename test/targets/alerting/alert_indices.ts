import { randomUUID } from 'crypto';
import { iso } from '../../../common/iso';
import type { ClusterTransport } from '../../../server/runner/ports';
import { json, type Json } from './documents';

/* The indices of Alerting and what stands in them, as a running 3.4 wrote them. */

const keyword = { type: 'keyword' };
const date = { type: 'date' };
const text = { type: 'text', fields: { keyword: { type: 'keyword' } } };
const named = { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: 256 } } };

const ALERT_MAPPINGS: Json = {
  dynamic: 'strict',
  _routing: { required: true },
  properties: {
    acknowledged_time: date,
    action_execution_results: {
      type: 'nested',
      properties: { action_id: keyword, last_execution_time: date, throttled_count: { type: 'integer' } },
    },
    agg_alert_content: { dynamic: 'true', properties: { parent_bucket_path: { type: 'text' }, bucket_keys: named } },
    alert_history: { type: 'nested', properties: { message: { type: 'text' }, timestamp: date } },
    associated_alert_ids: text,
    clusters: text,
    end_time: date,
    error_message: { type: 'text' },
    execution_id: keyword,
    finding_ids: text,
    id: keyword,
    last_notification_time: date,
    monitor_id: keyword,
    monitor_name: named,
    monitor_user: {
      properties: { backend_roles: text, custom_attribute_names: text, name: named, roles: text },
    },
    monitor_version: { type: 'long' },
    related_doc_ids: text,
    schema_version: { type: 'integer' },
    severity: keyword,
    start_time: date,
    state: keyword,
    trigger_id: keyword,
    trigger_name: named,
    version: { type: 'long' },
    workflow_id: keyword,
    workflow_name: keyword,
  },
};

const FINDING_MAPPINGS: Json = {
  dynamic: 'strict',
  properties: {
    correlated_doc_ids: { ...text, analyzer: 'whitespace' },
    execution_id: keyword,
    id: keyword,
    index: keyword,
    monitor_id: keyword,
    monitor_name: keyword,
    queries: {
      type: 'nested',
      properties: {
        fields: { type: 'text' },
        id: keyword,
        name: keyword,
        query: { type: 'text' },
        query_field_names: keyword,
        tags: text,
      },
    },
    related_doc_ids: text,
    schema_version: { type: 'integer' },
    timestamp: { type: 'long' },
  },
};

/** Where the alerts and findings of a monitor lie. */
export interface Places {
  readonly alerts: string;
  readonly history: string;
  readonly findings: string;
}

const USUAL: Places = {
  alerts: '.opendistro-alerting-alerts',
  history: '.opendistro-alerting-alert-history-2026.11.22-1',
  findings: '.opensearch-alerting-finding-history-2026.11.22-1',
};

/** Monitors of Security Analytics have indices of their own. */
export const placesOf = (monitor: Json): Places => {
  const { alerts_index, alerts_history_index, findings_index } = json(monitor.data_sources);
  return {
    alerts: typeof alerts_index === 'string' ? alerts_index : USUAL.alerts,
    history: typeof alerts_history_index === 'string' ? alerts_history_index : USUAL.history,
    findings: typeof findings_index === 'string' ? findings_index : USUAL.findings,
  };
};

export class AlertIndices {
  private readonly made = new Set<string>();

  constructor(private readonly cluster: Pick<ClusterTransport, 'request'>) {}

  /** Makes the indices of a monitor, as Alerting does when it saves the first one. */
  async make(monitor: Json = {}): Promise<void> {
    const { alerts, history, findings } = placesOf(monitor);
    for (const [index, mappings] of [
      [alerts, ALERT_MAPPINGS],
      [history, ALERT_MAPPINGS],
      [findings, FINDING_MAPPINGS],
    ] as const) {
      if (this.made.has(index)) continue;
      this.made.add(index);
      const settings = { 'index.number_of_replicas': 0, 'index.hidden': true };
      await this.ask('PUT', `/${encodeURIComponent(index)}`, { settings, mappings });
    }
  }

  /** @throws Error if it cannot be stored: its shape is then not that of Alerting */
  async store(index: string, id: string, source: Json, routing?: string): Promise<void> {
    const query = routing === undefined ? '' : `?routing=${encodeURIComponent(routing)}`;
    await this.ask('PUT', `/${encodeURIComponent(index)}/_doc/${encodeURIComponent(id)}${query}`, source);
  }

  async remove(index: string, id: string, routing: string): Promise<void> {
    await this.ask('DELETE', `/${encodeURIComponent(index)}/_doc/${id}?routing=${encodeURIComponent(routing)}`);
  }

  private async ask(method: 'PUT' | 'DELETE', path: string, body?: Json): Promise<void> {
    const request = { method, path, ...(body === undefined ? {} : { body }) };
    const { status, body: said } = await this.cluster.request(request, { timeoutMs: 30_000 });
    if (status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(said)}`);
  }
}

/** One run of a monitor, by itself or for a composite monitor, which names the execution. */
export interface Run {
  readonly monitorId: string;
  readonly monitor: Json;
  /** ms since 1970. */
  readonly at: number;
  readonly executionId: string;
  /** The composite monitor that it is a delegate in. */
  readonly workflowId?: string;
}

/** @param ranFor the monitor, or the composite monitor, that the run is named after */
export const executionOf = (ranFor: string, at: number): string => `${ranFor}_${iso(at).slice(0, -1)}_${randomUUID()}`;

export interface Trigger {
  readonly id: string;
  readonly name: string;
  readonly severity: string;
}

/** An alert as its index holds it; what differs from a new active one is in `rest`. */
export const alertSource = (
  { monitorId, monitor, at, executionId, workflowId = '' }: Run,
  { id: trigger_id, name: trigger_name, severity }: Trigger,
  rest: Json = {},
): Json => ({
  id: '',
  version: -1,
  monitor_id: monitorId,
  workflow_id: workflowId,
  workflow_name: '',
  associated_alert_ids: [],
  schema_version: 5,
  monitor_version: 1,
  monitor_name: monitor.name,
  execution_id: executionId,
  monitor_user: { name: '', backend_roles: [], roles: [], custom_attribute_names: [] },
  trigger_id,
  trigger_name,
  finding_ids: [],
  related_doc_ids: [],
  state: 'ACTIVE',
  error_message: null,
  alert_history: [],
  severity,
  action_execution_results: [],
  start_time: at,
  last_notification_time: at,
  end_time: null,
  acknowledged_time: null,
  ...rest,
});
