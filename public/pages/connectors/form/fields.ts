import { isJsonObject } from '../../../../common/codec/json_object';

/* What a form has to ask, out of the JSON Schema of a connector's parameters. Pure, and of the browser alone. */

interface About {
  /** As the settings name it. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** One thing that a form asks. */
export type Field = About &
  (
    | { readonly kind: 'text'; readonly multiline: boolean }
    | { readonly kind: 'choice'; readonly values: readonly string[] }
    | { readonly kind: 'yes_no' }
    | { readonly kind: 'number' }
    /** One a line. */
    | { readonly kind: 'list'; readonly of: 'text' | 'number' }
    | { readonly kind: 'several'; readonly values: readonly string[] }
    /** The name of a secret; `orText`: or a text in its place. */
    | { readonly kind: 'secret'; readonly orText: boolean }
    | { readonly kind: 'group'; readonly fields: readonly Field[] }
    /** Names with the same below each. */
    | { readonly kind: 'map'; readonly of: Field }
    /** What no form carries: JSON. */
    | { readonly kind: 'json' }
  );

interface Schema {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: unknown;
  readonly maxLength?: unknown;
  readonly items?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
  readonly required?: readonly unknown[];
  readonly anyOf?: readonly unknown[];
}

const schemaOf = (value: unknown): Schema => (isJsonObject(value) ? value : {});

const textsIn = (values: readonly unknown[] | undefined): readonly string[] | undefined =>
  values !== undefined && values.length > 0 && values.every((each) => typeof each === 'string') ? values : undefined;

/** Longer ones are certificates and the like. */
const ONE_LINE = 4_096;
/** A part with more questions than this is easier to write than to fill in. */
const MOST_QUESTIONS = 16;

const isSecret = ({ properties = {}, required = [] }: Schema): boolean =>
  Object.keys(properties).join() === 'secret' && required.includes('secret');

const isText = ({ type }: Schema): boolean => type === 'string';

const listOf = (about: About, items: Schema): Field => {
  const values = textsIn(items.enum);
  if (values !== undefined) return { ...about, kind: 'several', values };
  if (isText(items)) return { ...about, kind: 'list', of: 'text' };
  return items.type === 'integer' || items.type === 'number'
    ? { ...about, kind: 'list', of: 'number' }
    : { ...about, kind: 'json' };
};

const groupOf = (about: About, { properties = {}, required = [] }: Schema): Field => ({
  ...about,
  kind: 'group',
  fields: Object.entries(properties).map(([name, schema]) => fieldOf(name, schema, required.includes(name))),
});

const count = (field: Field): number => {
  if (field.kind === 'group') return field.fields.reduce((sum, each) => sum + count(each), 0);
  return field.kind === 'map' ? count(field.of) : 1;
};

/** A part that asks too much, or of which a form would carry only some, is written as JSON. */
const unlessTooMuch = (about: About, field: Field): Field =>
  count(field) > MOST_QUESTIONS ? { ...about, kind: 'json' } : field;

const objectOf = (about: About, schema: Schema): Field => {
  if (isSecret(schema)) return { ...about, kind: 'secret', orText: false };
  if (schema.properties !== undefined) return unlessTooMuch(about, groupOf(about, schema));
  if (!isJsonObject(schema.additionalProperties)) return { ...about, kind: 'json' };
  const of = fieldOf('', schema.additionalProperties, true);
  return of.kind === 'json' ? { ...about, kind: 'json' } : unlessTooMuch(about, { ...about, kind: 'map', of });
};

const anyOf = (about: About, branches: readonly Schema[]): Field =>
  branches.length === 2 && branches.some(isText) && branches.some(isSecret)
    ? { ...about, kind: 'secret', orText: true }
    : { ...about, kind: 'json' };

/** What is asked of one parameter. */
export const fieldOf = (name: string, given: unknown, required: boolean): Field => {
  const schema = schemaOf(given);
  const about = { name, description: typeof schema.description === 'string' ? schema.description : '', required };
  const values = textsIn(schema.enum);
  if (values !== undefined) return { ...about, kind: 'choice', values };
  if (schema.anyOf !== undefined) return anyOf(about, schema.anyOf.map(schemaOf));
  switch (schema.type) {
    case 'string':
      return { ...about, kind: 'text', multiline: typeof schema.maxLength === 'number' && schema.maxLength > ONE_LINE };
    case 'boolean':
      return { ...about, kind: 'yes_no' };
    case 'integer':
    case 'number':
      return { ...about, kind: 'number' };
    case 'array':
      return listOf(about, schemaOf(schema.items));
    case 'object':
      return objectOf(about, schema);
    default:
      return { ...about, kind: 'json' };
  }
};

/** Everything that is asked of the parameters of a kind: what must be said first. */
export const fieldsOf = (parameters: unknown): readonly Field[] => {
  const root = groupOf({ name: '', description: '', required: true }, schemaOf(parameters));
  const fields = root.kind === 'group' ? root.fields : [];
  return [...fields.filter(({ required }) => required), ...fields.filter(({ required }) => !required)];
};
