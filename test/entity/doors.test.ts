import { postEvaluate, postEvents, postWebhook, requeueQuarantined, listQuarantine } from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { NAMING_FIELDS, type NamingField, type ReceivedEvent } from '../../common/flow/event';
import { iso } from '../../common/iso';
import { protobufCodec } from '../../server/adapters/protobuf/protobuf_codec';
import { tokenGuard } from '../../server/adapters/webhooks/guards';
import { digestOf, sha256 } from '../../server/engine/digest/digest';
import { noticeFromIndex } from '../../server/engine/intake/alert_notice';
import { FieldMap } from '../../server/engine/intake/field_map';
import { firmly } from '../../server/runner/sources/receive';
import { receiveDocuments } from '../../server/runner/sources/receive_documents';
import { receiveAlerts } from '../../server/runner/sources/alerts/receive_alerts';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { aDocumentAlert } from '../builders/alerts';
import { alertSourceOf } from '../builders/alert_source';
import { routeHost, type RouteHost } from '../builders/route_host';
import { SPELLINGS } from './spellings';

/*
 * Every way in, with every placeholder in every field that names something, and with every spelling of an address:
 * nobody is made of a placeholder, and an address with something around it is that address. What came stays on record.
 */

type Fields = Readonly<Partial<Record<NamingField, string>>>;

/** One way in: hands in an event that says these things. */
type Door = (host: RouteHost, fields: Fields, id: string) => Promise<unknown>;

const nested = (pairs: ReadonlyArray<readonly [path: string, value: unknown]>): Record<string, unknown> => {
  const made: Record<string, unknown> = {};
  for (const [path, value] of pairs) {
    let at = made;
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return made;
};

const now = (host: RouteHost): string => iso(host.agent.parts.clock.utc());

const wire = (host: RouteHost, fields: Fields, id: string): Record<string, unknown> => ({
  ...nested(Object.entries(fields)),
  event_id: id,
  timestamp: now(host),
  confidence: 0.9,
  severity: 'high',
});

/** A document that calls its fields otherwise. */
const foreign = (host: RouteHost, fields: Fields, id: string) => ({
  id,
  at: now(host),
  ...Object.fromEntries(Object.entries(fields).map(([field, value]) => [field.replace('.', '_of_'), value])),
});

const decoded = decode(FieldMap, {
  event_id: 'id',
  timestamp: 'at',
  severity: { value: 'high' },
  ...Object.fromEntries(NAMING_FIELDS.map((field) => [field, field.replace('.', '_of_')])),
});
const MAP = decoded.ok ? decoded.value : {};

/** Where a document has what a field of the event says, by ECS names. */
const ECS: Readonly<Record<NamingField, string>> = {
  src_host: 'host.name',
  dst_host: 'destination.host',
  'source.ip': 'source.ip',
  'destination.ip': 'destination.ip',
  'destination.domain': 'destination.domain',
  'user.name': 'user.name',
  'process.name': 'process.name',
  'process.executable': 'process.executable',
  'process.hash': 'process.hash.sha256',
  'file.name': 'file.name',
  'file.path': 'file.path',
  'file.hash': 'file.hash.sha256',
  'rule.id': 'rule.id',
};

const alert: Door = (host, fields, id) => {
  const source = nested(Object.entries(fields).map(([field, value]) => [ECS[field as NamingField], value]));
  const document = { index: 'logs', id, seqNo: 1, source };
  const from = alertSourceOf(host.agent, { documents: async () => [document] });
  const notice = noticeFromIndex(id, aDocumentAlert(`${id}|logs`, { start_time: host.agent.parts.clock.utc() }));
  return host.drive(receiveAlerts(from, [notice]));
};

const BEARER = { authorization: 'Bearer good' };

const DOORS: Readonly<Record<string, Door>> = {
  'an event on the wire': (host, fields, id) =>
    host.call(postEvents, { body: Buffer.from(JSON.stringify(wire(host, fields, id))), headers: BEARER }),
  'a webhook with a field map': (host, fields, id) =>
    host.call(postWebhook, {
      params: { name: 'mapped' },
      body: Buffer.from(JSON.stringify(foreign(host, fields, id))),
      headers: BEARER,
    }),
  'a message of a broker with a field map': (host, fields, id) =>
    host.drive(
      receiveDocuments(firmly(host.agent), { type: 'kafka', id: 'alerts' }, [{ value: foreign(host, fields, id) }], {
        map: MAP,
      }),
    ),
  'a document of an index': (host, fields, id) =>
    host.drive(
      receiveDocuments(firmly(host.agent), { type: 'index', id: 'findings' }, [{ id, value: wire(host, fields, id) }], {
        readHere: true,
      }),
    ),
  'an alert of Alerting': alert,
  'an event that a person hands in': async (host, fields, id) => {
    const bad = JSON.stringify({ event_id: id, timestamp: now(host), severity: 'high', confidence: 7 });
    await host.call(postEvents, { body: Buffer.from(bad), headers: BEARER });
    const { body } = await host.call(listQuarantine, { query: { limit: '1' } });
    const [entry] = (body as { entries: ReadonlyArray<{ id: string }> }).entries;
    await host.call(requeueQuarantined, {
      params: { entry_id: entry?.id ?? '' },
      body: { text: JSON.stringify(wire(host, fields, id)), reason: 'mended by hand' },
    });
  },
  'a question of a program': (host, fields, id) =>
    host.call(postEvaluate, { body: { event: wire(host, fields, id) }, headers: BEARER }),
  'a program that acts': (host, fields, id) =>
    host.call(postEvaluate, { body: { event: wire(host, fields, id), act: true }, headers: BEARER }),
};

let host: RouteHost;
let count = 0;

beforeAll(async () => {
  host = await routeHost();
  host.webhooks.set('mapped', {
    name: 'mapped',
    guard: tokenGuard(sha256('good')),
    messages: { codec: protobufCodec(), format: 'json', schemas: new Map() },
    rules: { map: MAP, health: host.sourceHealth },
  });
});

/** What is kept of an event that comes in by a door. */
const kept = async (door: string, fields: Fields): Promise<ReceivedEvent> => {
  const search = () => host.world.store.search({ kinds: ['case'], limit: 10_000 });
  const before = new Set(search().map(({ id }) => id));
  await DOORS[door]?.(host, fields, `door-${(count += 1)}`);
  await host.wait(1_500);
  const [found, ...more] = search().filter(({ id }) => !before.has(id));
  if (found === undefined || more.length > 0) throw new Error(`${door} made ${more.length + (found ? 1 : 0)} cases`);
  return (found.content as CaseContent).received;
};

const textIn = ({ event }: ReceivedEvent, field: NamingField): unknown =>
  field.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], event);

