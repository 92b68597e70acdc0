import { listOf, textOf, type AlertNotice } from './alert_notice';
import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';
import type { MonitorDefinition } from './monitor_definition';
import { triggerFires } from './trigger_expression';

/** Findings lie in indices of their own; what tells one from an alert is that it has queries and no trigger. */
export const isFinding = (source: JsonObject): boolean =>
  Array.isArray(source.queries) && source.trigger_id === undefined && textOf(source.monitor_id) !== '';

export const monitorOfFinding = (source: JsonObject): string => textOf(source.monitor_id);

/** The queries of the monitor that found the document, with their tags. */
export const queriesOfFinding = (
  source: JsonObject,
): ReadonlyArray<{ readonly id: string; readonly name: string; readonly tags: readonly string[] }> =>
  listOf(source.queries)
    .filter(isJsonObject)
    .map((query) => ({ id: textOf(query.id), name: textOf(query.name), tags: listOf(query.tags).map(textOf) }));

/**
 * A run is named after what ran: the monitor itself, or a composite monitor that it is a delegate of. What a delegate
 * finds for its composite is no alarm by itself; where it is one all the same, its alert says so.
 */
const isOfComposite = (source: JsonObject): boolean => {
  const run = textOf(source.execution_id);
  return run !== '' && !run.startsWith(`${monitorOfFinding(source)}_`);
};

/** Whether an index goes by a name or a pattern; indices behind a data stream go by the stream's. */
const matches = (pattern: string, index: string): boolean => {
  const text = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  return new RegExp(`^(${text}|\\.ds-${text}-.*)$`).test(index);
};

/**
 * Alerting takes `id|index` apart at the first bar: of a document whose id has one, the finding names another document
 * in another index. So an index that the monitor does not read by name is left to the alert, which names it rightly.
 */
const isReadBy = ({ documentIndices }: MonitorDefinition, index: string): boolean =>
  documentIndices.length === 0 || documentIndices.some((pattern) => matches(pattern, index));

/**
 * What a finding of a document-level monitor stands for: an alert of each trigger that fires for it, and with the same
 * identity as that alert. A finding is written before the alert, and also when the alert is lost.
 *
 * @param source the finding as it stands in its index
 * @returns nothing for triggers whose condition cannot be read, for runs of a composite, and for indices
 *   that the monitor does not name: their alerts tell
 */
export const noticesOfFinding = (source: JsonObject, monitor: MonitorDefinition): readonly AlertNotice[] => {
  const queries = queriesOfFinding(source);
  const index = textOf(source.index);
  const documents = listOf(source.related_doc_ids)
    .map(textOf)
    .filter((id) => id !== '');
  if (index === '' || documents.length === 0 || isOfComposite(source)) return [];
  if (!isReadBy(monitor, index)) return [];
  const at = typeof source.timestamp === 'number' ? source.timestamp : 0;
  return monitor.triggers
    .filter(({ condition }) => triggerFires(condition, queries) === true)
    .map((trigger) => ({
      monitorId: monitor.id,
      monitorName: monitor.name,
      level: 'document',
      triggerId: trigger.id,
      triggerName: trigger.name,
      severity: trigger.severity,
      state: 'ACTIVE',
      alertId: '',
      startTime: at,
      lastSeen: at,
      relatedDocuments: documents.map((id) => `${id}|${index}`),
      findingIds: [textOf(source.id)],
      documents: [],
      queries,
      periodEnd: '',
    }));
};
