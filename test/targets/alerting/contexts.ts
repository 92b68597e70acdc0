import { iso } from '../../../common/iso';
import type { Context } from './render';

/* What Alerting hands to the templates of its actions, with the fields and quirks of a running 3.4. */

type Json = Readonly<Record<string, unknown>>;

export interface Firing {
  readonly monitorId: string;
  readonly version?: number;
  readonly body: Json;
  readonly trigger: { readonly id: string; readonly name: string; readonly severity: string };
  /** ms since 1970. */
  readonly at: number;
  readonly error?: string;
}

const monitorOf = ({ monitorId, version = 1, body }: Firing): Json => ({
  _id: monitorId,
  _version: version,
  name: body.name,
  enabled: body.enabled,
  monitor_type: body.monitor_type,
  schedule: body.schedule,
  inputs: body.inputs,
});

const common = (firing: Firing): Context => ({
  monitor: monitorOf(firing),
  trigger: { ...firing.trigger, actions: [] },
  periodStart: iso(firing.at - 60_000),
  periodEnd: iso(firing.at),
  error: firing.error ?? null,
});

/** The first firing has no alert: it is stored after the message. */
export const queryContext = (firing: Firing, alert?: Json): Context => ({
  ...common(firing),
  results: [{ hits: { total: { value: 1, relation: 'eq' }, hits: [] } }],
  ...(alert ? { alert } : {}),
});

export const bucketAlert = (id: string, keys: string, overrides: Json = {}): Json => ({
  acknowledged_time: null,
  id,
  version: -1,
  end_time: null,
  error_message: null,
  severity: '2',
  start_time: 1_795_320_994_858,
  state: 'ACTIVE',
  bucket_keys: keys,
  parent_bucket_path: 'composite_agg',
  finding_ids: '',
  related_doc_ids: '',
  clusters: null,
  sample_documents: [],
  ...overrides,
});

interface BucketAlerts {
  readonly fresh?: readonly Json[];
  readonly deduped?: readonly Json[];
  readonly completed?: readonly Json[];
}

export const bucketContext = (firing: Firing, { fresh = [], deduped = [], completed = [] }: BucketAlerts): Context => ({
  ...common(firing),
  results: [],
  newAlerts: fresh,
  dedupedAlerts: deduped,
  completedAlerts: completed,
});

export const documentAlert = (id: string, related: string, overrides: Json = {}): Json => ({
  acknowledged_time: null,
  id,
  version: -1,
  end_time: null,
  error_message: null,
  severity: '3',
  start_time: 1_795_321_030_502,
  state: 'ACTIVE',
  bucket_keys: null,
  parent_bucket_path: null,
  finding_ids: `finding-of-${id}`,
  related_doc_ids: related,
  clusters: null,
  associated_queries: [{ id: 'q-err', name: 'error-query', tags: ['tag-error', 'mitre.t1000'] }],
  sample_documents: [],
  ...overrides,
});

export const documentContext = (firing: Firing, alerts: readonly Json[]): Context => ({
  ...common(firing),
  results: [],
  alerts,
});

/** No trigger, no alert, no end of the period; what generated it reads like a printed Java map. */
export const workflowContext = ({ monitorId, body, at, error }: Firing): Context => ({
  monitor: { _id: monitorId, _version: 1, name: body.name, enabled: body.enabled },
  alertGeneratingMonitors: '{0=iYx2AaIBabCARU_xyHWl}',
  monitorIdToAlertIdsMap: '{iYx2AaIBabCARU_xyHWl=[TYx9AaIBabCARU_x-3f8]}',
  periodStart: iso(at),
  error: error ?? null,
  results: [],
});
