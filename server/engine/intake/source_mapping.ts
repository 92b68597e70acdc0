import { present } from '../../../common/present';
import type { BadField } from '../../../common/codec/decode';
import { NAMING_FIELDS, type DetectionEvent, type Severity } from '../../../common/flow/event';
import { MAPPED_TEXTS, type MappedText, type SourceMapping } from '../../../common/api/source_mapping';
import { spokenAddress } from '../../../common/entity/address';
import { textOf, type AlertNotice } from './alert_notice';
import { fieldAt } from './field_at';
import { isNothing } from './named_fields';
import { severityOfWord } from './severity_words';
import type { Said } from './voice';
import type { JsonObject } from '../../../common/codec/json_object';

/*
 * Applies what an operator says of a source: from where the fields of an event come. It overlays the built-in ECS
 * reading; a place without a value leaves that as it is and says so in the preview.
 */

interface MappingInput {
  readonly notice: AlertNotice;
  /** The document found, or the keys of the bucket; empty where the alert names no document. */
  readonly source: JsonObject;
}

/** What a mapping says of an event, over what the alert says by itself, and where it read that. */
export type MappedFields = Partial<DetectionEvent> & {
  readonly uncalibrated?: boolean;
  readonly places?: Said['places'];
};

interface ReadMapping {
  readonly fields: MappedFields;
  /** Places without a value, and values that cannot be read; the built-in reading stands there. */
  readonly faults: readonly BadField[];
}

const LONGEST = 256;

/** What follows a prefix in a tag of the rule that found something. */
const tagAfter = ({ queries }: AlertNotice, prefix: string): string =>
  queries
    .flatMap(({ tags }) => tags)
    .find((tag) => tag.startsWith(prefix) && tag.length > prefix.length)
    ?.slice(prefix.length) ?? '';

const findingAt = (notice: AlertNotice, path: string): string => {
  if (path === 'name') return notice.queries[0]?.name ?? '';
  return path.startsWith('tag.') ? tagAfter(notice, path.slice('tag.'.length)) : '';
};

/** The value at a place, or undefined. */
const valueAt = (place: string, { notice, source }: MappingInput): unknown => {
  if (place.startsWith('=')) return place.slice(1);
  const dot = place.indexOf('.');
  const [root, path] = [place.slice(0, dot), place.slice(dot + 1)];
  switch (root) {
    case 'monitor':
      return fieldAt({ id: notice.monitorId, name: notice.monitorName }, path);
    case 'trigger':
      return fieldAt({ id: notice.triggerId, name: notice.triggerName, severity: notice.severity }, path);
    case 'alert': {
      const { alertId: id, state, severity, bucketKeys: bucket_keys } = notice;
      return fieldAt({ id, state, severity, bucket_keys }, path);
    }
    case 'finding':
      return findingAt(notice, path);
    case 'bucket':
      return fieldAt(notice.bucket ?? {}, path);
    default:
      return fieldAt(source, path);
  }
};

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? (value as readonly unknown[])[0] : value);

/** The first place that has a value, as text; without NUL, which the wire does not take. */
const wordAt = (places: readonly string[], input: MappingInput): string =>
  places.map((place) => textOf(firstOf(valueAt(place, input))).replace(/\0/g, '')).find((text) => text !== '') ?? '';

const numberIn = (word: string): number | undefined => (/^-?\d+(\.\d+)?$/.test(word.trim()) ? Number(word) : undefined);

const CONFIDENCE_WORDS: ReadonlyMap<string, number> = new Map([
  ['high', 0.9],
  ['medium', 0.6],
  ['low', 0.3],
  ['none', 0.1],
  ['stable', 0.8],
  ['test', 0.6],
  ['experimental', 0.4],
  ['deprecated', 0.3],
  ['unsupported', 0.3],
]);
const CONFIDENCE_SCALE = { unit: 1, ten: 10, hundred: 100 } as const;

