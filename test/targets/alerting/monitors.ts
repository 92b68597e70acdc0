import type { Json } from './documents';

/* Monitors as the API answers them, after the samples of a running 3.4. */

const SCHEDULE = { period: { interval: 1, unit: 'MINUTES' } };
const SCRIPT = { script: { source: 'ctx.results[0].hits.total.value > 0', lang: 'painless' } };
const SEARCH = { search: { indices: ['app-logs'], query: { size: 2, query: { match_all: { boost: 1 } } } } };

/** An action that somebody else wrote. */
export const otherAction = (id: string): Json => ({
  id,
  name: 'to the ticket system',
  destination_id: 'tickets',
  message_template: { source: 'Monitor {{ctx.monitor.name}} fired', lang: 'mustache' },
  throttle_enabled: false,
  subject_template: { source: 'fired', lang: 'mustache' },
});

const base = (name: string, monitor_type: string): Json => ({
  type: 'monitor',
  schema_version: 0,
  name,
  monitor_type,
  enabled: true,
  enabled_time: 1_795_320_890_080,
  schedule: SCHEDULE,
  owner: 'alerting',
  last_update_time: 1_795_320_890_080,
});

export const queryMonitor = (
  name = 'errors (query level)',
  actions: readonly Json[] = [otherAction('act-1')],
): Json => ({
  ...base(name, 'query_level_monitor'),
  inputs: [SEARCH],
  triggers: [
    { query_level_trigger: { id: 'trig-q1', name: 'any error "quoted"', severity: '1', condition: SCRIPT, actions } },
  ],
});

export const bucketMonitor = (name = 'errors per service (bucket level)'): Json => ({
  ...base(name, 'bucket_level_monitor'),
  inputs: [SEARCH],
  triggers: [
    { bucket_level_trigger: { id: 'trig-b1', name: 'service errors', severity: '2', condition: SCRIPT, actions: [] } },
    { bucket_level_trigger: { id: 'trig-b2', name: 'many errors', severity: '1', condition: SCRIPT, actions: [] } },
  ],
});

export const documentMonitor = (name = 'doc level errors'): Json => ({
  ...base(name, 'doc_level_monitor'),
  inputs: [{ doc_level_input: { description: 'd', indices: ['app-logs'], queries: [] } }],
  triggers: [
    { document_level_trigger: { id: 'trig-d1', name: 'any doc', severity: '3', condition: SCRIPT, actions: [] } },
  ],
});

export const workflow = (name = 'composite'): Json => ({
  type: 'workflow',
  schema_version: 0,
  name,
  workflow_type: 'composite',
  enabled: true,
  schedule: SCHEDULE,
  inputs: [{ composite_input: { sequence: { delegates: [{ order: 1, monitor_id: 'monitor-1' }] } } }],
  owner: 'alerting',
  triggers: [
    { chained_alert_trigger: { id: 'trig-c1', name: 'both {{x}} "y"', severity: '1', condition: SCRIPT, actions: [] } },
  ],
});

export const detector = (name = 'windows logons', monitor_id: readonly string[] = ['mon-of-detector']): Json => ({
  type: 'detector',
  name,
  detector_type: 'WINDOWS',
  enabled: true,
  threat_intel_enabled: false,
  schedule: SCHEDULE,
  inputs: [{ detector_input: { description: 'd', indices: ['windows'], custom_rules: [], pre_packaged_rules: [] } }],
  triggers: [
    {
      id: 'trig-s1',
      name: 'bad logon',
      severity: '2',
      types: ['windows'],
      ids: [],
      sev_levels: ['high'],
      tags: [],
      actions: [],
      detection_types: ['rules'],
    },
  ],
  monitor_id,
});

/** A monitor whose alerts lie in indices of their own; Alerting's API refuses to change it. */
export const customMonitor = (name = 'own indices'): Json => ({
  ...documentMonitor(name),
  data_sources: { alerts_index: '.my-alerts', alerts_history_index: '.my-alerts-history' },
});
