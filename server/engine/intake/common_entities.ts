import { fieldAt } from './field_at';
import { textOf } from './alert_notice';
import type { JsonObject } from '../../../common/codec/json_object';

/*
 * What a composite monitor is about. It fires because several monitors did, and names nothing itself. What one of them
 * found alone is no reason for it, so only what all of them name counts.
 */

/** ECS fields that name something, each with the places where it may stand. */
const NAMING: ReadonlyArray<readonly [field: string, ...places: readonly string[]]> = [
  ['host.name', 'src_host', 'host.name', 'host.hostname', 'source.host'],
  ['destination.host', 'dst_host', 'destination.host'],
  ['source.ip', 'source.ip', 'client.ip'],
  ['destination.ip', 'destination.ip', 'server.ip'],
  ['destination.domain', 'destination.domain', 'dns.question.name', 'url.domain'],
  ['user.name', 'user.name'],
  ['process.name', 'process.name'],
  ['process.executable', 'process.executable'],
  ['process.hash.sha256', 'process.hash.sha256'],
  ['file.name', 'file.name'],
  ['file.path', 'file.path'],
  ['file.hash.sha256', 'file.hash.sha256'],
];

const valueAt = (document: JsonObject, places: readonly string[]): string | undefined =>
  places.map((place) => textOf(fieldAt(document, place))).find((text) => text !== '');

const valuesIn = (documents: readonly JsonObject[], places: readonly string[]): ReadonlySet<string> =>
  new Set(documents.flatMap((document) => valueAt(document, places) ?? []));

/**
 * The one value of each field that every monitor names which fired. A field that one of them does not name at all, or
 * of which they share several values, is left out: then a person is asked.
 *
 * @param found the documents or buckets of each monitor that fired
 * @returns ECS fields by their dotted names
 */
export const commonEntities = (found: ReadonlyArray<readonly JsonObject[]>): JsonObject => {
  if (found.length === 0) return {};
  return Object.fromEntries(
    NAMING.flatMap(([field, ...places]) => {
      const [first, ...others] = found.map((documents) => valuesIn(documents, places));
      const shared = [...(first ?? [])].filter((value) => others.every((values) => values.has(value)));
      const [value, ...more] = shared;
      return value === undefined || more.length > 0 ? [] : [[field, value]];
    }),
  );
};