const PLACEHOLDERS = [
  ...new Set([
    ...SPELLINGS.ip.missing,
    ...['none', '<none>', 'nil', '--', '(unknown)', '(empty)', 'NULL', '0:0:0:0:0:0:0:0', '0.0.0.0:443', '[::]:443'],
  ]),
];
/** What stands for nobody only as an address. */
const isAddress = (text: string): boolean => /^[[\d:.\]]+$/.test(text);
const NAMES = SPELLINGS.user.missing.concat(['none', 'nil']);
const OF_ADDRESSES: readonly NamingField[] = ['src_host', 'dst_host', 'source.ip', 'destination.ip'];

const doors = Object.keys(DOORS);
const held = doors.flatMap((door) => PLACEHOLDERS.map((text) => ({ door, text })));

describe('a placeholder', () => {
  it.each(held)('is nobody: $door, $text', async ({ door, text }) => {
    const fields = NAMING_FIELDS.filter((field) => !isAddress(text) || OF_ADDRESSES.includes(field));
    const event = await kept(door, Object.fromEntries(fields.map((field) => [field, text])));
    // An alert has the rule of its monitor, whatever its document says.
    const wanted = fields.filter((field) => field !== 'rule.id' || door !== 'an alert of Alerting');
    expect(wanted.map((field) => [field, textIn(event, field)])).toEqual(wanted.map((field) => [field, undefined]));
    expect(event.event).not.toHaveProperty('source');
    // An empty text is nothing that a map or a document could tell from a field that is not there.
    const said = (event.as_said ?? []).map((each) => [each.field, each.text.trim()]);
    if (text.trim() !== '') expect(said).toEqual(wanted.map((field) => [field, text.trim()]));
  });

  it('is looked for in all the forms that logs use', () => {
    expect(NAMES.every((text) => PLACEHOLDERS.includes(text))).toBe(true);
  });
});

const ADDRESSES = SPELLINGS.ip.same.flatMap(([first = '', ...spellings]) =>
  [first, ...spellings].map((text) => ({ text, address: first })),
);
const spelt = doors.flatMap((door) => ADDRESSES.map((each) => ({ door, ...each })));

