import { cloneDeep, isPlainObject, set } from 'lodash';
import { parse } from 'yaml';

/*
 * How OpenSearch Dashboards 3.5 reads its YAML file, up to where a plugin gets its part (`@osd/config`, read_config.ts,
 * ensure_deep_object.ts and raw_config_service.ts, whose `set` and `cloneDeep` are lodash's). Four habits surprise:
 *
 * - every value is written at its whole path, so dots in keys nest, in lists as well, and where `a` and `a.b` are both
 *   said, the later one wins without a word
 * - a mapping that begins with a whole number becomes a list, and loses its other keys
 * - the holes of such a list are filled with `undefined` when it copies all settings
 * - its parser (js-yaml) makes a `Date` of a time without quotes, and of that comes `{}`
 */

type Tree = Record<string, unknown>;

const written = (target: Tree, value: unknown, key?: string): Tree => {
  const isFull = (isPlainObject(value) || Array.isArray(value)) && Object.keys(value as object).length > 0;
  if (isFull)
    for (const [inner, each] of Object.entries(value as object))
      written(target, each, key === undefined ? inner : `${key}.${inner}`);
  else if (key !== undefined) set(target, key, value);
  return target;
};

/** It copies what it takes for a mapping by its keys. Of a `Date` nothing is left, of a list its elements. */
const copied = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, copied(inside)]));
};

/** The whole file as Dashboards sees it. References to the environment (`${NAME}`) are not resolved here. */
export const fileInDashboards = (yaml: string): Tree =>
  cloneDeep(copied(written({}, parse(yaml, { customTags: ['timestamp'], maxAliasCount: -1 })))) as Tree;

/** What the schema of a plugin gets of it. */
export const settingsInDashboards = (yaml: string, namespace = 'opensearch_reflex'): unknown =>
  fileInDashboards(yaml)[namespace];