const confidenceIn = (word: string, scale: keyof typeof CONFIDENCE_SCALE): number | undefined => {
  const number = numberIn(word);
  if (number === undefined) return CONFIDENCE_WORDS.get(word.trim().toLowerCase());
  const value = number / CONFIDENCE_SCALE[scale];
  return value >= 0 && value <= 1 ? value : undefined;
};

const ALERTING: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'low'];

/** CVSS's four bands, of 0–10; of 0–100 the same, ten times as wide. */
const bandOf = (value: number): Severity =>
  value >= 9 ? 'critical' : value >= 7 ? 'high' : value >= 4 ? 'medium' : 'low';

type SeverityScale = NonNullable<NonNullable<SourceMapping['severity']>['scale']>;

const severityIn = (word: string, scale: SeverityScale): Severity | undefined => {
  const number = numberIn(word);
  if (number === undefined) return severityOfWord(word);
  switch (scale) {
    case 'alerting':
      return Number.isInteger(number) ? ALERTING[number - 1] : undefined;
    case 'ten':
      return number >= 0 && number <= 10 ? bandOf(number) : undefined;
    case 'hundred':
      return number >= 0 && number <= 100 ? bandOf(number / 10) : undefined;
  }
};

interface Reading {
  readonly fields: MappedFields;
  readonly faults: readonly BadField[];
}

const NOTHING: Reading = { fields: {}, faults: [] };
const fault = (path: string, message: string): Reading => ({ fields: {}, faults: [{ path, message }] });
const absent = (path: string, places: readonly string[]): Reading =>
  fault(path, `nothing is at ${places.map((place) => `\`${place}\``).join(', ')}`);

const readConfidence = ({ confidence }: SourceMapping, input: MappingInput): Reading => {
  if (confidence === undefined) return NOTHING;
  const { fixed, from = [], scale = 'unit' } = confidence;
  const word = wordAt(from, input);
  const found = word === '' ? undefined : confidenceIn(word, scale);
  const value = found ?? fixed;
  const fields: MappedFields = value === undefined ? {} : { confidence: value, uncalibrated: false };
  if (from.length === 0 || found !== undefined) return { fields, faults: [] };
  const { faults } =
    word === '' ? absent('confidence', from) : fault('confidence', `\`${word}\` is no confidence on this scale`);
  return { fields, faults };
};

const readSeverity = ({ severity }: SourceMapping, input: MappingInput): Reading => {
  if (severity === undefined) return NOTHING;
  const { fixed, from = [], scale = 'alerting' } = severity;
  const word = wordAt(from, input);
  const found = word === '' ? undefined : severityIn(word, scale);
  const value = found ?? fixed;
  const fields: MappedFields = value === undefined ? {} : { severity: value };
  if (from.length === 0 || found !== undefined) return { fields, faults: [] };
  const { faults } =
    word === '' ? absent('severity', from) : fault('severity', `\`${word}\` is no severity on this scale`);
  return { fields, faults };
};

const fieldsOf = (name: MappedText, value: string): MappedFields => {
  switch (name) {
    case 'src_host':
      return { src_host: value };
    case 'dst_host':
      return { dst_host: value };
    case 'user':
      return { user: { name: value } };
    case 'source_ip':
      return { source: { ip: value } };
    case 'destination_ip':
      return { destination: { ip: value } };
    case 'rule_id':
      return { rule: { id: value } };
    case 'rule_name':
      return { rule: { name: value } };
    case 'recommended_action':
      return { recommended_action: value };
  }
};

/** The field of the event that a mapping fills. */
const FIELD_OF: Readonly<Record<MappedText, string>> = {
  src_host: 'src_host',
  dst_host: 'dst_host',
  user: 'user.name',
  source_ip: 'source.ip',
  destination_ip: 'destination.ip',
  rule_id: 'rule.id',
  rule_name: 'rule.name',
  recommended_action: 'recommended_action',
};

