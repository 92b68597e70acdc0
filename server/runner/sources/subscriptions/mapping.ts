import { present } from '../../../../common/present';
import type { ShiftWith } from '../../agent/views';
import { iso } from '../../../../common/iso';
import type { MappingView, PreviewEvent } from '../../../../common/api/routes';
import { decode, type BadField } from '../../../../common/codec/decode';
import { DetectionEvent } from '../../../../common/flow/event';
import type { SourceMapping } from '../../../../common/api/source_mapping';
import { err, ok, type Result } from '../../../../common/result';
import { noticeFromIndex, type AlertNotice } from '../../../engine/intake/alert_notice';
import { isJsonObject } from '../../../../common/codec/json_object';
import { mapAlert, type MappedEvent } from '../../../engine/intake/map_alert';
import { isNothing, readNames } from '../../../engine/intake/named_fields';
import { overlaid, readMapping } from '../../../engine/intake/source_mapping';
import type { SourceDocument, SourceName } from '../../ports';
import { withMatchedRules } from '../alerts/matched_rules';
import { plannedMapping, mappingId, sourceKey } from '../source_documents';
import { contentOf } from '../../keeping/state_docs';
import type { MappingContent } from '../../keeping/kinds/sources';
import { auditRecord, auditRefusal, type AuditEntry } from '../../record/audit';
import { changedLately } from '../../record/changed_lately';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import type { SourceDesk } from './desk';
import { mustExist } from './must_exist';

const viewOf = (content: MappingContent | undefined): MappingView =>
  content
    ? { version: content.version, mapping: content.mapping, by: content.by, at: content.at }
    : { version: 0, mapping: {} };

/** The mapping of a source; an empty one of version 0 while there is none. */
export const getMapping = async ({ agent }: SourceDesk, source: SourceName): Promise<MappingView> =>
  viewOf(contentOf('mapping', await agent.parts.store.get(mappingId(source))));

interface MappingOrder {
  /** Of the mapping that the change was made on. */
  readonly version: number;
  readonly mapping: SourceMapping;
  readonly by: string;
  readonly reason: string;
}

const savedByOthers = (before: MappingContent | undefined): Refusal => ({
  ...refusal('changed', 'somebody saved another mapping meanwhile; yours was not saved'),
  current: viewOf(before),
});

/** Writes a mapping with its entry in the audit, both or neither, where it follows the one that is stored. */
const save = async (
  { agent }: SourceDesk,
  shift: ShiftWith<'commits'>,
  content: MappingContent,
  entry: AuditEntry,
): Promise<Result<MappingView, Refusal>> => {
  const id = mappingId(content.source);
  const record = auditRecord(agent);
  return shift.parts.commits.settle<Result<MappingView, Refusal>>({
    reads: [id],
    build: (view) => {
      const before = contentOf('mapping', view.get(id));
      if ((before?.version ?? 0) === content.version - 1) {
        const records = [record(entry)];
        const savers = before === undefined ? [] : [...(before.earlier ?? []), before];
        const next = { ...content, earlier: changedLately(savers, agent.parts.clock.utc()) };
        return { docs: [{ ...plannedMapping(next), records }], answer: ok(viewOf(next)) };
      }
      return view.isFresh(id) ? { docs: [], answer: err(savedByOthers(before)) } : 'read_again';
    },
  });
};

/** Replaces the mapping of a source, unless somebody else did meanwhile. */
export const putMapping = async (
  desk: SourceDesk,
  source: SourceName,
  { version, mapping, by, reason }: MappingOrder,
): Promise<Result<MappingView, Refusal>> => {
  const { shift, parts } = desk.agent;
  if (!shift) return err(NOT_JOINED);
  const document = await mustExist(desk, source);
  if (!document.ok) return document;
  if (document.value.level !== 'query' && mapping.entity_field !== undefined) {
    const fields = [{ path: 'mapping.entity_field', message: 'is for query-level monitors only' }];
    return err({ ...refusal('invalid', 'the mapping does not fit this source'), fields });
  }
  const content: MappingContent = {
    source: { kind: source.kind, id: source.id },
    version: version + 1,
    mapping,
    monitor_ids: document.value.monitorIds,
    by,
    at: iso(parts.clock.utc()),
  };
  const entry = { verb: 'save_mapping', by, object: { type: 'source', id: sourceKey(source) }, text: reason };
  return auditRefusal(desk.agent, entry, await save(desk, shift, content, entry));
};

