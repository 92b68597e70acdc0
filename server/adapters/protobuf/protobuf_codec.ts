import { create, fromBinary, toBinary, type DescMessage } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate, type Timestamp } from '@bufbuild/protobuf/wkt';
import { err, ok } from '../../../common/result';
import type { MessageCodec, MessageType } from '../../runner/ports';
import { descriptors } from './event_descriptor';
import { ENUMS, MESSAGES, type FieldKind } from './event_schema';
import type { JsonObject } from '../../../common/codec/json_object';

/*
 * Events as protobuf: between the message's own shape and the wire form that everything else uses. What is read here
 * is checked afterwards by the same codec as JSON.
 */

const rowOf = (name: string): (typeof MESSAGES)[number] => {
  const found = MESSAGES.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no message \`${name}\``);
  return found;
};
const valuesOf = (name: string): readonly string[] => ENUMS.find((each) => each.name === name)?.values ?? [];

/** `src_host` is `srcHost` in the message. */
const localName = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** @returns undefined where nothing is said */
const readValue = (kind: FieldKind, value: unknown): unknown => {
  if (typeof kind === 'object') {
    if ('message' in kind) return readMessage(kind.message, value as JsonObject);
    // An unknown number stays one, so that the check refuses it by its name.
    return value === 0 ? undefined : (valuesOf(kind.enum)[Number(value) - 1] ?? `unknown (${String(value)})`);
  }
  switch (kind) {
    case 'timestamp': {
      const at = timestampDate(value as Timestamp);
      return Number.isNaN(at.getTime()) ? 'no time' : at.toISOString();
    }
    case 'json':
      return value === '' ? undefined : jsonOf(String(value));
    case 'string':
      return value === '' ? undefined : value;
    case 'double':
    case 'uint32':
      return value;
  }
};

const readMessage = (name: string, message: JsonObject): JsonObject => {
  const found: Record<string, unknown> = {};
  for (const { name: field, kind, repeated } of rowOf(name).fields) {
    const value = message[localName(field)];
    if (value === undefined) continue;
    if (repeated === true) {
      const items = (value as readonly unknown[]).map((item) => (kind === 'string' ? item : readValue(kind, item)));
      if (items.length > 0) found[field] = items;
      continue;
    }
    const read = readValue(kind, value);
    if (read !== undefined) found[field] = read;
  }
  return found;
};

const writeValue = (kind: FieldKind, value: unknown): unknown => {
  if (typeof kind === 'object')
    return 'message' in kind
      ? writeMessage(kind.message, value as JsonObject)
      : valuesOf(kind.enum).indexOf(String(value)) + 1;
  switch (kind) {
    case 'timestamp':
      return timestampFromDate(new Date(String(value)));
    case 'json':
      return JSON.stringify(value);
    case 'string':
    case 'double':
    case 'uint32':
      return value;
  }
};

const writeMessage = (name: string, event: JsonObject): JsonObject =>
  Object.fromEntries(
    rowOf(name).fields.flatMap(({ name: field, kind, repeated }) => {
      const value = event[field];
      if (value === undefined) return [];
      const written =
        repeated === true
          ? (value as readonly unknown[]).map((item) => writeValue(kind, item))
          : writeValue(kind, value);
      return [[localName(field), written]];
    }),
  );

let known: ReadonlyMap<string, DescMessage> | undefined;
const descriptorOf = (name: string): DescMessage => {
  known ??= descriptors();
  const found = known.get(name);
  if (found === undefined) throw new Error(`no message \`${name}\``);
  return found;
};

const nameOf = (type: MessageType): 'Event' | 'EventBatch' => (type === 'reflex.v1.Event' ? 'Event' : 'EventBatch');

/** Protobuf by a descriptor that is made at run time. */
export const protobufCodec = (): MessageCodec => ({
  read: (type, bytes) => {
    const name = nameOf(type);
    try {
      const message = readMessage(name, fromBinary(descriptorOf(name), bytes));
      return ok(name === 'Event' ? [message] : ((message.events as readonly unknown[] | undefined) ?? []));
    } catch {
      return err(`is no message of the type \`${type}\``);
    }
  },
  write: (type, events) => {
    const name = nameOf(type);
    const value = name === 'Event' ? (events[0] as JsonObject) : { events };
    return toBinary(descriptorOf(name), create(descriptorOf(name), writeMessage(name, value) as never));
  },
});
