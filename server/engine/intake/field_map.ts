import { iso } from '../../../common/iso';
import * as t from 'io-ts';
import { list, number, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { SEVERITIES, type Severity } from '../../../common/flow/event';
import { isNothing } from './named_fields';

/*
 * From a source's own document to the wire form of an event, by a map of dotted paths. Logic-less: a path, a table of
 * values, a factor. What comes out is checked like everything else that crosses the wire.
 */

/** Wire fields that a map may fill. */
export const WIRE_FIELDS = [
  'event_id',
  'timestamp',
  'confidence',
  'severity',
  'src_host',
  'dst_host',
  'tags',
  'recommended_action',
  'policy_scope',
  'source.ip',
  'destination.ip',
  'destination.domain',
  'user.name',
  'process.name',
  'process.pid',
  'process.executable',
  'process.hash',
  'file.name',
  'file.path',
  'file.hash',
  'rule.id',
  'rule.name',
  'rule.origin',
  'rule.status',
] as const;
type WireField = (typeof WIRE_FIELDS)[number];

const path = text({ min: 1, max: 256 });
const word = text({ min: 1, max: 256 });

/**
 * How one wire field is filled.
 *
 * - `path`: dotted places in the document, tried in order; names with dots in them are found too
 * - `values`: what a value there means on the wire; compared as text, without regard to case
 * - `bands`: for severity: the least number that still is that severity
 * - `divide_by`: for numbers: 100 makes 0–1 of per cent
 * - `value`: what it is if none of the paths has anything
 */
const FieldRule = record(
  {},
  {
    path: t.union([path, list(path, 8)]),
    values: t.record(word, word),
    bands: record({}, { critical: number(), high: number(), medium: number() }),
    divide_by: number({ min: 0.000001 }),
    value: t.union([word, number()]),
  },
);
type FieldRule = t.TypeOf<typeof FieldRule>;

const filling = t.union([path, FieldRule]);
const fields = Object.fromEntries(WIRE_FIELDS.map((field) => [field, filling])) as Record<WireField, typeof filling>;

/** The map of one source: a path, or a rule, for each wire field that it has. */
export const FieldMap = record({}, fields);
export type FieldMap = t.TypeOf<typeof FieldMap>;

/** A document in the wire form, still to be checked. */
interface Mapped {
  readonly candidate: Readonly<Record<string, unknown>>;
  /** Nobody vouched for the confidence. */
  readonly uncalibrated: boolean;
  readonly faults: readonly BadField[];
}

type Json = Readonly<Record<string, unknown>>;

const UNVOUCHED = 0.5;
const MOST_TAGS = 64;
const MOST_STEPS = 2_000;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const own = (value: Json, name: string): unknown => (Object.hasOwn(value, name) ? value[name] : undefined);

/** By its dotted name, whether the document nests it or writes the dots. Looks only at own fields. */
const fieldOf = (source: unknown, name: string, budget = { left: MOST_STEPS }): unknown => {
  if (Array.isArray(source)) return fieldOf(source[0], name, budget);
  if (!isObject(source) || (budget.left -= 1) < 0) return undefined;
  const whole = own(source, name);
  if (whole !== undefined) return whole;
  for (let at = name.indexOf('.'); at > 0; at = name.indexOf('.', at + 1)) {
    const inner = own(source, name.slice(0, at));
    const found = inner === undefined ? undefined : fieldOf(inner, name.slice(at + 1), budget);
    if (found !== undefined) return found;
  }
  return undefined;
};

const isThere = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

const ruleOf = (given: string | FieldRule): FieldRule => (typeof given === 'string' ? { path: given } : given);

const pathsOf = ({ path: given }: FieldRule): readonly string[] =>
  given === undefined ? [] : typeof given === 'string' ? [given] : given;

const scalarOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
const wordOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value.trim()
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;

const SEVERITY_WORDS: ReadonlyMap<string, Severity> = new Map([
  ...SEVERITIES.map((each) => [each, each] as const),
  ['informational', 'low'],
  ['information', 'low'],
  ['info', 'low'],
  ['moderate', 'medium'],
  ['warning', 'medium'],
  ['severe', 'critical'],
]);

type Converted = { readonly value: unknown } | { readonly fault: string };

const numberOf = (value: unknown): number | undefined => {
  const given = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof given === 'number' && Number.isFinite(given) ? given : undefined;
};

const severityOf = (value: unknown, { bands }: FieldRule): Converted => {
  const given = wordOf(value) ?? '';
  const byWord = SEVERITY_WORDS.get(given.toLowerCase());
  if (byWord !== undefined) return { value: byWord };
  const count = numberOf(value);
  if (bands === undefined || count === undefined)
    return { fault: 'is no severity that is known; give the map `values` or `bands` for it' };
  const { critical = Infinity, high = Infinity, medium = Infinity } = bands;
  return { value: count >= critical ? 'critical' : count >= high ? 'high' : count >= medium ? 'medium' : 'low' };
};

/** Seconds or milliseconds since 1970: nothing that is detected now lies before 2001 in milliseconds. */
const FIRST_IN_MS = 1e11;
const LAST_MS = 8.64e15;

const instantOf = (value: unknown): Converted => {
  const count = numberOf(value);
  if (count !== undefined) {
    const at = Math.abs(count) < FIRST_IN_MS ? count * 1_000 : count;
    return Math.abs(at) > LAST_MS ? { fault: 'is no time' } : { value: iso(at) };
  }
  const given = wordOf(value) ?? '';
  // `2026-11-22T10:00:00.000+0100` and `2026-11-22 10:00:00Z` are common; a time without a zone is nobody's.
  const mended = given.replace(/^(\d{4}-\d{2}-\d{2}) /, '$1T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  return { value: mended };
};

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value])
    .flatMap((each) => wordOf(each) ?? [])
    .filter((each) => each !== '')
    .slice(0, MOST_TAGS);

