import type { BadField } from '../../../../common/codec/decode';
import { iso } from '../../../../common/iso';
import { MOST_MENDED, type DetectionState, type Mended } from '../../../../common/flow/event';
import { VOICE_FIELDS, type VoiceField } from '../../../../common/flow/voice';
import { present } from '../../../../common/present';
import { WIRE_FIELDS, type FieldMap, type FieldRule, type WireField } from '../field_map';
import { convert } from './convert_field';
import { cutToFit, fits } from './field_limits';
import { tagsOf, valuesOf } from './pick_values';
import { liesIn, type Found } from './places';
import { stateOf } from './read_state';
import { asOnePart, type Part } from './split_document';
import type { JsonObject } from '../../../../common/codec/json_object';

/*
 * From a source's own document to the wire form of an event. Only identity, time and severity can stop an event: any
 * other field that does not fit is cut or left out, and the event says so.
 */

/** A document in the wire form, still to be checked. */
export interface Mapped {
  readonly candidate: JsonObject;
  /** Nobody vouched for the confidence. */
  readonly uncalibrated: boolean;
  readonly faults: readonly BadField[];
  readonly mended: readonly Mended[];
  /** What the source says of it besides; undefined: open, or a word that is not known. */
  readonly state: DetectionState | undefined;
  /** Fields with authority that were read in a text: whoever wrote it said them, not the source. */
  readonly inTexts: readonly VoiceField[];
}

const UNVOUCHED = 0.5;
const MOST_TAGS = 64;
const MOST_TEXT = 256;
/** No policy is called so: what was to narrow and cannot be read must not widen. */
const NO_POLICY = '(unreadable)';

const ruleOf = (given: string | FieldRule): FieldRule => (typeof given === 'string' ? { path: given } : given);

/** The beginning of what came, as a text. An object may be as large as the document, and is not written down. */
const headOf = (value: unknown): string => {
  const text = typeof value === 'object' ? 'an object' : String(value);
  return text
    .slice(0, MOST_TEXT)
    .replace(/\0/g, '')
    .replace(/[\ud800-\udbff]$/, '');
};

interface Filling {
  readonly part: Part;
  /** UTC of receipt, ms. */
  readonly now: number;
  readonly candidate: Record<string, unknown>;
  readonly faults: BadField[];
  readonly mended: Mended[];
  readonly inTexts: Set<VoiceField>;
}

const place = ({ candidate }: Filling, field: WireField, value: unknown): void => {
  const [outer = '', inner] = field.split('.');
  if (inner === undefined) candidate[outer] = value;
  else candidate[outer] = { ...(candidate[outer] as JsonObject | undefined), [inner]: value };
};

const mend = ({ mended }: Filling, path: WireField, how: Mended['how'], about: Partial<Mended> = {}): void => {
  mended.push({ path, how, ...about });
};

const noteWhere = ({ part, inTexts }: Filling, field: WireField, found: readonly Found[]): void => {
  const carries = VOICE_FIELDS.find((each) => each === field);
  if (carries !== undefined && found.some((each) => liesIn(each, part.read))) inTexts.add(carries);
};

/** Something else stands where nothing can be read, or nothing is. */
const fallBack = (filling: Filling, field: WireField, { fallback }: FieldRule, came: unknown): boolean => {
  if (fallback === undefined) return false;
  place(filling, field, fallback === 'received_at' ? iso(filling.now) : fallback);
  mend(filling, field, 'fallback', present({ text: came === undefined ? undefined : headOf(came) }));
  return true;
};

const STOPPING: ReadonlySet<WireField> = new Set<WireField>(['event_id', 'timestamp', 'severity']);

/** What came is no value of the field. */
const unreadable = (filling: Filling, field: WireField, came: unknown): void => {
  if (field === 'policy_scope') {
    place(filling, field, NO_POLICY);
    return mend(filling, field, 'fallback', { text: headOf(came) });
  }
  mend(filling, field, 'left_out', { text: headOf(came) });
};

