import { present } from '../../../../common/present';
import { iso } from '../../../../common/iso';
import { decode, type BadField } from '../../../../common/codec/decode';
import { DetectionEvent, type DetectionState } from '../../../../common/flow/event';
import type { Result } from '../../../../common/result';
import type { AlertNotice } from '../../../engine/intake/alert_notice';
import { entitiesOf as entitiesOfTarget } from '../../../engine/entity/target_keys';
import { commandTracedIn, namedIn } from '../../../engine/intake/document_fields';
import { MOST_ENTITIES, type Episode, type Sighting } from '../../../engine/intake/episode';
import {
  entityOf,
  mapAlert,
  needsEpisode,
  type AlertMapping,
  type MappedEvent,
} from '../../../engine/intake/map_alert';
import { queryOfPeriod, type MonitorDefinition } from '../../../engine/intake/monitor_definition';
import type { Admission } from '../../door/admission';
import type { AlertReader, RelatedDocument } from '../../ports';
import { recordOf } from '../../record/records';
import { keptValue } from '../kept_original';
import { noteLeftOut, refusedAs } from '../left_out_notes';
import { keptEvent } from '../receive';
import { shiftOf, type AlertSource } from './alert_source';
import { behindComposite, type Behind } from './composite';
import { resolveEpisodes } from './episodes';
import { withMatchedRules } from './matched_rules';
import { noteFailing } from './note_failing';
import { intakeOf, referenceOf } from './references';
import { noteOnCase } from './source_updates';

/*
 * From alerts to admitted events: documents are read from their indices and never trusted from a message, episodes are
 * settled first, so that both ways of an alert name the same case.
 */

/** An alert with all that is looked up for it. */
interface Complete {
  readonly notice: AlertNotice;
  readonly mapping: AlertMapping | undefined;
  readonly documents: readonly RelatedDocument[];
  /** Of a composite monitor: what all of its delegates name. */
  readonly common?: Behind['common'];
  /** Its query finds more entities than were taken. */
  readonly more: boolean;
  readonly everyMs: number;
  episode?: Episode;
}

const TRACE_MS = 15 * 60_000;
/** Indices that hold what Reflex itself wrote. */
const OWN_INDICES = /^\.?reflex-/;

const isOver = ({ state }: AlertNotice): boolean => state === 'COMPLETED' || state === 'DELETED';

/**
 * Nothing starts by an alert that is over, or that a person has taken. Acknowledging moves an alert, so that it is read
 * again, with its documents as they are by then: what a person lifted must not be ordered again by that.
 */
const stateOf = (notice: AlertNotice): DetectionState | undefined =>
  isOver(notice) ? 'completed' : notice.state === 'ACKNOWLEDGED' ? 'acknowledged' : undefined;

const relatedDocumentsOf = async (
  { reader }: AlertSource,
  notices: readonly AlertNotice[],
): Promise<ReadonlyMap<string, RelatedDocument>> => {
  const wanted = notices
    .flatMap((notice) => notice.relatedDocuments.map(referenceOf))
    .filter(({ index, id }) => index !== '' && id !== '');
  const documents = wanted.length === 0 ? [] : await reader.documents(wanted);
  return new Map(documents.map((document) => [`${document.id}|${document.index}`, document]));
};

const DEFAULT_EVERY_MS = 60_000;

/** What the monitor's own query finds in the period of a query-level alert, one document for each entity. */
const entitiesOf = async (
  { reader }: AlertSource,
  notice: AlertNotice,
  { monitor: { search, everyMs }, field }: { readonly monitor: MonitorDefinition; readonly field: string },
): ReturnType<AlertReader['entities']> => {
  if (search === undefined || isOver(notice)) return { documents: [], more: false };
  // The period of a message is not believed: whoever forges one must not choose what the query finds.
  const end = notice.lastSeen || notice.startTime || Date.parse(notice.periodEnd);
  const query = queryOfPeriod(search, end - (everyMs || DEFAULT_EVERY_MS), end);
  return reader.entities({ indices: search.indices, query, field, most: MOST_ENTITIES });
};

