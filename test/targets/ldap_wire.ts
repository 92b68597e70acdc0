import {
  BerReader,
  BerWriter,
  BindRequest,
  ModifyRequest,
  ProtocolOperation,
  SearchRequest,
  type Filter,
  type SearchOptions,
} from 'ldapts';

/* The server's side of LDAP (RFC 4511), as far as tests need it. */

export type LdapRequest = { readonly id: number } & (
  | { readonly method: 'bind'; readonly dn: string; readonly password: string }
  | {
      readonly method: 'search';
      readonly dn: string;
      readonly scope: SearchOptions['scope'];
      readonly filter: Filter;
      readonly most: number;
      readonly attributes: readonly string[];
    }
  | {
      readonly method: 'modify';
      readonly dn: string;
      readonly changes: ReadonlyArray<{
        readonly operation: 'add' | 'delete' | 'replace';
        readonly attribute: string;
        readonly values: readonly string[];
      }>;
    }
  | { readonly method: 'unbind'; readonly dn: '' }
);

const ANSWERS = { bind: 0x61, search: 0x65, modify: 0x67, unbind: 0x65 } as const;
const ENTRY = 0x64;

/** Whole messages at the beginning of some bytes, and the rest. */
export const framesIn = (bytes: Buffer): { readonly frames: readonly Buffer[]; readonly rest: Buffer } => {
  const frames: Buffer[] = [];
  let rest = bytes;
  for (;;) {
    const reader = new BerReader(rest);
    if (rest.length < 2 || reader.readSequence() === null || reader.remain < reader.length) return { frames, rest };
    const end = reader.offset + reader.length;
    frames.push(rest.subarray(0, end));
    rest = rest.subarray(end);
  }
};

/** The number of a message. */
export const idOf = (frame: Buffer): number => {
  const reader = new BerReader(frame);
  reader.readSequence();
  return reader.readInt() ?? 0;
};

export const readRequest = (frame: Buffer): LdapRequest => {
  const reader = new BerReader(frame);
  reader.readSequence();
  const id = reader.readInt() ?? 0;
  const operation = reader.readSequence() ?? 0;
  switch (operation) {
    case ProtocolOperation.LDAP_REQ_BIND: {
      const request = new BindRequest({ messageId: id });
      request.parseMessage(reader);
      return { id, method: 'bind', dn: request.dn, password: request.password };
    }
    case ProtocolOperation.LDAP_REQ_SEARCH: {
      const request = new SearchRequest({ messageId: id, filter: undefined as unknown as Filter });
      request.parseMessage(reader);
      const { baseDN: dn, scope, filter, attributes, sizeLimit: most } = request;
      return { id, method: 'search', dn, scope, filter, most, attributes };
    }
    case ProtocolOperation.LDAP_REQ_MODIFY: {
      const request = new ModifyRequest({ messageId: id, dn: '' });
      request.parseMessage(reader);
      const changes = request.changes.map(({ operation, modification: { type, values } }) => ({
        operation,
        attribute: type.toLowerCase(),
        values: values.map(String),
      }));
      return { id, method: 'modify', dn: request.dn, changes };
    }
    default:
      return { id, method: 'unbind', dn: '' };
  }
};

const message = (id: number, tag: number, write: (writer: BerWriter) => void): Buffer => {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  write(writer);
  writer.endSequence();
  writer.endSequence();
  return writer.buffer;
};

/** The end of an answer, with its result. */
export const resultOf = ({ id, method }: Pick<LdapRequest, 'id' | 'method'>, result: number, text = ''): Buffer =>
  message(id, ANSWERS[method], (writer) => {
    writer.writeEnumeration(result);
    writer.writeString('');
    writer.writeString(text);
  });

/** One entry of an answer. */
export const entryMessage = (
  id: number,
  dn: string,
  attributes: ReadonlyArray<readonly [string, ReadonlyArray<string | Buffer>]>,
): Buffer =>
  message(id, ENTRY, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const [name, values] of attributes) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(ProtocolOperation.LBER_SET);
      for (const value of values) writer.writeBuffer(Buffer.from(value as string), 0x04);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });
