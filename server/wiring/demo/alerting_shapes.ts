import { iso } from '../../../common/iso';
import type { LogDocument, Monitor, Sighting, TriggerSeverity } from './monitor';

/*
 * The shapes of OpenSearch Alerting 3.4, field by field as a running one was seen to write and send them: finding,
 * alert document, and the message of a channel.
 */

/** Ids and moments of one thing that a monitor found; values come in, so that playing it again makes the same. */
export interface Found {
  readonly sighting: Sighting;
  /** Of the log document; `seq` as its index numbered it. */
  readonly document: { readonly id: string; readonly source: LogDocument };
  readonly findingId: string;
  readonly alertId: string;
  /** ms since 1970, UTC. */
  readonly at: number;
}

const TRIGGER_NAMES: Readonly<Record<TriggerSeverity, string>> = {
  '1': 'critical',
  '2': 'high',
  '3': 'medium',
  '4': 'low',
};

const triggerOf = ({ id, query, level }: Monitor, severity: TriggerSeverity) => ({
  id: `${id}-trigger-${severity}`,
  name: level === 'bucket' ? query.name : `${query.name}, ${TRIGGER_NAMES[severity]}`,
  severity,
});

const executionOf = ({ sighting, at, alertId }: Found): string =>
  `${sighting.monitor.id}_${iso(at).slice(0, -1)}_${alertId}`;

const relatedOf = ({ sighting, document }: Found): string => `${document.id}|${sighting.monitor.index}`;

/** The finding of a document-level monitor, as its index holds it. */
export const findingDocument = (found: Found): Record<string, unknown> => {
  const { monitor } = found.sighting;
  return {
    id: found.findingId,
    related_doc_ids: [found.document.id],
    correlated_doc_ids: [found.document.id],
    monitor_id: monitor.id,
    monitor_name: monitor.name,
    index: monitor.index,
    queries: [
      {
        id: monitor.query.id,
        name: monitor.query.name,
        fields: [],
        query: `rule.id:"${monitor.id}"`,
        tags: monitor.query.tags,
        query_field_names: [],
      },
    ],
    timestamp: found.at,
    execution_id: executionOf(found),
  };
};

const bucketContent = (source: LogDocument): Record<string, unknown> => ({
  agg_alert_content: {
    parent_bucket_path: 'composite_agg',
    bucket_keys: Object.values(source),
    bucket: { doc_count: 61, key: source },
  },
});

/** The alert as the index of active alerts holds it. */
export const alertDocument = (found: Found): Record<string, unknown> => {
  const { monitor, severity } = found.sighting;
  const trigger = triggerOf(monitor, severity);
  const byDocument = monitor.level === 'document';
  return {
    id: found.alertId,
    version: -1,
    monitor_id: monitor.id,
    workflow_id: '',
    workflow_name: '',
    associated_alert_ids: [],
    schema_version: 5,
    monitor_version: 1,
    monitor_name: monitor.name,
    execution_id: executionOf(found),
    monitor_user: {
      name: '',
      backend_roles: [],
      roles: [],
      user_requested_tenant: null,
      user_requested_tenant_access: null,
      custom_attribute_names: [],
    },
    trigger_id: trigger.id,
    trigger_name: trigger.name,
    finding_ids: byDocument ? [found.findingId] : [],
    related_doc_ids: byDocument ? [relatedOf(found)] : [],
    state: 'ACTIVE',
    error_message: null,
    alert_history: [],
    severity: trigger.severity,
    action_execution_results: monitor.hasChannel
      ? [{ action_id: `${monitor.id}-reflex`, last_execution_time: found.at, throttled_count: 0 }]
      : [],
    start_time: found.at,
    last_notification_time: found.at,
    end_time: null,
    acknowledged_time: null,
    ...(byDocument ? {} : bucketContent(found.document.source)),
  };
};

const PERIOD_MS = 60_000;

/**
 * What the channel sends for a document-level alert, by the message template
 * `{"monitor":{"_id":"{{ctx.monitor._id}}",…},"trigger":{…},…,"alerts":{{#toJson}}ctx.alerts{{/toJson}}}`.
 * The documents themselves are not in it: `sample_documents` is filled for some templates only.
 */
export const channelMessage = (found: Found): string => {
  const { monitor, severity } = found.sighting;
  return JSON.stringify({
    monitor: { _id: monitor.id, name: monitor.name },
    trigger: triggerOf(monitor, severity),
    period_start: iso(found.at - PERIOD_MS),
    period_end: iso(found.at),
    error: '',
    alerts: [
      {
        acknowledged_time: null,
        id: found.alertId,
        version: -1,
        end_time: null,
        error_message: null,
        execution_id: executionOf(found),
        workflow_id: '',
        workflow_name: '',
        associated_alert_ids: [],
        last_notification_time: found.at,
        severity,
        start_time: found.at,
        state: 'ACTIVE',
        bucket_keys: null,
        parent_bucket_path: null,
        finding_ids: found.findingId,
        related_doc_ids: relatedOf(found),
        clusters: null,
        associated_queries: [monitor.query],
        sample_documents: [],
      },
    ],
  });
};
