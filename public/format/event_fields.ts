import { isJsonObject } from '../../common/codec/json_object';

/** One field of an event by its dotted path, as text. */
interface EventField {
  readonly path: string;
  readonly value: string;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const walk = (value: unknown, path: string): readonly EventField[] => {
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) => walk(inner, path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(value)) return value.length === 0 ? [] : [{ path, value: value.map(textOf).join(', ') }];
  return value === undefined ? [] : [{ path, value: textOf(value) }];
};

/** All fields of an event without its raw original, in the order in which they came. */
export const eventFields = (event: object): readonly EventField[] => {
  const { raw: _raw, ...fields } = event as { readonly raw?: unknown };
  return walk(fields, '');
};