const completed = async (source: AlertSource, notices: readonly AlertNotice[]): Promise<readonly Complete[]> => {
  const related = await relatedDocumentsOf(source, notices);
  return Promise.all(
    notices.map(async (notice): Promise<Complete> => {
      const mapping = await source.mappingOf(notice.monitorId);
      const found = notice.relatedDocuments.flatMap((key) => related.get(key) ?? []);
      const asked = needsEpisode(notice) ? await source.monitors.get(notice.monitorId) : 'unsupported';
      const monitor = typeof asked === 'string' ? undefined : asked;
      if (notice.level === 'workflow') {
        const behind = await behindComposite(source, notice);
        return { notice, mapping, ...behind, more: false, everyMs: monitor?.everyMs ?? 0 };
      }
      const field = notice.level === 'query' ? mapping?.entityField : undefined;
      const { documents, more } =
        monitor && field !== undefined
          ? await entitiesOf(source, notice, { monitor, field })
          : { documents: found, more: false };
      return { notice, mapping, documents, more, everyMs: monitor?.everyMs ?? 0 };
    }),
  );
};

const sightingOf = ({ notice, mapping, documents, everyMs }: Complete): Sighting => ({
  monitorId: notice.monitorId,
  triggerId: notice.triggerId,
  bucket: notice.bucketKeys ?? '',
  alertId: notice.alertId,
  startTime: notice.startTime,
  periodEnd: Date.parse(notice.periodEnd) || 0,
  everyMs,
  entities:
    mapping?.entityField === undefined
      ? []
      : [...new Set(documents.map(({ source }) => entityOf(source, mapping.entityField ?? '')))].filter(
          (entity) => entity !== '',
        ),
});

/** Events made of alerts keep within the wire's limits: an original that is too large is cut down, not refused. */
const withinLimits = (
  event: DetectionEvent,
): { readonly checked: Result<DetectionEvent, readonly BadField[]>; readonly cut: boolean } => {
  const whole = decode(DetectionEvent, event);
  if (whole.ok || !whole.error.every(({ path }) => path === 'raw')) return { checked: whole, cut: false };
  return { checked: decode(DetectionEvent, { ...event, raw: keptValue(event.raw) }), cut: true };
};

const admitMapped = async (source: AlertSource, notice: AlertNotice, mapped: MappedEvent): Promise<Admission> => {
  const { agent, health } = source;
  const intake = intakeOf(notice);
  health.note(intake, 'received');
  const { checked, cut } = withinLimits(mapped.event);
  if (!checked.ok) {
    health.note(intake, 'quarantined');
    health.leftOut.note(intake, refusedAs(checked.error));
    return agent.door.refuse('invalid', intake, mapped.event, checked.error);
  }
  const event = keptEvent(checked.value, {
    intake,
    identity: mapped.identity,
    receivedAt: iso(agent.parts.clock.utc()),
    uncalibrated: mapped.uncalibrated,
    mended: mapped.mended,
    demo: source.demo(),
    state: stateOf(notice),
    readHere: true,
    said: mapped.said,
    unverified: notice.unverified,
    granted: agent.parts.grants.of(intake),
  });
  const admission = await agent.admit(event);
  noteLeftOut(health, event, { admission, cut });
  if (admission.kind === 'switched_off') health.note(intake, 'switched_off');
  if (admission.kind === 'duplicate') health.note(intake, 'duplicate');
  if (admission.kind === 'quarantined') {
    health.note(intake, 'quarantined');
    health.leftOut.note(intake, refusedAs(admission.fields));
  }
  return admission;
};

/** A query-level alert that is over names no entities any more: the episode knows which there were. */
const eventsOf = (complete: Complete, at: string): readonly MappedEvent[] => {
  const { notice, mapping, documents, common, episode } = complete;
  const context = { documents, at, ...present({ episode: episode?.id, mapping, common }) };
  const events = mapAlert(notice, context);
  const entities = isOver(notice) && notice.level === 'query' ? (episode?.entities ?? []) : [];
  const [event] = events;
  return event === undefined || entities.length === 0
    ? events
    : entities.map((entity) => ({ ...event, identity: [...event.identity, entity] }));
};

const isOwn = ({ relatedDocuments }: AlertNotice): boolean =>
  relatedDocuments.some((related) => OWN_INDICES.test(referenceOf(related).index));

/** The order that a document claims to be the trace of, if it really was ours and about what the document names. */
const isTraceOf = async ({ agent }: AlertSource, source: RelatedDocument['source']): Promise<boolean> => {
  const id = commandTracedIn(source);
  if (id === undefined) return false;
  // Targets log an order when they carry it out: an id that somebody learnt later hides nothing.
  const from = iso(agent.parts.clock.utc() - TRACE_MS);
  const { entries } = await agent.parts.evidence.find({ family: 'actions', where: { command_id: id }, from, limit: 1 });
  const [entry] = entries;
  const record = entry && recordOf('actions', entry.body);
  if (record === undefined || !('command' in record)) return false;
  const named = namedIn(source);
  return entitiesOfTarget(record.command.target).some(({ key }) => named.has(key));
};

