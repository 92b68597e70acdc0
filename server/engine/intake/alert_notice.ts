import { present } from '../../../common/present';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';
/*
 * What OpenSearch Alerting says of an alert, whichever way it came: by a channel's webhook or from the alert index.
 * The shapes were seen on a running Alerting 3.4; both ways lead to the same events.
 */

/** A document that a monitor found. */
export interface FoundDocument {
  readonly index: string;
  readonly id: string;
  readonly seqNo?: number;
  readonly source: Readonly<Record<string, unknown>>;
}

export interface AlertNotice {
  readonly monitorId: string;
  readonly monitorName: string;
  readonly level: 'query' | 'bucket' | 'document' | 'workflow' | 'correlation' | 'threat_intel';
  readonly triggerId: string;
  readonly triggerName: string;
  /** "1" (highest) to "5". */
  readonly severity: string;
  readonly state: 'ACTIVE' | 'ACKNOWLEDGED' | 'COMPLETED' | 'DELETED' | 'ERROR' | 'AUDIT';
  /** Empty in the first message of a query-level monitor: it is sent before the alert exists. */
  readonly alertId: string;
  /** ms since 1970; 0 if unknown. */
  readonly startTime: number;
  /** Last run that wrote it, ms since 1970; 0 if unknown. */
  readonly lastSeen: number;
  readonly bucketKeys?: string;
  /** Names and values of a bucket's keys, known from the alert index only. */
  readonly bucket?: Readonly<Record<string, unknown>>;
  /** `docid|index` of the documents of a document-level alert. */
  readonly relatedDocuments: readonly string[];
  /** Findings behind a document-level alert. */
  readonly findingIds: readonly string[];
  readonly documents: readonly FoundDocument[];
  /** Names and tags of the queries that matched. */
  readonly queries: ReadonlyArray<{ readonly name: string; readonly tags: readonly string[] }>;
  /** The period that the monitor looked at, RFC 3339; empty if unknown. */
  readonly periodEnd: string;
  /** Why its monitor could not be run or judged, in Alerting's words, while that is so. */
  readonly failure?: string;
  /** Of a composite monitor: alerts of its delegates that made it fire. */
  readonly associatedAlerts?: readonly string[];
  /** Nobody could check it with Alerting; it names no entity, and is believed in nothing. */
  readonly unverified?: true;
}

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Milliseconds since 1970 if they name a moment that a date can hold, else 0. */
const momentOf = (value: unknown): number =>
  typeof value === 'number' && !Number.isNaN(new Date(value).getTime()) ? value : 0;

/**
 * A query-level alert is in ERROR also where only its message could not be sent: it fires all the same, and nobody
 * heard of it.
 */
const firesThough = (alert: JsonObject): boolean =>
  alert.state === 'ERROR' && textOf(alert.error_message).startsWith('Failed running action');

/** Of a monitor that fails: an error alert that is over stays in error, with the moment of its end. */
const failureIn = (alert: JsonObject): string | undefined =>
  alert.state === 'ERROR' && !firesThough(alert) && typeof alert.end_time !== 'number'
    ? textOf(alert.error_message)
    : undefined;

const STATES = ['ACTIVE', 'ACKNOWLEDGED', 'COMPLETED', 'DELETED', 'ERROR', 'AUDIT'] as const;
export const stateOf = (value: unknown): AlertNotice['state'] => STATES.find((state) => state === value) ?? 'ACTIVE';

/** Lists arrive as arrays or, in messages, as text with commas. */
const names = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((each) => each.trim())
        .filter((each) => each !== '')
    : listOf(value).map(textOf);

const documentOf = (value: unknown): readonly FoundDocument[] => {
  if (!isJsonObject(value) || !isJsonObject(value._source)) return [];
  const { _index, _id, _seq_no, _source } = value;
  return [
    {
      index: textOf(_index),
      id: textOf(_id),
      source: _source,
      ...present({ seqNo: typeof _seq_no === 'number' ? _seq_no : undefined }),
    },
  ];
};

export interface NoticeFrame {
  readonly monitorId: string;
  readonly monitorName: string;
  readonly triggerId: string;
  readonly triggerName: string;
  readonly severity: string;
  readonly periodEnd: string;
}

