import { err, ok, type Result } from '../../../common/result';
import { listOf, noticeOf, textOf, type AlertNotice, type NoticeFrame } from './alert_notice';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';
import { readJson } from './strict_json';

/** A message of a notification channel: alerts, or the plain text of "Send test message". */
type WebhookMessage =
  { readonly kind: 'test_message' } | { readonly kind: 'alerts'; readonly alerts: readonly AlertNotice[] };

/** Channels send this text, not JSON, when somebody presses "Send test message". */
const TEST_MESSAGE = /^Test message content body for config id /;

const first = (...values: readonly unknown[]): string => values.map(textOf).find((value) => value !== '') ?? '';

/**
 * The built-in mapping reads three layouts, apart or together: the whole context under `ctx`, its parts at the top
 * (`monitor`, `trigger`, `alerts`, `newAlerts` or `new`, …), and flat names (`monitor_id`, `trigger_id`, `severity`).
 */
const frameOf = (body: JsonObject, ctx: JsonObject): NoticeFrame => {
  const monitor = isJsonObject(ctx.monitor) ? ctx.monitor : isJsonObject(body.monitor) ? body.monitor : {};
  const trigger = isJsonObject(ctx.trigger) ? ctx.trigger : isJsonObject(body.trigger) ? body.trigger : {};
  return {
    monitorId: first(monitor._id, body.monitor_id, body.id),
    monitorName: first(monitor.name, typeof body.monitor === 'string' ? body.monitor : '', body.monitor_name, body.wf),
    triggerId: first(trigger.id, body.trigger_id),
    triggerName: first(trigger.name, typeof body.trigger === 'string' ? body.trigger : '', body.trigger_name),
    severity: first(trigger.severity, body.severity),
    periodEnd: first(ctx.periodEnd, ctx.periodStart, body.period_end, body.start),
  };
};

const LONGEST_ID = 256;
/** Alerts of one message that are looked up at once; the cursor brings the others. */
const MOST_ALERTS = 1_000;

const objects = (...values: readonly unknown[]): readonly JsonObject[] =>
  values
    .flatMap((value) => listOf(value))
    .filter(isJsonObject)
    .slice(0, MOST_ALERTS);

/** A query-level message has no alert of its own at first; what it found stands under `results`. */
const queryNotice = (body: JsonObject, ctx: JsonObject, frame: NoticeFrame): AlertNotice => {
  const results = listOf(ctx.results ?? body.results).filter(isJsonObject);
  const hits = results.flatMap((result) => (isJsonObject(result.hits) ? listOf(result.hits.hits) : []));
  const alert = isJsonObject(ctx.alert) ? ctx.alert : {};
  const error = first(ctx.error, body.error);
  return {
    ...noticeOf(
      { ...alert, sample_documents: hits, state: alert.state ?? (error === '' ? 'ACTIVE' : 'ERROR') },
      'query',
      frame,
    ),
    alertId: first(alert.id, body.alert_id),
  };
};

/** One alert of a list may stand in two layouts of the same message; it counts once. */
const once = (alerts: readonly AlertNotice[]): readonly AlertNotice[] => {
  const seen = new Set<string>();
  return alerts.filter((alert) => {
    const key = `${alert.alertId} ${alert.state} ${alert.bucketKeys ?? ''}`;
    if (alert.alertId !== '' && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
};

const namesSomething = ({ alertId, bucketKeys }: AlertNotice): boolean => alertId !== '' || bucketKeys !== undefined;

/**
 * Reads what a channel of OpenSearch Alerting sent.
 *
 * @param text the body as it came
 * @returns the alerts it tells of, or why it cannot be read
 */
export const readAlertingWebhook = (text: string): Result<WebhookMessage, string> => {
  if (TEST_MESSAGE.test(text)) return ok({ kind: 'test_message' });
  const read = readJson(text);
  if (!read.ok) return err(`${read.error}; the message template of the action must render to JSON`);
  const body = read.value;
  if (!isJsonObject(body)) return err('must be a JSON object');
  const ctx = isJsonObject(body.ctx) ? body.ctx : {};
  const frame = frameOf(body, ctx);
  const isWorkflow = body.kind === 'chained' || isJsonObject(body.map) || 'alertGeneratingMonitors' in ctx;
  if (frame.monitorId.length > LONGEST_ID || frame.triggerId.length > LONGEST_ID)
    return err('names a monitor or trigger by an id that is too long');
  if (frame.monitorId === '' || (frame.triggerId === '' && !isWorkflow)) {
    return err(
      'names no monitor and trigger; the message template must carry `{{ctx.monitor._id}}` and `{{ctx.trigger.id}}`',
    );
  }
  const documentAlerts = objects(ctx.alerts, body.alerts);
  const bucketAlerts = objects(
    ctx.newAlerts,
    ctx.dedupedAlerts,
    ctx.completedAlerts,
    body.newAlerts,
    body.new,
    body.deduped,
    body.completed,
  );
  if (documentAlerts.length > 0) {
    return ok({ kind: 'alerts', alerts: once(documentAlerts.map((alert) => noticeOf(alert, 'document', frame))) });
  }
  if (bucketAlerts.length > 0 || 'newAlerts' in ctx || 'new' in body) {
    return ok({
      kind: 'alerts',
      // Templates end their lists with an empty item. An alert that could not be stored has no id but its bucket.
      alerts: once(bucketAlerts.map((alert) => noticeOf(alert, 'bucket', frame)).filter(namesSomething)),
    });
  }
  if (isWorkflow) return ok({ kind: 'alerts', alerts: [noticeOf({ state: 'ACTIVE' }, 'workflow', frame)] });
  return ok({ kind: 'alerts', alerts: [queryNotice(body, ctx, frame)] });
};
