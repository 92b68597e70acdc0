import { isJsonObject } from '../../../common/codec/json_object';

/** One difference between two JSON values; without `before` it is new, without `after` it is gone. */
interface JsonChange {
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

const ABSENT = Symbol('absent');

const memberOf = (value: unknown, key: string): unknown => {
  if (typeof value !== 'object' || value === null) return ABSENT;
  return Object.prototype.hasOwnProperty.call(value, key) ? (value as Record<string, unknown>)[key] : ABSENT;
};

const compare = (path: string, before: unknown, after: unknown): readonly JsonChange[] => {
  if (before === ABSENT) return [{ path, after }];
  if (after === ABSENT) return [{ path, before }];
  const nested = (Array.isArray(before) && Array.isArray(after)) || (isJsonObject(before) && isJsonObject(after));
  if (!nested) return Object.is(before, after) ? [] : [{ path, before, after }];
  const keys = new Set([...Object.keys(before as object), ...Object.keys(after as object)]);
  return [...keys].flatMap((key) =>
    compare(path === '' ? key : `${path}.${key}`, memberOf(before, key), memberOf(after, key)),
  );
};

/** What differs between two JSON values, in the order of the first. Lists are compared place by place. */
export const jsonChanges = (before: unknown, after: unknown): readonly JsonChange[] => compare('', before, after);