const MOST_ALERTS = 20;
const MOST_EVENTS = 200;

const documentOf = ({ event }: MappedEvent): Readonly<Record<string, unknown>> => {
  const { document } = isJsonObject(event.raw) ? event.raw : { document: undefined };
  return isJsonObject(document) ? document : {};
};

/** Fields that hold something and are left out all the same. */
const namingNothing = (read: ReturnType<typeof readNames> | undefined): readonly BadField[] =>
  (read?.asSaid ?? [])
    .filter(({ field, text }) => isNothing(field, text))
    .map(({ field, text }) => ({ path: field, message: `\`${text}\` names nothing` }));

const previewOf = (mapping: SourceMapping, notice: AlertNotice, mapped: MappedEvent): PreviewEvent => {
  const { fields, faults } = readMapping(mapping, { notice, source: documentOf(mapped) });
  const checked = decode(DetectionEvent, overlaid(mapped.event, fields));
  const read = checked.ok ? readNames(checked.value) : undefined;
  const bad: readonly BadField[] = checked.ok ? namingNothing(read) : checked.error;
  return {
    alert_id: notice.alertId,
    state: notice.state,
    uncalibrated: fields.uncalibrated ?? mapped.uncalibrated,
    faults: [...faults, ...bad].slice(0, 64).map((fault) => ({ ...fault })),
    ...present({ event: read?.event }),
  };
};

const referenceOf = (related: string): { readonly index: string; readonly id: string } => {
  const bar = related.lastIndexOf('|');
  return { id: related.slice(0, bar), index: related.slice(bar + 1) };
};

const notesOf = ({ level }: SourceDocument, mapping: SourceMapping, alerts: number): string[] => [
  ...(alerts === 0 ? ['there is no past alert to try it on'] : []),
  ...(level === 'query'
    ? [
        mapping.entity_field === undefined
          ? 'alerts of query-level monitors name no entity: without `entity_field` their events escalate as target unknown'
          : 'the entities are looked up with the query of the monitor when an alert comes; here only the alert itself is shown',
      ]
    : []),
];

export interface Preview {
  readonly alerts: number;
  readonly events: PreviewEvent[];
  readonly notes: string[];
}

/** What a mapping makes of the newest alerts of a source; nothing is kept. */
export const previewMapping = async (
  desk: SourceDesk,
  source: SourceName,
  mapping: SourceMapping,
): Promise<Result<Preview, Refusal>> => {
  const document = await mustExist(desk, source);
  if (!document.ok) return document;
  const alerts = await desk.api.newestAlerts(document.value, MOST_ALERTS);
  const read = alerts.map(({ id, source: alert }) => noticeFromIndex(id, alert));
  const notices = await withMatchedRules(desk.reader, read);
  const wanted = notices
    .flatMap(({ relatedDocuments }) => relatedDocuments.map(referenceOf))
    .filter(({ index, id }) => index !== '' && id !== '')
    .slice(0, MOST_EVENTS);
  const documents = wanted.length === 0 ? [] : await desk.reader.documents(wanted);
  const at = iso(desk.agent.parts.clock.utc());
  const events = notices.flatMap((notice) =>
    mapAlert(notice, { documents, at }).map((mapped) => previewOf(mapping, notice, mapped)),
  );
  return ok({
    alerts: alerts.length,
    events: events.slice(0, MOST_EVENTS),
    notes: notesOf(document.value, mapping, alerts.length),
  });
};