const settle = (filling: Filling, field: WireField, value: unknown): void => {
  const cut = fits(field, value) ? undefined : cutToFit(field, value);
  if (cut !== undefined) mend(filling, field, 'cut', { text: headOf(value) });
  if (cut === undefined && !STOPPING.has(field) && !fits(field, value)) return unreadable(filling, field, value);
  place(filling, field, cut ?? value);
};

const distinct = (values: readonly Found[]): number => new Set(values.map(({ value }) => value)).size;

/** Several events of a document must not share the one id that stands around their list. */
const identified = ({ part }: Filling, { value, found, from }: { value: unknown; found: Found; from?: string }) => {
  if (part.element === undefined || (from !== undefined && part.isOwn(found, from))) return value;
  const content = part.element.content();
  return content === undefined ? value : `${String(value)}|${content.digest.slice(0, 32)}`;
};

const fillOne = (filling: Filling, field: WireField, rule: FieldRule): void => {
  const { from, values } = valuesOf(filling.part, field, rule);
  const [found] = values;
  if (found === undefined) return void fallBack(filling, field, rule, undefined);
  noteWhere(filling, field, [found]);
  const converted = convert(field, found.value, { rule: from === undefined ? {} : rule, now: filling.now });
  if ('fault' in converted) {
    if (fallBack(filling, field, rule, found.value)) return;
    if (!STOPPING.has(field)) return unreadable(filling, field, found.value);
    filling.faults.push({ path: field, message: `from \`${from ?? 'value'}\` ${converted.fault}` });
    return;
  }
  const left = distinct(values) - 1 + (converted.left ?? 0);
  if (left > 0) mend(filling, field, 'several', { left });
  const { value } = converted;
  settle(filling, field, field === 'event_id' ? identified(filling, { value, found, ...present({ from }) }) : value);
};

const fillTags = (filling: Filling, rule: FieldRule): void => {
  const { values } = tagsOf(filling.part, rule);
  noteWhere(filling, 'tags', values);
  const read = values.map(({ value }) => convert('tags', value, { rule, now: filling.now }));
  const tags = [...new Set(read.flatMap((each) => ('value' in each && each.value !== '' ? [each.value] : [])))];
  const kept = tags.filter((tag) => fits('tags', tag)).slice(0, MOST_TAGS);
  const left = tags.length - kept.length + read.filter((each) => 'fault' in each).length;
  if (left > 0) mend(filling, 'tags', 'several', { left });
  if (kept.length > 0) place(filling, 'tags', kept);
};

/**
 * Fills an event from a part of a document. What the map does not name stays empty; a confidence that is not there or
 * cannot be read is 0.5 and marked as nobody's word. `event_id` stays empty too if it is not found: the caller knows
 * what identifies a message.
 *
 * @param now UTC of receipt, ms
 */
export const mapPart = (map: FieldMap, part: Part, now: number): Mapped => {
  const filling: Filling = { part, now, candidate: {}, faults: [], mended: [], inTexts: new Set() };
  for (const field of WIRE_FIELDS) {
    const given = map[field];
    if (given === undefined) continue;
    if (field === 'tags') fillTags(filling, ruleOf(given));
    else fillOne(filling, field, ruleOf(given));
  }
  const { candidate, faults, mended, inTexts } = filling;
  const uncalibrated = candidate.confidence === undefined;
  if (uncalibrated && faults.length === 0) candidate.confidence = UNVOUCHED;
  const unread = part.unread.map(({ path }) => ({ path, how: 'unread' as const }));
  return {
    candidate,
    uncalibrated,
    faults: faults.length === 0 ? [] : [...faults, ...part.unread],
    mended: [...mended, ...unread].slice(0, MOST_MENDED),
    state: stateOf(map, part),
    inTexts: [...inTexts],
  };
};

/** The same for a whole document. */
export const mapFields = (map: FieldMap, document: unknown, now = 0): Mapped => mapPart(map, asOnePart(document), now);
