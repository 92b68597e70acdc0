import { listOf, textOf, type AlertNotice } from './alert_notice';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

/*
 * What a monitor of OpenSearch Alerting is. What a channel's message says of names, severities and queries is never
 * believed: they are read from the monitor itself.
 */

export interface TriggerDefinition {
  readonly id: string;
  readonly name: string;
  /** "1" (highest) to "5". */
  readonly severity: string;
  /** Of a document-level trigger: an expression over the queries that matched. */
  readonly condition: string;
}

/** One search that a query-level or bucket-level monitor makes in each run. */
interface MonitorSearch {
  readonly indices: readonly string[];
  /** Body as the author wrote it, with `{{period_start}}` and `{{period_end}}` in its texts. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface MonitorDefinition {
  readonly id: string;
  readonly name: string;
  readonly level: AlertNotice['level'];
  readonly enabled: boolean;
  readonly triggers: readonly TriggerDefinition[];
  readonly search: MonitorSearch | undefined;
  /** Of a document-level monitor: indices, aliases and patterns that it reads. */
  readonly documentIndices: readonly string[];
  /** Time between two runs, ms; 0 if it follows a cron expression. */
  readonly everyMs: number;
}

const objectAt = (value: JsonObject, key: string): JsonObject => {
  const found = value[key];
  return isJsonObject(found) ? found : {};
};

const LEVELS: Readonly<Record<string, AlertNotice['level']>> = {
  query_level_monitor: 'query',
  cluster_metrics_monitor: 'query',
  remote_query_level_monitor: 'query',
  bucket_level_monitor: 'bucket',
  doc_level_monitor: 'document',
};

const UNITS: Readonly<Record<string, number>> = { SECONDS: 1_000, MINUTES: 60_000, HOURS: 3_600_000, DAYS: 86_400_000 };

const everyOf = (schedule: JsonObject): number => {
  const { interval, unit } = objectAt(schedule, 'period');
  return typeof interval === 'number' ? interval * (UNITS[textOf(unit)] ?? 0) : 0;
};

const TRIGGERS = [
  'query_level_trigger',
  'bucket_level_trigger',
  'document_level_trigger',
  'chained_alert_trigger',
] as const;

const triggerOf = (value: unknown): readonly TriggerDefinition[] => {
  if (!isJsonObject(value)) return [];
  const inner = TRIGGERS.map((kind) => value[kind]).find(isJsonObject) ?? value;
  const id = textOf(inner.id);
  const source = objectAt(objectAt(inner, 'condition'), 'script').source;
  return id === ''
    ? []
    : [{ id, name: textOf(inner.name), severity: textOf(inner.severity), condition: textOf(source) }];
};

/** A monitor or workflow as its API answers it. */
export const monitorDefinition = (id: string, monitor: JsonObject): MonitorDefinition => {
  const inputs = listOf(monitor.inputs).filter(isJsonObject);
  const search = inputs.map((input) => input.search).find(isJsonObject);
  const body = search && isJsonObject(search.query) ? search.query : undefined;
  return {
    id,
    name: textOf(monitor.name),
    enabled: monitor.enabled !== false,
    level: isJsonObject(inputs[0]?.composite_input) ? 'workflow' : (LEVELS[textOf(monitor.monitor_type)] ?? 'query'),
    triggers: listOf(monitor.triggers).flatMap(triggerOf),
    search: search && body ? { indices: listOf(search.indices).map(textOf), body } : undefined,
    documentIndices: inputs.flatMap((input) => listOf(objectAt(input, 'doc_level_input').indices).map(textOf)),
    everyMs: everyOf(objectAt(monitor, 'schedule')),
  };
};

const PERIOD = /\{\{\s*(?:ctx\.)?(?:period_(start|end)|period(Start|End))\s*\}\}/g;

const filled = (value: unknown, start: string, end: string): unknown => {
  if (typeof value === 'string')
    return value.replace(PERIOD, (_, snake: string | undefined, camel: string | undefined) =>
      (snake ?? camel ?? '').toLowerCase() === 'start' ? start : end,
    );
  if (Array.isArray(value)) return value.map((each) => filled(each, start, end));
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, start, end)]));
  return value;
};

/**
 * The query of a monitor for one period, as Alerting would have run it: it writes milliseconds into the texts.
 *
 * @param start begin of the period, ms since 1970
 * @param end end of the period, ms since 1970
 */
export const queryOfPeriod = ({ body }: MonitorSearch, start: number, end: number): unknown =>
  filled(body.query ?? { match_all: {} }, String(start), String(end));