describe('an address', () => {
  it.each(spelt)('is read from $text: $door', async ({ door, text, address }) => {
    const event = await kept(door, { 'source.ip': text, src_host: text });
    expect(event.event.source).toEqual({ ip: address });
    const odd = /%|^\[|^[\d.]+:\d+$/.test(text.trim());
    expect((event.as_said ?? []).map((said) => said.field)).toEqual(odd ? ['src_host', 'source.ip'] : []);
    if (odd) expect([event.event.src_host, event.as_said?.[0]?.text]).toEqual([address, text]);
  });

  it.each(doors)('that cannot be read stays as it is, for a person: %s', async (door) => {
    const event = await kept(door, { 'source.ip': '203.0.113.113, 10.0.0.1' });
    expect([event.event.source?.ip, event.as_said]).toEqual(['203.0.113.113, 10.0.0.1', undefined]);
  });
});

describe('what a program wants', () => {
  it.each([
    ['203.0.113.7:443', 200],
    ['[2001:db8::1]:443', 200],
    ['203.0.113.7', 200],
    ['-', 400],
    ['0.0.0.0:443', 400],
  ])('is aimed at %s: %i', async (target, status) => {
    const event = wire(host, { 'source.ip': '203.0.113.7' }, `door-${(count += 1)}`);
    const body = { event, wanted: { action: 'block_ip', target } };
    expect((await host.call(postEvaluate, { body, headers: BEARER })).status).toBe(status);
    await host.wait(1_500);
  });
});

describe('a repeated event', () => {
  it('has the digest that it had while placeholders were values', async () => {
    const said = { 'user.name': 'N/A', 'source.ip': '203.0.113.7:443' };
    const [event, named] = [await kept('an event on the wire', said), await kept('an event on the wire', {})];
    const whole = { ...wire(host, said, event.event.event_id), timestamp: event.event.timestamp };
    expect(event.digest).toBe(digestOf(whole));
    expect(named.digest).not.toBe(event.digest);
    expect(event.as_said).toEqual([
      { field: 'source.ip', text: '203.0.113.7:443' },
      { field: 'user.name', text: 'N/A' },
    ]);
  });
});

describe('a name that is too long', () => {
  const path = (length: number): string => `/srv/${'x'.repeat(length - 5)}`;

  it.each(['an alert of Alerting', 'a webhook with a field map', 'a message of a broker with a field map'])(
    'is left out whole, never cut to another name: %s',
    async (door) => {
      const whole = await kept(door, { 'file.path': path(4_096) });
      expect([textIn(whole, 'file.path'), whole.mended]).toEqual([path(4_096), undefined]);
      const longer = await kept(door, { 'file.path': path(4_097) });
      expect(textIn(longer, 'file.path')).toBeUndefined();
      expect(longer.mended).toEqual([{ path: 'file.path', how: 'left_out', text: path(256) }]);
    },
  );
});

describe('the id of a technique', () => {
  const withTags = async (tags: readonly string[], own: readonly string[]): Promise<ReceivedEvent> => {
    const document = { index: 'logs', id: `t${(count += 1)}`, seqNo: 1, source: { tags } };
    const notice = noticeFromIndex(
      document.id,
      aDocumentAlert(`${document.id}|logs`, {
        start_time: host.agent.parts.clock.utc(),
        finding_ids: [],
      }),
    );
    const from = alertSourceOf(host.agent, { documents: async () => [document] });
    const search = () => host.world.store.search({ kinds: ['case'], limit: 10_000 });
    const before = new Set(search().map(({ id }) => id));
    const queries = [{ id: 'q', name: 'q', tags: [...own] }];
    await host.drive(receiveAlerts(from, [{ ...notice, queries }]));
    await host.wait(1_500);
    const [found] = search().filter(({ id }) => !before.has(id));
    if (found === undefined) throw new Error('no case');
    return (found.content as CaseContent).received;
  };

  it('that only a matched document has stays that of the document, in whatever form', async () => {
    const event = await withTags(['T1110', 'attack.T1059'], ['attack.t1059']);
    expect(event.event.tags).toEqual(['attack.t1059', 'attack.t1110']);
    expect(event.as_said).toEqual([{ field: 'tags', text: 'T1110, attack.T1059' }]);
    expect(event.voice?.read?.document_tags).toEqual(['attack.t1110']);
  });
});
