import { isJsonObject, type JsonObject } from './json_object';

/*
 * Dashboards takes `a.b: c` in its settings for `a: { b: c }`, wherever it stands. In a map that an operator names the
 * entries of, such as hosts or realms, that splits a name with dots. The schema says what an entry may be, so what is
 * none is joined again.
 */

const branchesOf = (schema: JsonObject): readonly JsonObject[] => {
  const branches = [schema.anyOf, schema.oneOf].flatMap((each) =>
    Array.isArray(each) ? each.filter(isJsonObject) : [],
  );
  return branches.length === 0 ? [schema] : branches;
};

/**
 * Whether a mapping is what is left of a name rather than an entry: no mapping may stand there, or it has none of the
 * fields of one and nothing but mappings in it. An entry with a field that it may not have stays one, and is told so.
 */
const isRestOfName = (schema: JsonObject, value: JsonObject): boolean => {
  const mappings = branchesOf(schema).filter(({ type }) => type === undefined || type === 'object');
  if (mappings.some(({ properties, additionalProperties: of }) => isJsonObject(of) || !isJsonObject(properties)))
    return false;
  const isField = (key: string): boolean =>
    mappings.some(({ properties }) => isJsonObject(properties) && key in properties);
  return mappings.length === 0 || Object.entries(value).every(([key, inside]) => !isField(key) && isJsonObject(inside));
};

/** The entries of a map with whole names. */
const joined = (of: JsonObject, value: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, inside]): ReadonlyArray<readonly [string, unknown]> => {
      if (!isJsonObject(inside) || Object.keys(inside).length === 0 || !isRestOfName(of, inside))
        return [[key, inside]];
      return Object.entries(joined(of, inside)).map(([rest, each]) => [`${key}.${rest}`, each] as const);
    }),
  );

/** Parameters as somebody wrote them, whichever host has read them. What fits no schema stays as it is. */
export const withWholeNames = (schema: unknown, value: unknown): unknown => {
  if (!isJsonObject(schema) || !isJsonObject(value)) return value;
  const { properties, additionalProperties: of } = schema;
  const named = isJsonObject(of) && !isJsonObject(properties) ? joined(of, value) : value;
  return Object.fromEntries(
    Object.entries(named).map(([key, inside]) => {
      const inner = isJsonObject(properties) && key in properties ? properties[key] : of;
      return [key, withWholeNames(inner, inside)];
    }),
  );
};
