import type { IndexDefinition } from './definitions';
import { isJsonObject } from '../../../common/codec/json_object';

/** An index as OpenSearch describes it. */
export interface FoundIndex {
  readonly aliases: Readonly<Record<string, unknown>>;
  readonly mappings: Readonly<Record<string, unknown>>;
  /** Flat, defaults included. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Fields that are missing or mapped otherwise; fields of a newer Reflex are no fault. */
export const mappingFaults = (wanted: unknown, found: unknown, path = 'mappings'): string[] => {
  if (!isJsonObject(wanted))
    return JSON.stringify(wanted) === JSON.stringify(found)
      ? []
      : [`\`${path}\` is ${JSON.stringify(found) ?? 'missing'} instead of ${JSON.stringify(wanted)}`];
  if (!isJsonObject(found)) return [`\`${path}\` is missing`];
  return Object.entries(wanted).flatMap(([key, value]) => mappingFaults(value, found[key], `${path}.${key}`));
};

/** What of an older mapping is mapped otherwise than wanted; fields that it lacks are added later. */
export const mappingConflicts = (wanted: unknown, found: unknown, path = 'mappings'): string[] => {
  if (found === undefined) return [];
  if (!isJsonObject(wanted) || !isJsonObject(found)) return mappingFaults(wanted, found, path);
  return Object.entries(wanted).flatMap(([key, value]) => mappingConflicts(value, found[key], `${path}.${key}`));
};

/** What keeps an index from being what Reflex relies on, of the settings named. Values are compared as text. */
export const settingFaults = (
  wanted: IndexDefinition['settings'],
  found: FoundIndex['settings'],
  names: readonly string[],
): string[] =>
  names
    .filter((name) => String(wanted[name]).toLowerCase() !== String(found[name]).toLowerCase())
    .map((name) => `\`${name}\` is ${String(found[name] ?? 'not set')} instead of ${String(wanted[name])}`);

/** Fewer copies than wanted; more are welcome. */
export const replicaFaults = (wanted: IndexDefinition['settings'], found: FoundIndex['settings']): string[] =>
  ['index.number_of_replicas', 'index.write.wait_for_active_shards']
    .filter((name) => wanted[name] !== undefined && found[name] !== 'all')
    .filter((name) => !(Number(found[name]) >= Number(wanted[name])))
    .map((name) => `\`${name}\` is ${String(found[name] ?? 'not set')}, less than ${String(wanted[name])}`);

/** Version of the mapping that made an index; 0 if Reflex did not make it. */
export const schemaOf = (found: Pick<FoundIndex, 'mappings'>): number =>
  Number((found.mappings._meta as { reflex_schema?: unknown } | undefined)?.reflex_schema ?? 0);