/** Reads one alert object, as messages and the alert index both have it, inside what is known of its monitor. */
export const noticeOf = (alert: JsonObject, level: AlertNotice['level'], frame: NoticeFrame): AlertNotice => {
  const content = isJsonObject(alert.agg_alert_content) ? alert.agg_alert_content : undefined;
  const bucket = isJsonObject(content?.bucket) && isJsonObject(content.bucket.key) ? content.bucket.key : undefined;
  const keys =
    typeof alert.bucket_keys === 'string'
      ? alert.bucket_keys
      : content
        ? listOf(content.bucket_keys).map(textOf).join(',')
        : '';
  return {
    ...frame,
    level,
    severity: textOf(alert.severity) || frame.severity,
    state: firesThough(alert) ? 'ACTIVE' : stateOf(alert.state),
    alertId: textOf(alert.id),
    startTime: momentOf(alert.start_time),
    lastSeen: momentOf(alert.last_notification_time),
    ...present({ failure: failureIn(alert) }),
    ...present({ bucketKeys: keys === '' ? undefined : keys, bucket }),
    relatedDocuments: names(alert.related_doc_ids),
    findingIds: names(alert.finding_ids),
    documents: listOf(alert.sample_documents).flatMap(documentOf),
    queries: listOf(alert.associated_queries)
      .filter(isJsonObject)
      .map((query) => ({ name: textOf(query.name), tags: names(query.tags) })),
  };
};

/** ECS names of what an indicator of compromise of Security Analytics is about. */
const INDICATOR_FIELDS: Readonly<Record<string, string>> = {
  'ipv4-addr': 'destination.ip',
  'ipv6-addr': 'destination.ip',
  'domain-name': 'destination.domain',
  hashes: 'file.hash.sha256',
  hash: 'file.hash.sha256',
};

const levelOf = (source: JsonObject): AlertNotice['level'] => {
  if (Array.isArray(source.correlated_finding_ids)) return 'correlation';
  if (textOf(source.ioc_value) !== '') return 'threat_intel';
  if (textOf(source.monitor_id) === '' && textOf(source.workflow_id) !== '') return 'workflow';
  if (isJsonObject(source.agg_alert_content)) return 'bucket';
  return listOf(source.related_doc_ids).length > 0 ? 'document' : 'query';
};

/** What stands for the monitor: a workflow, a correlation rule, or the threat intelligence monitor. */
const originOf = (level: AlertNotice['level'], source: JsonObject): readonly [id: string, name: string] => {
  switch (level) {
    case 'workflow':
      return [textOf(source.workflow_id), textOf(source.workflow_name)];
    case 'correlation':
      return [textOf(source.correlation_rule_id), textOf(source.correlation_rule_name)];
    case 'threat_intel':
      return [textOf(source.monitor_id) || 'threat_intel', textOf(source.monitor_name) || 'threat intelligence'];
    case 'query':
    case 'bucket':
    case 'document':
      return [textOf(source.monitor_id), textOf(source.monitor_name)];
  }
};

const indicatorOf = (source: JsonObject): JsonObject | undefined => {
  const value = textOf(source.ioc_value);
  const field = INDICATOR_FIELDS[textOf(source.ioc_type).toLowerCase()];
  return value === '' || field === undefined ? undefined : { [field]: value, 'rule.origin': 'known_ioc' };
};

/**
 * An alert as it stands in an alert or history index of Alerting or Security Analytics.
 *
 * @param id of the document; the one inside may be missing
 */
export const noticeFromIndex = (id: string, source: JsonObject): AlertNotice => {
  const level = levelOf(source);
  const [monitorId, monitorName] = originOf(level, source);
  const indicator = level === 'threat_intel' ? indicatorOf(source) : undefined;
  return {
    ...noticeOf(source, level, {
      monitorId,
      monitorName,
      triggerId: textOf(source.trigger_id) || (level === 'correlation' ? monitorId : ''),
      triggerName: textOf(source.trigger_name),
      severity: textOf(source.severity),
      periodEnd: '',
    }),
    ...present({ associatedAlerts: level === 'workflow' ? names(source.associated_alert_ids) : undefined }),
    ...present({ bucketKeys: indicator && textOf(source.ioc_value), bucket: indicator }),
    alertId: id,
  };
};
