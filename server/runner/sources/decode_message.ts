import { OUTCOME_HEADER } from '../../../common/api/outcome_document';
import { err, ok, type Result } from '../../../common/result';
import { readJson } from '../../engine/intake/strict_json';
import type { BrokerRecord, MessageCodec, MessageType } from '../ports';

/*
 * What a message of a broker or a webhook is made of: JSON or protobuf, by its content type, by a schema id in its
 * headers, or by the five bytes that schema registries put in front (a zero, then the id).
 */

/** What a schema id stands for. */
export type SchemaKind = 'json' | MessageType;

export interface MessageRules {
  readonly codec: MessageCodec;
  /** What messages are that say nothing of themselves. */
  readonly format: SchemaKind;
  /** Schema ids of the registry, as far as they are used here. */
  readonly schemas: ReadonlyMap<number, SchemaKind>;
}

const SCHEMA_HEADERS = ['schema-id', 'schema_id', 'schema id', 'x-schema-id'];
const CONTENT_TYPE = 'content-type';
const MOST_EVENTS = 1_000;
/** The registries' frame: a zero byte, then the id in four bytes. */
const FRAME = 5;

const utf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

/** Nothing is unpacked here: a few bytes may stand for gigabytes. */
const isPacked = (headers: BrokerRecord['headers']): boolean =>
  !['', 'identity', 'utf-8', 'utf8'].includes((headers.get('content-encoding') ?? '').trim().toLowerCase());

const oneOrMany = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const fromJson = (bytes: Uint8Array): Result<readonly unknown[], string> => {
  const text = utf8(bytes);
  if (text === undefined) return err('is not UTF-8');
  const read = readJson(text);
  return read.ok ? ok(oneOrMany(read.value)) : read;
};

/** What a content type says; undefined for one that says nothing of events. */
const kindOfContentType = (contentType: string | undefined): SchemaKind | undefined => {
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  if (type === 'application/json' || type.endsWith('+json')) return 'json';
  if (!['application/x-protobuf', 'application/protobuf', 'application/vnd.google.protobuf'].includes(type))
    return undefined;
  const single = parameters.some((part) => /^(messagetype|message|proto)="?reflex\.v1\.event"?$/.test(part));
  return single ? 'reflex.v1.Event' : 'reflex.v1.EventBatch';
};

const schemaIdOf = (headers: BrokerRecord['headers']): number | undefined => {
  for (const name of SCHEMA_HEADERS) {
    const given = headers.get(name);
    if (given !== undefined && /^\d{1,10}$/.test(given.trim())) return Number(given);
  }
  return undefined;
};

/** Zigzag varints: how many, then each; one zero stands for the first message of the file. */
const messageIndex = (bytes: Uint8Array): Result<{ readonly index: number; readonly length: number }, string> => {
  let at = 0;
  const next = (): number | undefined => {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = bytes[at];
      if (byte === undefined) return undefined;
      at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    return undefined;
  };
  const count = next();
  if (count === 0) return ok({ index: 0, length: at });
  const index = count === 1 ? next() : undefined;
  return index === undefined ? err('names a message that `reflex.v1` does not have') : ok({ index, length: at });
};

const MESSAGES_IN_ORDER: readonly MessageType[] = ['reflex.v1.Event', 'reflex.v1.EventBatch'];

const framed = (bytes: Uint8Array, rules: MessageRules): Result<readonly unknown[], string> => {
  const id = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1);
  const kind = rules.schemas.get(id);
  if (kind === undefined) return err(`has the schema id ${id}, which the settings of this source do not name`);
  const rest = bytes.subarray(FRAME);
  if (kind === 'json') return fromJson(rest);
  const found = messageIndex(rest);
  if (!found.ok) return found;
  const type = MESSAGES_IN_ORDER[found.value.index];
  if (type === undefined) return err('names a message that `reflex.v1` does not have');
  return rules.codec.read(type, rest.subarray(found.value.length));
};

const byKind = (kind: SchemaKind, bytes: Uint8Array, { codec }: MessageRules): Result<readonly unknown[], string> =>
  kind === 'json' ? fromJson(bytes) : codec.read(kind, bytes);

const readBytes = (
  { headers }: BrokerRecord,
  bytes: Uint8Array,
  rules: MessageRules,
): Result<readonly unknown[], string> => {
  const id = schemaIdOf(headers);
  if (id !== undefined) {
    const kind = rules.schemas.get(id);
    if (kind === undefined) return err(`has the schema id ${id}, which the settings of this source do not name`);
    return byKind(kind, bytes, rules);
  }
  const kind = kindOfContentType(headers.get(CONTENT_TYPE));
  if (kind !== undefined) return byKind(kind, bytes, rules);
  // JSON never begins with a zero, and neither does a message of `reflex.v1`: field numbers begin with 1.
  if (bytes[0] === 0 && bytes.length >= FRAME) return framed(bytes, rules);
  return byKind(rules.format, bytes, rules);
};

/**
 * The events of a message, in whatever form their source writes them. Never throws for what is in it.
 *
 * @returns why it cannot be read, as the rest of a sentence about it
 */
export const decodeMessage = (record: BrokerRecord, rules: MessageRules): Result<readonly unknown[], string> => {
  const { payload, headers } = record;
  if (isPacked(headers)) return err(`is packed as \`${headers.get('content-encoding') ?? ''}\`; send it as it is`);
  if (headers.has(OUTCOME_HEADER)) return err('is an outcome that Reflex told; Reflex does not answer to itself');
  switch (payload.kind) {
    case 'empty':
      return ok([]);
    case 'json':
      return ok(oneOrMany(payload.value));
    case 'bytes': {
      const read = readBytes(record, payload.bytes, rules);
      if (read.ok && read.value.length > MOST_EVENTS)
        return err(`holds ${read.value.length} events, more than ${MOST_EVENTS}`);
      return read;
    }
  }
};
