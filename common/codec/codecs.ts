import { present } from '../present';
import { iso } from '../iso';
import * as t from 'io-ts';
import { isJsonObject } from './json_object';

/**
 * Builders for the values that cross a boundary. io-ts is the only definition of what is on the wire; each builder
 * also carries the JSON Schema of what it accepts, so that OpenAPI can be derived and never drifts.
 */

/** A fragment of JSON Schema (draft 2020-12), as plain data. */
export type JsonSchema = { readonly [keyword: string]: unknown };

const annotations = new WeakMap<t.Any, JsonSchema>();

/** The JSON Schema that was attached to a codec by a builder of this file. */
export const annotationOf = (codec: t.Any): JsonSchema | undefined => annotations.get(codec);

const annotate = <Codec extends t.Any>(codec: Codec, schema: JsonSchema): Codec => {
  annotations.set(codec, schema);
  return codec;
};

/** Adds a description (and other keywords) to what a codec's JSON Schema says. */
export const described = <Codec extends t.Any>(codec: Codec, description: string): Codec =>
  annotate(Object.create(codec) as Codec, { ...annotations.get(codec), description });

interface TextLimits {
  /** Fewest characters; default 0. */
  readonly min?: number;
  /** Most characters; default 1024. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** What the pattern means, for the error message. */
  readonly patternName?: string;
  /** Shorter texts that are taken as well: what logs write where they have nothing to say. */
  readonly orShorter?: (value: string) => boolean;
}

/** A string within length limits that may have to match a pattern. NUL is never accepted. */
export const text = ({ min = 0, max = 1024, pattern, patternName, orShorter }: TextLimits = {}): t.Type<string> => {
  const wanted = `a string of ${min} to ${max} characters${patternName ? `, ${patternName}` : ''}`;
  const accepts = (value: unknown): value is string =>
    typeof value === 'string' &&
    (value.length >= min || orShorter?.(value) === true) &&
    value.length <= max &&
    !value.includes('\0') &&
    (pattern === undefined || pattern.test(value));
  const codec = new t.Type<string>(
    wanted,
    accepts,
    (value, context) => (accepts(value) ? t.success(value) : t.failure(value, context, `must be ${wanted}`)),
    t.identity,
  );
  return annotate(codec, {
    type: 'string',
    minLength: orShorter === undefined ? min : 0,
    maxLength: max,
    ...present({ pattern: pattern?.source }),
  });
};

