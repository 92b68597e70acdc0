import { isEntityKind, type EntityKind } from '../../../common/entity/entity';
import { keyOf } from '../../../common/entity/read';
import { sidesOf } from '../../../common/entity/sides';
import { targetKeys } from '../../../common/entity/target';
import type { EvidenceFamily } from '../../runner/ports';
import { SEARCH_FIELDS, type SearchField } from './mappings/evidence';

type Plain = string | number | boolean;

const MOST_VALUES = 256;
/** Longer text is searched by its beginning; the record has all of it. */
const MOST_LENGTH = 8_000;

const isPlain = (value: unknown): value is Plain => ['string', 'number', 'boolean'].includes(typeof value);

const step = (values: readonly unknown[], key: string): unknown[] =>
  values
    .filter((value) => typeof value === 'object' && value !== null && Object.prototype.hasOwnProperty.call(value, key))
    .map((value) => (value as Record<string, unknown>)[key]);

const foundAt = (body: unknown, path: string): readonly unknown[] => {
  let values: unknown[] = [body];
  for (const part of path.split('.')) {
    const isList = part.endsWith('[]');
    values = step(values, isList ? part.slice(0, -2) : part);
    if (isList) values = values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : []));
  }
  return values;
};

const valuesAt = (body: unknown, path: string): readonly Plain[] =>
  foundAt(body, path)
    .filter(isPlain)
    .filter((value) => value !== '')
    .map((value) => (typeof value === 'string' ? value.slice(0, MOST_LENGTH) : value));

const keysAt = (body: unknown, path: string): readonly string[] =>
  foundAt(body, path).flatMap((target) => {
    const [type, value, host] = ['type', 'value', 'host'].map((part) => step([target], part)[0]);
    const on = typeof host === 'string' ? host : undefined;
    return isEntityKind(type) && typeof value === 'string' ? targetKeys(type, value, on) : [];
  });

const textAt = (value: unknown, path: string): string | undefined => {
  const [found] = foundAt(value, path);
  return typeof found === 'string' ? found : undefined;
};

const hopAt = (body: unknown, path: string): readonly string[] =>
  foundAt(body, path).flatMap((received) => {
    if (foundAt(received, 'voice.grant').length === 0) return [];
    const { from, to } = sidesOf({
      src_host: textAt(received, 'event.src_host'),
      dst_host: textAt(received, 'event.dst_host'),
      source: { ip: textAt(received, 'event.source.ip') },
      destination: { ip: textAt(received, 'event.destination.ip') },
    });
    return from === undefined || to === undefined ? [] : [from];
  });

/** What an event names, by the kind that each of its fields is of. */
const NAMED_BY_EVENTS: ReadonlyArray<readonly [EntityKind, string]> = [
  ['ip', 'source.ip'],
  ['ip', 'destination.ip'],
  ['host', 'src_host'],
  ['host', 'dst_host'],
  ['domain', 'destination.domain'],
  ['user', 'user.name'],
  ['process', 'process.name'],
  ['process', 'process.executable'],
  ['file', 'file.name'],
  ['file', 'file.path'],
  ['hash', 'process.hash'],
  ['hash', 'file.hash'],
];

const eventKeysAt = (body: unknown, path: string): readonly string[] =>
  foundAt(body, path).flatMap((event) =>
    NAMED_BY_EVENTS.flatMap(([kind, field]) => {
      const text = textAt(event, field);
      return (text === undefined ? undefined : keyOf(kind, text)) ?? [];
    }),
  );

type Reader = (body: unknown, path: string) => readonly Plain[];

const READERS: Readonly<Record<NonNullable<SearchField['as']>, Reader>> = {
  target_keys: keysAt,
  event_keys: eventKeysAt,
  hop_from: hopAt,
};

/**
 * What a record is found by: values by field of `mappings/evidence.ts`, those that the record does not have left out.
 * A record of an unforeseen shape has fewer fields; nothing of it is lost.
 */
export const searchFieldsOf = (
  family: EvidenceFamily,
  body: Readonly<Record<string, unknown>>,
): Readonly<Record<string, readonly Plain[]>> => {
  const found: Record<string, readonly Plain[]> = {};
  for (const [name, { from, as }] of Object.entries(SEARCH_FIELDS[family])) {
    const read = as === undefined ? valuesAt : READERS[as];
    const values = [...new Set(from.flatMap((path) => read(body, path)))].slice(0, MOST_VALUES);
    if (values.length > 0) found[name] = values;
  }
  return found;
};
