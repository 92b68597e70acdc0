import * as t from 'io-ts';
import { described, fieldsOf, list, number, oneOf, record, text } from '../../../common/codec/codecs';
import { SEVERITIES } from '../../../common/flow/event';
import { isZone, TIME_FORMATS, TIME_UNITS } from './documents/read_time';

/*
 * How the documents of a source become events, as the settings say it: which list is split, what is for Reflex at all,
 * and where the fields are. Logic-less: a path, a filter, a table of values, a factor.
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
export type WireField = (typeof WIRE_FIELDS)[number];

const path = text({ min: 1, max: 256 });
const paths = t.union([path, list(path, 8)]);
const word = text({ min: 1, max: 256 });
const wanted = t.union([word, number(), t.boolean]);

/** Places and what they have to hold, compared as text, without regard to case. */
const filter = t.record(path, t.union([wanted, list(wanted, 64)]));

const zone = new t.Type<string>(
  'a zone',
  (value): value is string => typeof value === 'string' && isZone(value),
  (value, context) =>
    typeof value === 'string' && isZone(value)
      ? t.success(value)
      : t.failure(value, context, 'must be an offset such as `+02:00`, or a zone such as `Europe/Berlin`'),
  t.identity,
);

/**
 * How one wire field is filled.
 *
 * - `path`: dotted places in the document, tried in order; names with dots in them are found too, and a path reaches
 *   through lists. Of several values the first counts
 * - `where`: what has to stand beside the value, in the element of the list that it is in: `{ Type: ip }`
 * - `split`: what separates several values in one text
 * - `values`: what a value there means on the wire; compared as text, without regard to case
 * - `bands`: for severity: the least number that still is that severity
 * - `divide_by`: for numbers: 100 makes 0–1 of per cent
 * - `value`: what it is if none of the paths has anything
 */
const RULE = {
  path: paths,
  where: filter,
  split: text({ min: 1, max: 8 }),
  values: t.record(word, t.union([word, number()])),
  bands: record({}, { critical: number(), high: number(), medium: number() }),
  divide_by: number({ min: 0.000001 }),
  value: t.union([word, number()]),
};

const Rule = record({}, RULE);

/** `fallback`: what it is if nothing is there, or a word that is not known. It is nobody's word. */
const SeverityRule = record({}, { ...RULE, fallback: oneOf(SEVERITIES) });

/** `all`: the values of all paths, not of the first that has some. */
const TagsRule = record({}, { ...RULE, all: t.boolean });

/**
 * - `unit`: of numbers; found out by their size where it is not given
 * - `format`: forms that are read besides RFC 3339
 * - `zone`: of times that name none
 * - `fallback`: the time of receipt, where none is there or none can be read
 */
const TimeRule = record(
  {},
  {
    ...RULE,
    unit: oneOf(TIME_UNITS),
    format: t.union([oneOf(TIME_FORMATS), list(oneOf(TIME_FORMATS), TIME_FORMATS.length)]),
    zone,
    fallback: t.literal('received_at'),
  },
);

/** All that a rule may say, whatever its field. */
export type FieldRule = t.TypeOf<typeof Rule> &
  Pick<t.TypeOf<typeof TagsRule>, 'all'> &
  Omit<t.TypeOf<typeof TimeRule>, 'fallback'> & { readonly fallback?: string };

/** What a source says of a detection besides: that nobody has taken it, that somebody has, that it is over. */
const STATES = ['open', 'acknowledged', 'closed'] as const;
const StateRule = record({ path: paths }, { where: filter, values: t.record(word, oneOf(STATES)) });

const filling = t.union([path, Rule]);
const fields = {
  ...(Object.fromEntries(WIRE_FIELDS.map((field) => [field, filling])) as Record<WireField, typeof filling>),
  severity: t.union([path, SeverityRule]),
  tags: t.union([path, TagsRule]),
  timestamp: t.union([path, TimeRule]),
};

/** The map of one source: what its documents are made of, and a path or a rule for each wire field that it has. */
export const FieldMap = record(
  {},
  {
    parse: described(paths, 'Texts that hold JSON: one level is read at each place'),
    each: described(path, 'The list whose elements are events; places are looked for in the element, then around it'),
    state: described(t.union([path, StateRule]), 'What the source says of it besides: open, acknowledged or closed'),
    only: described(filter, 'What a document, or an element of it, has to hold to be for Reflex'),
    ...fields,
  },
);
export type FieldMap = t.TypeOf<typeof FieldMap>;

/** All that a map may name. */
export const FIELD_NAMES: readonly string[] = [...(fieldsOf(FieldMap)?.keys() ?? [])];
