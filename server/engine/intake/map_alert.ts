import { present } from '../../../common/present';
import { iso } from '../../../common/iso';
import type { DetectionEvent, Mended, Severity } from '../../../common/flow/event';
import { listOf, textOf, type AlertNotice, type FoundDocument } from './alert_notice';
import { MOST_ENTITIES } from './episode';
import { entitiesOf, nameAt, pidOf, some, word } from './document_fields';
import { withoutLongNames } from './documents/mend_event';
import { fieldAt } from './field_at';
import { isNothing } from './named_fields';
import { overlaid, type MappedFields } from './source_mapping';
import type { Said } from './voice';
import type { JsonObject } from '../../../common/codec/json_object';

/** An event made of an alert, with the identity that Alerting's own crashes do not change (`protocol.md` 6). */
export interface MappedEvent {
  readonly event: DetectionEvent;
  /** The intake's own identity and the entity; the case is named after it. */
  readonly identity: readonly string[];
  /** Nobody vouched for the confidence. */
  readonly uncalibrated: boolean;
  /** Where its fields were read. */
  readonly said: Said;
  /** Names that were too long for the wire. */
  readonly mended: readonly Mended[];
}

/** Alerting counts down: 1 is the worst. */
const SEVERITY: ReadonlyMap<string, Severity> = new Map([
  ['1', 'critical'],
  ['2', 'high'],
  ['3', 'medium'],
  ['4', 'low'],
  ['5', 'low'],
]);
export const severityOf = (alerting: string): Severity => SEVERITY.get(alerting) ?? 'medium';

/** Confidence of a detection by what its author says of the rule (Sigma's `status`). */
const BY_STATUS: ReadonlyMap<string, number> = new Map([
  ['stable', 0.8],
  ['test', 0.6],
  ['experimental', 0.4],
  ['deprecated', 0.3],
  ['unsupported', 0.3],
]);
/** ECS `threat.indicator.confidence`. */
const BY_WORD: ReadonlyMap<string, number> = new Map([
  ['high', 0.9],
  ['medium', 0.6],
  ['low', 0.3],
  ['none', 0.1],
]);
const UNVOUCHED = 0.5;

const confidenceOf = (
  source: JsonObject,
  status: string | undefined,
): { readonly confidence: number; readonly uncalibrated: boolean } => {
  const stated = fieldAt(source, 'reflex.confidence');
  if (typeof stated === 'number' && stated >= 0 && stated <= 1) return { confidence: stated, uncalibrated: false };
  const indicator = BY_WORD.get((word(source, 'threat.indicator.confidence') ?? '').toLowerCase());
  if (indicator !== undefined) return { confidence: indicator, uncalibrated: false };
  const byStatus = status === undefined ? undefined : BY_STATUS.get(status);
  return byStatus === undefined
    ? { confidence: UNVOUCHED, uncalibrated: true }
    : { confidence: byStatus, uncalibrated: false };
};

const statusIn = (tags: readonly string[]): string | undefined =>
  tags.map((tag) => /^(?:sigma\.)?status[.:](\w+)$/.exec(tag)?.[1]).find((status) => status !== undefined);

const statusOf = (source: JsonObject, tags: readonly string[]): string | undefined =>
  word(source, 'rule.status') ?? statusIn(tags);

const MOST_ID = 256;

/** The id that a document gives the rule; a placeholder is none, and the beginning of a longer text is none either. */
const ruleIdIn = (source: JsonObject): string | undefined => {
  const id = nameAt(source, 'rule.id', 'rule.id');
  return id === undefined || id.length > MOST_ID || isNothing('rule.id', id) ? undefined : id;
};

const STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;

/**
 * Where the fields of an event were read: in the detection itself, or in a document, which anybody may have written who
 * can write logs.
 */
