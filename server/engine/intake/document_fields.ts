import type { EntityKey, EntityKind } from '../../../common/entity/entity';
import { keyOf } from '../../../common/entity/read';
import type { NamingField } from '../../../common/flow/event';
import { textOf } from './alert_notice';
import { fieldAt } from './field_at';
import { isNothing } from './named_fields';
import type { JsonObject } from '../../../common/codec/json_object';

/* What a matched document says of things, by ECS names. */

/** The first of these places that has a text. */
export const word = (source: JsonObject, ...paths: readonly string[]): string | undefined => {
  for (const path of paths) {
    const value = fieldAt(source, path);
    const text = textOf(Array.isArray(value) ? value[0] : value);
    if (text !== '') return text.slice(0, 256);
  }
  return undefined;
};

/** The first of these places that has a text, all of it: the beginning of a name is another name. */
const wholeText = (source: JsonObject, path: string): string | undefined => {
  const value = fieldAt(source, path);
  const text = textOf(Array.isArray(value) ? value[0] : value);
  return text === '' ? undefined : text;
};

/** The first of these places that names something; without one what stands there instead, such as `-`. */
export const nameAt = (source: JsonObject, field: NamingField, ...paths: readonly string[]): string | undefined => {
  const found = paths.flatMap((path) => wholeText(source, path) ?? []);
  return found.find((text) => !isNothing(field, text)) ?? found[0];
};

/** Without what has no value. */
export const some = <Shape extends object>(shape: Shape): Partial<Shape> =>
  Object.fromEntries(
    Object.entries(shape).filter(([, value]) => value !== undefined && value !== ''),
  ) as Partial<Shape>;

const filled = <Key extends string, Shape extends object>(
  key: Key,
  shape: Shape,
): Partial<Record<Key, Partial<Shape>>> => {
  const kept = some(shape);
  return (Object.keys(kept).length > 0 ? { [key]: kept } : {}) as Partial<Record<Key, Partial<Shape>>>;
};

/** What a document says of the entities of an event, by ECS names. */
export const entitiesOf = (source: JsonObject) => ({
  ...some({
    src_host: nameAt(source, 'src_host', 'host.name', 'host.hostname', 'source.host'),
    dst_host: nameAt(source, 'dst_host', 'destination.host'),
  }),
  ...filled('source', { ip: nameAt(source, 'source.ip', 'source.ip', 'client.ip') }),
  ...filled('destination', {
    ip: nameAt(source, 'destination.ip', 'destination.ip', 'server.ip'),
    domain: nameAt(source, 'destination.domain', 'destination.domain', 'dns.question.name', 'url.domain'),
  }),
  ...filled('user', { name: nameAt(source, 'user.name', 'user.name') }),
  ...filled('process', {
    name: nameAt(source, 'process.name', 'process.name'),
    executable: nameAt(source, 'process.executable', 'process.executable'),
    hash: nameAt(source, 'process.hash', 'process.hash.sha256', 'process.hash.md5'),
  }),
  ...filled('file', {
    name: nameAt(source, 'file.name', 'file.name'),
    path: nameAt(source, 'file.path', 'file.path'),
    hash: nameAt(source, 'file.hash', 'file.hash.sha256', 'file.hash.md5'),
  }),
});

/**
 * The command of ours that a document is a trace of: what a target logs of an order that carried its id. Whoever reads
 * it must look whether there is such a command; a name alone must not keep an attack from being answered.
 */
export const commandTracedIn = (source: JsonObject): string | undefined => word(source, 'labels.reflex_command_id');

/** What a document says of the things that an act could have been aimed at. */
export const namedIn = (source: JsonObject): ReadonlySet<EntityKey> => {
  const { src_host, dst_host, source: from, destination, user } = entitiesOf(source);
  const keys = (kinds: readonly EntityKind[], names: ReadonlyArray<string | undefined>): readonly EntityKey[] =>
    names.flatMap((name) => kinds.flatMap((kind) => (name === undefined ? [] : (keyOf(kind, name) ?? []))));
  return new Set([
    // A host is told by its address as well, and what is looked up may be a host.
    ...keys(['ip', 'host'], [from?.ip, destination?.ip]),
    ...keys(['host', 'domain', 'ip'], [src_host, dst_host, destination?.domain]),
    ...keys(['user'], [user?.name]),
  ]);
};

/** The process id, where it is one. */
export const pidOf = (source: JsonObject): number | undefined => {
  const pid = fieldAt(source, 'process.pid');
  return typeof pid === 'number' && Number.isSafeInteger(pid) && pid >= 0 && pid <= 4_194_304 ? pid : undefined;
};