interface NumberLimits {
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

/** A finite number within limits. */
export const number = ({ min, max, integer = false }: NumberLimits = {}): t.Type<number> => {
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : '';
  const wanted = `${integer ? 'a whole number' : 'a number'}${range}`;
  const accepts = (value: unknown): value is number =>
    typeof value === 'number' &&
    (integer ? Number.isSafeInteger(value) : Number.isFinite(value)) &&
    (min === undefined || value >= min) &&
    (max === undefined || value <= max);
  const codec = new t.Type<number>(
    wanted,
    accepts,
    (value, context) => (accepts(value) ? t.success(value) : t.failure(value, context, `must be ${wanted}`)),
    t.identity,
  );
  return annotate(codec, {
    type: integer ? 'integer' : 'number',
    ...present({ minimum: min, maximum: max }),
  });
};

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** `Date.parse` takes 30 February for 2 March. */
const isDay = (text: string): boolean => {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  return (day ?? 0) >= 1 && (day ?? 0) <= new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
};

/** An RFC 3339 instant; decodes to the same instant in UTC with milliseconds, the one form that is stored. */
export const instant: t.Type<string, string, unknown> = annotate(
  new t.Type<string, string, unknown>(
    'an RFC 3339 timestamp',
    (value): value is string => typeof value === 'string' && ISO_INSTANT.test(value),
    (value, context) => {
      const at = typeof value === 'string' && ISO_INSTANT.test(value) && isDay(value) ? Date.parse(value) : NaN;
      return Number.isNaN(at)
        ? t.failure(value, context, 'must be an RFC 3339 timestamp such as `2026-11-22T04:17:10.245Z`')
        : t.success(iso(at));
    },
    t.identity,
  ),
  { type: 'string', format: 'date-time' },
);

/** One of a closed list of strings. */
export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values): t.Type<Values[number]> => {
  const accepts = (value: unknown): value is Values[number] => typeof value === 'string' && values.includes(value);
  const codec = new t.Type<Values[number]>(
    values.join(' | '),
    accepts,
    (value, context) =>
      accepts(value)
        ? t.success(value)
        : t.failure(value, context, `must be one of ${values.map((each) => `\`${each}\``).join(', ')}`),
    t.identity,
  );
  return annotate(codec, { type: 'string', enum: [...values] });
};

/** A list of at most `max` items. */
export const list = <Item extends t.Mixed>(item: Item, max: number): t.Type<Array<t.TypeOf<Item>>, unknown> => {
  const items = t.array(item);
  const codec = new t.Type<Array<t.TypeOf<Item>>, unknown>(
    `a list of at most ${max}`,
    items.is,
    (value, context) =>
      Array.isArray(value) && value.length > max
        ? t.failure(value, context, `must have at most ${max} items, has ${value.length}`)
        : items.validate(value, context),
    items.encode,
  );
  Object.assign(codec, { item });
  return annotate(codec, { type: 'array', maxItems: max });
};

/** The item codec of a `list`. */
export const itemOf = (codec: t.Any): t.Mixed | undefined => (codec as { item?: t.Mixed }).item;

type Optional<Props extends t.Props> = { [Key in keyof Props]?: t.TypeOf<Props[Key]> };
type Required<Props extends t.Props> = { [Key in keyof Props]: t.TypeOf<Props[Key]> };
type Flat<Shape> = { [Key in keyof Shape]: Shape[Key] };

/**
 * An object with these fields and no others: a misspelt optional field is an error, not a silence.
 *
 * @param required fields that must be there
 * @param optional fields that may be missing; `null` counts as missing, as many senders write it
 */
export const record = <R extends t.Props, O extends t.Props = Record<never, never>>(
  required: R,
  optional: O = {} as O,
): t.Type<Flat<Required<R> & Optional<O>>, unknown> => {
  type Shape = Flat<Required<R> & Optional<O>>;
  const fields = new Map<string, { readonly codec: t.Mixed; readonly required: boolean }>([
    ...Object.entries(required).map(([key, codec]) => [key, { codec, required: true }] as const),
    ...Object.entries(optional).map(([key, codec]) => [key, { codec, required: false }] as const),
  ]);
  const validate: t.Validate<unknown, Shape> = (value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return t.failure(value, context, 'must be an object');
    }
    const errors: t.ValidationError[] = [];
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      if (!fields.has(key)) {
        const known = [...fields.keys()].join(', ');
        errors.push({
          value,
          context: t.appendContext(context, key, t.unknown),
          message: `is not a known field; known: ${known}`,
        });
      }
    }
    for (const [key, field] of fields) {
      const raw = Object.prototype.hasOwnProperty.call(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
      const at = t.appendContext(context, key, field.codec, raw);
      if (raw === undefined || (raw === null && !field.required)) {
        if (field.required) errors.push({ value: raw, context: at, message: 'is missing' });
        continue;
      }
      const checked = field.codec.validate(raw, at);
      if (checked._tag === 'Left') errors.push(...checked.left);
      else result[key] = checked.right;
    }
    return errors.length > 0 ? t.failures(errors) : t.success(result as Shape);
  };
  const codec = new t.Type<Shape, unknown>(
    'an object',
    (value): value is Shape => validate(value, [])._tag === 'Right',
    validate,
    (value) => value,
  );
  Object.assign(codec, { fields });
  return annotate(codec, { type: 'object', additionalProperties: false });
};

/**
 * An object with these fields, and maybe others that nobody looks at: for standards whose receivers have to ignore
 * what they do not know.
 */
export const openRecord = <R extends t.Props, O extends t.Props = Record<never, never>>(
  required: R,
  optional: O = {} as O,
): t.Type<Flat<Required<R> & Optional<O>>, unknown> => {
  const closed = record(required, optional);
  const known = fieldsOf(closed) ?? new Map<string, never>();
  const withKnown = (value: unknown): unknown =>
    isJsonObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => known.has(key))) : value;
  const codec = new t.Type(
    'an object',
    (value): value is t.TypeOf<typeof closed> => closed.is(withKnown(value)),
    (value, context) => closed.validate(withKnown(value), context),
    (value) => value,
  );
  Object.assign(codec, { fields: known });
  return annotate(codec as typeof closed, { type: 'object', additionalProperties: true });
};

/** The fields of a `record`. */
export const fieldsOf = (
  codec: t.Any,
): ReadonlyMap<string, { readonly codec: t.Mixed; readonly required: boolean }> | undefined =>
  (codec as { fields?: ReadonlyMap<string, { readonly codec: t.Mixed; readonly required: boolean }> }).fields;

/** Length of a value as JSON; a value nested so deep that it cannot be written counts as endless. */
const jsonLength = (value: unknown): number => {
  try {
    return (JSON.stringify(value) ?? '').length;
  } catch {
    return Infinity;
  }
};

/** Any JSON value whose serialised form is at most `maxBytes` UTF-16 units. */
export const json = (maxUnits: number): t.Type<unknown> => {
  const codec = new t.Type<unknown>(
    'a JSON value',
    (value): value is unknown => value !== undefined,
    (value, context) =>
      jsonLength(value) > maxUnits
        ? t.failure(value, context, `must be at most ${maxUnits} characters of JSON`)
        : t.success(value),
    t.identity,
  );
  return annotate(codec, {});
};