const saidOf = (
  { notice, source, index }: Pick<Frame, 'notice' | 'source' | 'index'>,
  tags: readonly string[],
  places: Said['places'] = {},
): Said => {
  const own = new Set(notice.queries.flatMap((query) => query.tags));
  const placeOf = (isOwn: boolean): 'envelope' | 'document' => (isOwn ? 'envelope' : 'document');
  const byStatus = placeOf(word(source, 'rule.status') === undefined && statusIn([...own]) !== undefined);
  return {
    places: {
      confidence:
        fieldAt(source, 'reflex.confidence') === undefined && fieldAt(source, 'threat.indicator') === undefined
          ? byStatus
          : 'document',
      severity: 'envelope',
      tags: 'envelope',
      'rule.id': placeOf(ruleIdIn(source) === undefined),
      'rule.name': placeOf(word(source, 'rule.name') === undefined),
      'rule.origin': 'document',
      'rule.status': byStatus,
      ...places,
    },
    documentTags: tags.filter((tag) => !own.has(tag)),
    ...present({ index }),
  };
};

interface Frame {
  readonly notice: AlertNotice;
  readonly source: JsonObject;
  readonly identity: readonly string[];
  /** UTC for events whose document has no time, RFC 3339. */
  readonly at: string;
  readonly mapping: AlertMapping | undefined;
  /** Index of the document, where it is known. */
  readonly index?: string | undefined;
}

const eventOf = ({ notice, source, identity, at, mapping, index }: Frame): MappedEvent => {
  const tags = [
    ...new Set([...notice.queries.flatMap((query) => query.tags), ...listOf(fieldAt(source, 'tags')).map(textOf)]),
  ].filter((tag) => tag !== '');
  const status = statusOf(source, tags);
  const { confidence, uncalibrated } = confidenceOf(source, status);
  const stated = word(source, '@timestamp');
  const time = stated === undefined ? NaN : Date.parse(stated);
  const entities = entitiesOf(source);
  const pid = pidOf(source);
  const knownStatus = STATUSES.find((each) => each === status);
  const rule = {
    ...some({
      id: ruleIdIn(source) ?? notice.monitorId,
      name: word(source, 'rule.name') ?? notice.queries[0]?.name ?? notice.triggerName ?? notice.monitorName,
      origin: word(source, 'rule.origin', 'rule.ruleset', 'threat.indicator.provider'),
    }),
    ...present({ status: knownStatus || undefined }),
  };
  const recommended = word(source, 'reflex.recommended_action');
  const event: DetectionEvent = {
    event_id: identity.join('|').slice(0, 512),
    timestamp: Number.isNaN(time) ? at : iso(time),
    confidence,
    severity: severityOf(notice.severity),
    ...entities,
    ...present({ process: pid === undefined ? undefined : { ...entities.process, pid } }),
    tags: tags.slice(0, 64).map((tag) => tag.slice(0, 256)),
    rule,
    ...present({ recommended_action: recommended }),
    raw: {
      monitor: notice.monitorName,
      trigger: notice.triggerName,
      alert_id: notice.alertId,
      state: notice.state,
      document: source,
    },
  };
  const wished = mapping?.apply(notice, source) ?? {};
  const said = saidOf({ notice, source, index }, event.tags ?? [], wished.places);
  const { event: named, mended } = withoutLongNames(overlaid(event, wished));
  return { event: named, identity, uncalibrated: wished.uncalibrated ?? uncalibrated, said, mended };
};

const documentKey = (document: FoundDocument): string => `${document.id}|${document.index}`;

/** The value that tells one entity from another, by the field that a source's mapping names. */
export const entityOf = (source: JsonObject, field: string): string => word(source, field) ?? '';

/** What is known about an alert besides itself. */
interface AlertContext {
  /** Documents that it relates to, as they are in their indices now; for query-level monitors one for each entity. */
  readonly documents: readonly FoundDocument[];
  /** Names the episode of query-level, bucket-level and chained alerts; see `episode.ts`. */
  readonly episode?: string;
  /** UTC to use where nothing tells when it happened, RFC 3339. */
  readonly at: string;
  readonly mapping?: AlertMapping;
  /** Of a composite monitor: what all of its delegates name that fired, by ECS names. */
  readonly common?: JsonObject;
}