const translated = (value: unknown, { values }: FieldRule): unknown => {
  if (values === undefined) return value;
  const given = (wordOf(value) ?? '').toLowerCase();
  return Object.entries(values).find(([from]) => from.toLowerCase() === given)?.[1] ?? value;
};

const convert = (field: WireField, found: unknown, rule: FieldRule): Converted => {
  if (field === 'tags') return { value: listOf(found) };
  const value = translated(scalarOf(found), rule);
  switch (field) {
    case 'severity':
      return severityOf(value, rule);
    case 'timestamp':
      return instantOf(value);
    case 'confidence':
    case 'process.pid': {
      const count = numberOf(value);
      return count === undefined ? { fault: 'is no number' } : { value: count / (rule.divide_by ?? 1) };
    }
    case 'event_id':
    case 'src_host':
    case 'dst_host':
    case 'recommended_action':
    case 'policy_scope':
    case 'source.ip':
    case 'destination.ip':
    case 'destination.domain':
    case 'user.name':
    case 'process.name':
    case 'process.executable':
    case 'process.hash':
    case 'file.name':
    case 'file.path':
    case 'file.hash':
    case 'rule.id':
    case 'rule.name':
    case 'rule.origin':
    case 'rule.status': {
      const text = wordOf(value);
      return text === undefined ? { fault: 'is no text' } : { value: text };
    }
  }
};

const place = (target: Record<string, unknown>, field: WireField, value: unknown): void => {
  const [outer = '', inner] = field.split('.');
  if (inner === undefined) target[outer] = value;
  else target[outer] = { ...(target[outer] as Json | undefined), [inner]: value };
};

/** True for what a source writes where it has nothing to say, unless the map says what it means. */
const saysNothing = (field: WireField, value: unknown, rule: FieldRule): boolean => {
  const said = wordOf(scalarOf(value));
  return said !== undefined && isNothing(field, said) && translated(said, rule) === said;
};

/** The first place that has something; where a name is wanted, the first that names something. */
const findIn = (document: unknown, field: WireField, rule: FieldRule): { from?: string; found: unknown } => {
  const places = pathsOf(rule)
    .map((from) => ({ from, found: fieldOf(document, from) }))
    .filter(({ found }) => isThere(found));
  const naming = places.find(({ found }) => !saysNothing(field, found, rule));
  if (naming !== undefined) return naming;
  // A placeholder stays on record unless the map says what it is then.
  return rule.value === undefined && places[0] !== undefined ? places[0] : { found: rule.value };
};

/**
 * Fills an event from a document. What the map does not name stays empty; a confidence that is not found is 0.5 and
 * marked as nobody's word. `event_id` stays empty too if it is not found: the caller knows what identifies a message.
 */
export const mapFields = (map: FieldMap, document: unknown): Mapped => {
  const candidate: Record<string, unknown> = {};
  const faults: BadField[] = [];
  for (const field of WIRE_FIELDS) {
    const given = map[field];
    if (given === undefined) continue;
    const rule = ruleOf(given);
    const { from, found } = findIn(document, field, rule);
    if (!isThere(found)) continue;
    const converted = convert(field, found, from === undefined ? {} : rule);
    if ('value' in converted) place(candidate, field, converted.value);
    else faults.push({ path: field, message: `from \`${from ?? 'value'}\` ${converted.fault}` });
  }
  const uncalibrated = candidate.confidence === undefined;
  if (uncalibrated && faults.length === 0) candidate.confidence = UNVOUCHED;
  return { candidate, uncalibrated, faults };
};