/** True if a target wrote the documents of an alert because of commands that really were ours. */
const isOurTrace = async (source: AlertSource, { documents }: Complete): Promise<boolean> => {
  if (documents.length === 0) return false;
  const traces = await Promise.all(documents.map((document) => isTraceOf(source, document.source)));
  return traces.every((each) => each);
};

/** An alert about Reflex' own records, or about the traces of its own acts, would make it answer itself for ever. */
const refuseOwn = (source: AlertSource, notice: AlertNotice): Promise<Admission> => {
  const intake = intakeOf(notice);
  source.health.note(intake, 'received');
  source.health.note(intake, 'quarantined');
  return source.agent.door.refuse('own_records', intake, { ...notice, documents: [] }, [
    { path: 'relatedDocuments', message: 'is what Reflex itself wrote or did; a monitor over it must not make it act' },
  ]);
};

/** The entities beyond the most that are taken are nobody's case: somebody has to know. */
const tellOfMore = (source: AlertSource, { notice, mapping }: Complete): Promise<Admission> => {
  const intake = intakeOf(notice);
  source.health.note(intake, 'received');
  source.health.note(intake, 'quarantined');
  return source.agent.door.refuse('too_many_entities', intake, { ...notice, documents: [] }, [
    {
      path: mapping?.entityField ?? '',
      message: `has more than ${MOST_ENTITIES} values in this alert; those beyond were not taken: narrow the query of the monitor`,
    },
  ]);
};

/**
 * True for an alert whose source is switched off. One that is over or acknowledged is still looked up: a case that was
 * open when the source was switched off has to hear of it.
 */
const isPassedOver = ({ agent, health }: AlertSource, notice: AlertNotice): boolean => {
  const intake = intakeOf(notice);
  if (stateOf(notice) !== undefined || agent.parts.switches.off(intake) === undefined) return false;
  health.note(intake, 'switched_off');
  return true;
};

/** The case of an event that was there before, if the door says that it may be. */
const earlierCase = (admission: Admission): string | undefined =>
  admission.kind === 'duplicate' || admission.kind === 'switched_off' ? admission.case_id : undefined;

/** What one alert stands for. A look that found nothing new does not tell again that there is more. */
const admitAll = async (source: AlertSource, complete: Complete, at: string): Promise<readonly Admission[]> => {
  const admissions = await Promise.all(
    eventsOf(complete, at).map(async (mapped) => {
      const admission = await admitMapped(source, complete.notice, mapped);
      const earlier = earlierCase(admission);
      if (earlier !== undefined && complete.notice.state !== 'ACTIVE')
        await noteOnCase(shiftOf(source).parts, earlier, complete.notice.state);
      return admission;
    }),
  );
  const hasNew = admissions.some(({ kind }) => kind !== 'duplicate' && kind !== 'switched_off');
  return complete.more && hasNew ? [...admissions, await tellOfMore(source, complete)] : admissions;
};

/**
 * Admits the events that alerts stand for, each by itself, and notes on the cases of alerts that are over or
 * acknowledged that they are.
 *
 * @throws StoreUnavailable when something cannot be looked up now, SessionLost; then nothing is known to be durable
 */
export const receiveAlerts = async (
  source: AlertSource,
  notices: readonly AlertNotice[],
): Promise<readonly Admission[]> => {
  await noteFailing(source, notices);
  const firing = notices.filter(({ state }) => state !== 'ERROR' && state !== 'AUDIT');
  const wanted = firing.filter((notice) => !isPassedOver(source, notice));
  const relevant = await withMatchedRules(source.reader, wanted);
  const looked = await completed(
    source,
    relevant.filter((notice) => !isOwn(notice)),
  );
  const traces = new Set<Complete>();
  for (const each of looked) if (await isOurTrace(source, each)) traces.add(each);
  const own = [...relevant.filter(isOwn), ...[...traces].map(({ notice }) => notice)];
  const complete = looked.filter((each) => !traces.has(each));
  const episodic = complete.filter(({ notice }) => needsEpisode(notice));
  if (episodic.length > 0) {
    const { parts } = shiftOf(source);
    const episodes = await resolveEpisodes(parts, source.reader, episodic.map(sightingOf));
    episodic.forEach((each, index) => {
      const episode = episodes[index];
      if (episode) each.episode = episode;
    });
  }
  const at = iso(source.agent.parts.clock.utc());
  const admissions = await Promise.all([
    ...own.map(async (notice) => [await refuseOwn(source, notice)]),
    ...complete.map((each) => admitAll(source, each, at)),
  ]);
  return admissions.flat();
};
