/*
 * The message that Reflex writes into an action of a monitor. It renders to JSON whatever the alerts hold: every value
 * stands in quotes, where OpenSearch escapes it, and nothing is dumped with `toJson`, which fails when `ctx.error` is
 * set. It loops over all alerts, because more than 50 of one run come in one call. Fields of documents are not in it:
 * they are read by id, never trusted from a message. No brace stands before a tag: three of them would mean unescaped.
 * `alerting_webhook.ts` reads it.
 */

interface TemplateTrigger {
  readonly id: string;
  readonly name: string;
  readonly severity: string;
}

export type TemplateLevel = 'query' | 'bucket' | 'document' | 'workflow';

/** A text inside a JSON string of a template: no quote ends it, no brace begins a tag. */
const literal = (text: string): string =>
  JSON.stringify(text).slice(1, -1).replace(/\{/g, '\\u007b').replace(/\}/g, '\\u007d');

const MONITOR = '"monitor":{"_id":"{{ctx.monitor._id}}","name":"{{ctx.monitor.name}}"}';
const TRIGGER =
  '"trigger":{"id":"{{ctx.trigger.id}}","name":"{{ctx.trigger.name}}","severity":"{{ctx.trigger.severity}}"}';
const PERIOD = '"periodStart":"{{ctx.periodStart}}","periodEnd":"{{ctx.periodEnd}}"';
const ERROR = '"error":"{{ctx.error}}"';

/** A number, or nothing where there is none. */
const STARTED = '{{#start_time}}"start_time":{{start_time}},{{/start_time}}';

/** Every item ends with a comma, so that the list needs a last one that stands for nothing. */
const listOf = (name: string, item: string): string => `[{{#${name}}}${item},{{/${name}}}null]`;

const QUERIES = listOf('associated_queries', '{"id":"{{id}}","name":"{{name}}","tags":[{{#tags}}"{{.}}",{{/tags}}""]}');
const DOCUMENT_ALERT = `{"id":"{{id}}","state":"{{state}}","severity":"{{severity}}",${STARTED}"finding_ids":"{{finding_ids}}","related_doc_ids":"{{related_doc_ids}}","associated_queries":${QUERIES}}`;
const BUCKET_ALERT = `{"id":"{{id}}","state":"{{state}}","severity":"{{severity}}",${STARTED}"bucket_keys":"{{bucket_keys}}"}`;
const QUERY_ALERT = `{{#ctx.alert}}"alert":{"id":"{{id}}",${STARTED}"state":"{{state}}"},{{/ctx.alert}}`;

const frame = (kind: TemplateLevel, ...parts: readonly string[]): string =>
  `{"reflex":1,"kind":"${kind}","ctx":{${parts.join(',')}}}`;

/** The context of a workflow names no trigger, so the trigger stands in the template as it was when it was written. */
const workflowTemplate = ({ id, name, severity }: TemplateTrigger): string =>
  frame(
    'workflow',
    MONITOR,
    `"trigger":{"id":"${literal(id)}","name":"${literal(name)}","severity":"${literal(severity)}"}`,
    '"periodStart":"{{ctx.periodStart}}"',
    ERROR,
    '"alertGeneratingMonitors":"{{ctx.alertGeneratingMonitors}}"',
    '"monitorIdToAlertIdsMap":"{{ctx.monitorIdToAlertIdsMap}}"',
  );

/** The message template of one trigger, in OpenSearch's Mustache. */
export const messageTemplate = (level: TemplateLevel, trigger: TemplateTrigger): string => {
  switch (level) {
    case 'query':
      return frame('query', MONITOR, `${QUERY_ALERT}${TRIGGER}`, PERIOD, ERROR);
    case 'bucket':
      return frame(
        'bucket',
        MONITOR,
        TRIGGER,
        PERIOD,
        ERROR,
        ...['newAlerts', 'dedupedAlerts', 'completedAlerts'].map(
          (name) => `"${name}":${listOf(`ctx.${name}`, BUCKET_ALERT)}`,
        ),
      );
    case 'document':
      return frame('document', MONITOR, TRIGGER, PERIOD, ERROR, `"alerts":${listOf('ctx.alerts', DOCUMENT_ALERT)}`);
    case 'workflow':
      return workflowTemplate(trigger);
  }
};