/** How a source's own mapping changes what the built-in one reads. */
export interface AlertMapping {
  /** Field of the documents that names the entity of a query-level alert. */
  readonly entityField?: string;
  /** Fields of the event that it knows better. */
  readonly apply: (notice: AlertNotice, source: JsonObject) => MappedFields;
}

const ofDocuments = (notice: AlertNotice, { documents, mapping }: AlertContext, at: string): readonly MappedEvent[] => {
  const known = new Map([...notice.documents, ...documents].map((document) => [documentKey(document), document]));
  const wanted = notice.relatedDocuments.length > 0 ? notice.relatedDocuments : [...known.keys()];
  return wanted.map((key) => {
    const document = known.get(key);
    const identity = [
      'document',
      notice.monitorId,
      notice.triggerId,
      key,
      ...(document?.seqNo === undefined ? [] : [String(document.seqNo)]),
    ];
    return eventOf({ notice, source: document?.source ?? {}, identity, at, mapping, index: document?.index });
  });
};

/** The entity is in the documents alone; without a field that names it, the event has none. */
const ofEntities = (notice: AlertNotice, { documents, mapping }: AlertContext, frame: Omit<Frame, 'source'>) => {
  const field = mapping?.entityField;
  const byEntity = new Map<string, FoundDocument>();
  for (const document of field === undefined ? [] : documents) {
    const entity = entityOf(document.source, field ?? '');
    if (entity !== '' && !byEntity.has(entity)) byEntity.set(entity, document);
  }
  if (byEntity.size === 0) return [eventOf({ ...frame, source: {} })];
  return [...byEntity]
    .slice(0, MOST_ENTITIES)
    .map(([entity, { source, index }]) => eventOf({ ...frame, source, index, identity: [...frame.identity, entity] }));
};

/**
 * The events that an alert stands for: one per alert and entity. An alert that is over makes them too, so that what
 * nobody heard of is on record; they are marked as over by whoever admits them. Errors of monitors make none.
 */
export const mapAlert = (notice: AlertNotice, context: AlertContext): readonly MappedEvent[] => {
  if (notice.state === 'ERROR' || notice.state === 'AUDIT') return [];
  const { monitorId, triggerId, level, bucketKeys = '', bucket = {} } = notice;
  const at = notice.startTime > 0 ? iso(notice.startTime) : context.at;
  if (notice.unverified === true) {
    const identity = ['unverified', level, monitorId, triggerId, notice.alertId || notice.periodEnd, bucketKeys];
    return [eventOf({ notice, source: {}, identity, at, mapping: undefined })];
  }
  const { mapping } = context;
  const episode = context.episode ?? notice.alertId;
  switch (level) {
    case 'document':
      return ofDocuments(notice, context, at);
    case 'bucket':
    case 'threat_intel': {
      const identity = [level, monitorId, triggerId, bucketKeys, episode];
      return [eventOf({ notice, source: bucket, identity, at, mapping })];
    }
    case 'query':
      return ofEntities(notice, context, { notice, identity: ['query', monitorId, triggerId, episode], at, mapping });
    case 'workflow':
    case 'correlation':
      return [
        eventOf({
          notice,
          source: context.common ?? {},
          identity: [level, monitorId, triggerId, episode],
          at,
          mapping,
        }),
      ];
  }
};

/** True where alert ids are no identity, so that an episode must be known first. */
export const needsEpisode = ({ level, state, unverified }: AlertNotice): boolean =>
  unverified !== true &&
  state !== 'ERROR' &&
  state !== 'AUDIT' &&
  (level === 'query' || level === 'bucket' || level === 'workflow');
