import { createServer, type Socket } from 'net';
import {
  AndFilter,
  EqualityFilter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
  type Filter,
} from 'ldapts';
import { entryMessage, framesIn, readRequest, resultOf, type LdapRequest } from './ldap_wire';
import { listenOnLoopback } from './loopback_server';

type Values = ReadonlyArray<string | Buffer>;

/** A directory in memory that does with requests what slapd and domain controllers do with them. */
export interface ModelDirectory {
  readonly port: number;
  /** Entries by DN, their attributes by name in lower case. */
  readonly entries: Map<string, Map<string, Values>>;
  readonly add: (dn: string, attributes: Readonly<Record<string, string | readonly string[]>>) => void;
  readonly change: (
    dn: string,
    changes: Extract<LdapRequest, { readonly method: 'modify' }>['changes'],
  ) => { readonly result: number };
  readonly text: (dn: string, attribute: string) => string | undefined;
  readonly dispose: () => Promise<void>;
}

const CONTROL = 'useraccountcontrol';
const METADATA = 'replpropertymetadata';
/** Directories compare without case, and Windows without accents too. */
const plain = (text: string | Buffer): string => String(text).toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
const same = (one: string | Buffer, other: string): boolean => plain(one) === plain(other);

/** Times are compared without the letter at their end, as slapd does. */
const time = (text: string | Buffer): string => String(text).replace(/Z$/, '');

const matches = (filter: Filter, entry: ReadonlyMap<string, Values>): boolean => {
  if (filter instanceof AndFilter) return filter.filters.every((each) => matches(each, entry));
  if (filter instanceof OrFilter) return filter.filters.some((each) => matches(each, entry));
  // The library reads its attribute wrongly; the connector asks only for `objectClass`, which everything has.
  if (filter instanceof PresenceFilter) return true;
  const { attribute } = filter as EqualityFilter;
  const values = entry.get(attribute.toLowerCase()) ?? [];
  if (filter instanceof EqualityFilter) return values.some((each) => same(each, String(filter.value)));
  if (filter instanceof SubstringFilter)
    return values.some((each) => String(each).toLowerCase().startsWith(filter.initial.toLowerCase()));
  if (filter instanceof GreaterThanEqualsFilter) return values.some((each) => time(each) >= time(filter.value));
  if (filter instanceof LessThanEqualsFilter) return values.some((each) => time(each) <= time(filter.value));
  return false;
};

/** Numbers of attributes in replication metadata, by name in lower case. */
const STAMPED: ReadonlyMap<string, number> = new Map([
  [CONTROL, 0x90008],
  ['admindescription', 0x200e2],
]);

/** Replication metadata after some attributes were written by one request. */
export const metadataAfter = (old: Buffer | undefined, request: number, names: readonly string[]): Buffer => {
  const stamps = new Map<number, Buffer>();
  for (let at = 16; old !== undefined && at < old.length; at += 48)
    stamps.set(old.readUInt32LE(at), old.subarray(at, at + 48));
  for (const name of names) {
    const number = STAMPED.get(name);
    if (number === undefined) continue;
    const entry = Buffer.alloc(48, 0xfe);
    entry.writeUInt32LE(number, 0);
    entry.writeUInt32LE(request, 32);
    stamps.set(number, entry);
  }
  const header = Buffer.alloc(16);
  header.writeUInt32LE(1, 0);
  header.writeUInt32LE(stamps.size, 8);
  return Buffer.concat([header, ...stamps.values()]);
};

export const modelDirectory = async ({
  passwords,
}: {
  readonly passwords: Readonly<Record<string, string>>;
}): Promise<ModelDirectory> => {
  const entries: ModelDirectory['entries'] = new Map();
  /** Attributes by name in lower case, as the directory writes them. */
  const written = new Map([[METADATA, 'replPropertyMetaData']]);
  const sockets = new Set<Socket>();
  let requests = 0;

  const change: ModelDirectory['change'] = (dn, changes) => {
    const entry = entries.get(dn);
    if (entry === undefined) return { result: 32 };
    const next = new Map(entry);
    for (const { operation, attribute, values } of changes) {
      const old = next.get(attribute) ?? [];
      const isThere = (value: string): boolean => old.some((each) => same(each, value));
      if (operation === 'replace') next.set(attribute, values);
      else if (operation === 'add') {
        if (values.some(isThere)) return { result: 20 };
        if (old.length > 0) return { result: 19 };
        next.set(attribute, values);
      } else if (values.every(isThere)) next.set(attribute, []);
      else return { result: 16 };
    }
    const metadata = entry.get(METADATA)?.[0];
    requests += 1;
    const names = changes.map(({ attribute }) => attribute);
    if (Buffer.isBuffer(metadata)) next.set(METADATA, [metadataAfter(metadata, requests, names)]);
    entries.set(dn, new Map([...next].filter(([, values]) => values.length > 0)));
    return { result: 0 };
  };

  const answer = (request: LdapRequest): readonly Buffer[] => {
    switch (request.method) {
      case 'bind':
        return [resultOf(request, passwords[request.dn] === request.password ? 0 : 49, 'invalid')];
      case 'modify':
        return [resultOf(request, change(request.dn, request.changes).result)];
      case 'search': {
        const { id, dn, scope, filter, most, attributes } = request;
        const below = [...entries].filter(([each]) => (scope === 'base' ? each === dn : each.endsWith(dn)));
        const found = below.filter(([, entry]) => matches(filter, entry));
        const wanted = attributes.map((each) => each.toLowerCase());
        const shown = found.slice(0, most).map(([each, entry]) =>
          entryMessage(
            id,
            each,
            wanted.flatMap((name) => {
              const values = entry.get(name);
              return values === undefined ? [] : [[written.get(name) ?? name, values] as const];
            }),
          ),
        );
        if (scope === 'base' && below.length === 0) return [resultOf(request, 32)];
        return [...shown, resultOf(request, found.length > most ? 4 : 0)];
      }
      case 'unbind':
        return [];
    }
  };

  const server = createServer((socket) => {
    sockets.add(socket.setNoDelay(true));
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let waiting = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      const { frames, rest } = framesIn(Buffer.concat([waiting, chunk]));
      waiting = Buffer.from(rest);
      for (const frame of frames) for (const each of answer(readRequest(frame))) socket.write(each);
    });
  });
  return {
    port: await listenOnLoopback(server),
    entries,
    add: (dn, attributes) =>
      void entries.set(
        dn,
        new Map(
          Object.entries(attributes).map(([name, value]) => [
            name.toLowerCase(),
            typeof value === 'string' ? [value] : value,
          ]),
        ),
      ),
    change,
    text: (dn, attribute) => entries.get(dn)?.get(attribute.toLowerCase())?.[0]?.toString(),
    dispose: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
};