/** The first place that names something; without one what stands there instead, such as `-`. */
const nameAmong = (name: MappedText, places: readonly string[], input: MappingInput): string => {
  const found = places.map((place) => wordAt([place], input)).filter((word) => word !== '');
  return found.find((word) => !isNothing(FIELD_OF[name], word)) ?? found[0] ?? '';
};

const readText = (name: MappedText, mapping: SourceMapping, input: MappingInput): Reading => {
  const places = mapping[name];
  if (places === undefined || places.length === 0) return NOTHING;
  const found = nameAmong(name, places, input);
  if (found === '') return absent(name, places);
  if (found.length > LONGEST && NAMING_FIELDS.some((field) => field === FIELD_OF[name]))
    return fault(name, `is longer than ${LONGEST} characters, and its beginning would name something else`);
  const value = found.slice(0, LONGEST);
  // The built-in reading may find who it is.
  if (isNothing(FIELD_OF[name], value)) return fault(name, `\`${value}\` names nothing`);
  const isAddress = name === 'source_ip' || name === 'destination_ip';
  if (isAddress && spokenAddress(value) === undefined) return fault(name, `\`${value}\` is no address`);
  return { fields: fieldsOf(name, value), faults: [] };
};

/** One over the other; what both say in parts (`rule`, `source`, …) is put together. */
export const overlaid = <Fields extends Partial<DetectionEvent>>(event: Fields, fields: MappedFields): Fields => {
  const { uncalibrated: _uncalibrated, places: _places, ...over } = fields;
  const { user, source, destination, rule } = event;
  return {
    ...event,
    ...over,
    ...present({
      user: over.user && { ...user, ...over.user },
      source: over.source && { ...source, ...over.source },
      destination: over.destination && { ...destination, ...over.destination },
      rule: over.rule && { ...rule, ...over.rule },
    }),
  };
};

/** Applies a mapping to one alert, or to one of its entities, and says what of it had no value. */
export const readMapping = (mapping: SourceMapping, input: MappingInput): ReadMapping => {
  const readings = [
    readConfidence(mapping, input),
    readSeverity(mapping, input),
    ...MAPPED_TEXTS.map((name) => readText(name, mapping, input)),
  ];
  const uncalibrated = readings.map(({ fields }) => fields.uncalibrated).find((each) => each !== undefined);
  return {
    fields: {
      ...readings.reduce<Partial<DetectionEvent>>((all, { fields }) => overlaid(all, fields), {}),
      ...present({ uncalibrated }),
    },
    faults: readings.flatMap(({ faults }) => faults),
  };
};

/** Places in the detection itself; bucket keys and fields of documents are whatever somebody logged. */
const ENVELOPE = /^(=|monitor\.|trigger\.|finding\.|alert\.(id|state|severity)$)/;

/** Where the word at these places was read. */
const placeAt = (places: readonly string[], input: MappingInput): 'envelope' | 'document' =>
  ENVELOPE.test(places.find((place) => wordAt([place], input) !== '') ?? '') ? 'envelope' : 'document';

/** Where a mapping reads the fields that carry authority; a fixed value is the admin's own word. */
const placesOf = (mapping: SourceMapping, input: MappingInput, { confidence, severity, rule }: MappedFields) => {
  const at = (from: readonly string[] | undefined): 'envelope' | 'document' =>
    from === undefined || wordAt(from, input) === '' ? 'envelope' : placeAt(from, input);
  return present({
    confidence: confidence === undefined ? undefined : at(mapping.confidence?.from),
    severity: severity === undefined ? undefined : at(mapping.severity?.from),
    'rule.id': rule?.id === undefined ? undefined : at(mapping.rule_id),
    'rule.name': rule?.name === undefined ? undefined : at(mapping.rule_name),
  });
};

/** What a mapping says of an event, and where it read that. `uncalibrated: false` if it says the confidence. */
export const applyMapping = (mapping: SourceMapping, input: MappingInput): MappedFields => {
  const { fields } = readMapping(mapping, input);
  const places = placesOf(mapping, input, fields);
  return Object.keys(places).length > 0 ? { ...fields, places } : fields;
};
