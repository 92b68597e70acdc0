/*
 * Dashboards takes `a.b: c` in its settings for `a: { b: c }`, wherever it stands. In a map that an operator names the
 * entries of, such as hosts or realms, that splits a name with dots. The schema says what an entry may be, so what is
 * none is joined again.
 */

type Tree = Readonly<Record<string, unknown>>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

const branchesOf = (schema: Tree): readonly Tree[] => {
  const branches = [schema.anyOf, schema.oneOf].flatMap((each) => (Array.isArray(each) ? each.filter(isTree) : []));
  return branches.length === 0 ? [schema] : branches;
};

/** Whether a mapping may stand there: one with these fields, with any, or with names of its own. */
const mayBe = (schema: Tree, value: Tree): boolean =>
  branchesOf(schema).some(({ type, properties, additionalProperties }) => {
    if (type !== undefined && type !== 'object') return false;
    if (isTree(additionalProperties) || !isTree(properties)) return true;
    return Object.keys(value).every((key) => key in properties);
  });

/** The entries of a map with whole names. */
const joined = (of: Tree, value: Tree): Tree =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, inside]): ReadonlyArray<readonly [string, unknown]> => {
      if (!isTree(inside) || Object.keys(inside).length === 0 || mayBe(of, inside)) return [[key, inside]];
      return Object.entries(joined(of, inside)).map(([rest, each]) => [`${key}.${rest}`, each] as const);
    }),
  );

/** Parameters as somebody wrote them, whichever host has read them. What fits no schema stays as it is. */
export const withWholeNames = (schema: unknown, value: unknown): unknown => {
  if (!isTree(schema) || !isTree(value)) return value;
  const { properties, additionalProperties: of } = schema;
  const named = isTree(of) && !isTree(properties) ? joined(of, value) : value;
  return Object.fromEntries(
    Object.entries(named).map(([key, inside]) => {
      const inner = isTree(properties) && key in properties ? properties[key] : of;
      return [key, withWholeNames(inner, inside)];
    }),
  );
};
