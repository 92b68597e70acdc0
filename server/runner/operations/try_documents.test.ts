import { tryDocuments, type TrialView, type TriedEvent } from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import { nothingGranted } from '../../../test/builders/events';
import { aBundle, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { callerWith, routeHost, type RouteHost } from '../../../test/builders/route_host';
import type { FieldMap } from '../../engine/intake/field_map';
import type { ReadBy } from '../../engine/intake/presets';
import { grantedBy } from '../sources/grants';
import { receiveDocuments } from '../sources/receive_documents';
import { trialCounts } from './try_documents';

const SIEM = { type: 'webhook', id: 'siem' } as const;
const LOGS = { type: 'index', id: 'logs' } as const;
const admin = callerWith('ann', 'read', 'admin');

const MAP: FieldMap = {
  each: 'alerts',
  only: { status: 'firing' },
  event_id: 'id',
  timestamp: 'at',
  confidence: 'sure',
  severity: { value: 'critical' },
  'source.ip': 'ip',
  'user.name': 'user',
  'process.pid': 'pid',
  'rule.id': 'rule',
  'rule.origin': { value: 'known_ioc' },
};
const READS = new Map<string, ReadBy>([
  ['webhook:siem', { map: MAP, repetition: 'update' }],
  ['kafka:plain', {}],
  ['index:logs', { map: { ...MAP, each: undefined, only: undefined } }],
]);

const { files, keys, trusted } = aBundle([BLOCK_KNOWN_IOC]);
const BUNDLE = { files, keys, statement: trusted.statement };

describe('documents that are tried', () => {
  let host: RouteHost;

  beforeEach(async () => {
    host = await routeHost({ bundle: BUNDLE, reads: READS });
    Object.assign(host.agent.parts, { grants: nothingGranted });
  });

  const now = (): string => iso(host.agent.parts.clock.utc());
  const alert = (about: object = {}) => ({
    id: 'a1',
    status: 'firing',
    at: now(),
    sure: 0.99,
    ip: '203.0.113.7',
    rule: 'r1',
    ...about,
  });
  const ask = (text: string, about: object = {}, as = admin) =>
    host.call(tryDocuments, { body: { source: SIEM, text, ...about }, as });
  const tried = async (value: unknown, about: object = {}): Promise<TrialView> => {
    const { status, body } = await ask(typeof value === 'string' ? value : JSON.stringify(value), about);
    expect([status, body]).toEqual([200, expect.anything()]);
    return body as TrialView;
  };
  const eventOf = async (about: object = {}, more: object = {}): Promise<TriedEvent> => {
    const [event] = (await tried({ alerts: [alert(about)] }, more)).documents[0]?.events ?? [];
    if (!event) throw new Error('no event');
    return event;
  };
  const grantAll = (): void => {
    const grant = {
      reason: 'its vendor tests its rules',
      confidence: {},
      severity: {},
      rule: { id: true, origin: ['known_ioc'] },
    };
    Object.assign(host.agent.parts, { grants: { ...nothingGranted, of: () => grantedBy(grant), hasOwn: () => true } });
  };
  const everythingKept = (): string =>
    JSON.stringify([
      host.world.store.search({ kinds: ['case', 'effect', 'ledger'], limit: 10_000 }),
      [...host.world.evidence.records].map(([family, records]) => [family, [...records.keys()]]),
    ]);

  it('are split into their events, with what is not ours and why', async () => {
    const view = await tried({
      alerts: [alert(), alert({ id: 'a2', status: 'resolved' }), alert({ id: 'a3', status: 'resolved' }), { id: 'a4' }],
    });
    expect(view.documents).toHaveLength(1);
    const [{ events, not_ours, faults } = { events: [], not_ours: [], faults: [] }] = view.documents;
    expect(events.map(({ event, identity }) => [event?.event.event_id, identity])).toEqual([['a1', ['a1']]]);
    expect(not_ours).toEqual([
      { path: 'status', why: 'other', text: 'resolved', count: 2 },
      { path: 'status', why: 'missing', count: 1 },
    ]);
    expect([faults, view.not_tried, view.granted, view.off]).toEqual([[], 0, false, false]);
  });

  it('say what counts, what is mended and what names nothing', async () => {
    const { event, names_nothing, cut } = await eventOf({ pid: -1, user: '-', at: now() });
    expect(event?.voice?.origins).toMatchObject({ confidence: 'claimed', severity: 'claimed' });
    expect(event?.voice?.counts).toEqual({ confidence: 0.5, severity: 'medium' });
    expect(event?.mended).toEqual([{ path: 'process.pid', how: 'left_out', text: '-1' }]);
    expect(event?.as_said).toEqual([{ field: 'user.name', text: '-' }]);
    expect([names_nothing, cut, event?.event.raw]).toEqual([false, false, undefined]);
    const bare = await eventOf({ ip: undefined, long: 'x'.repeat(60_001) });
    expect([bare.names_nothing, bare.cut]).toEqual([true, true]);
  });

  it('are decided by the policies in force, as the grant of their source lets them count', async () => {
    expect((await eventOf()).decision?.verdict).toBe('escalate');
    grantAll();
    const { decision, brakes } = await eventOf();
    expect(decision).toMatchObject({ verdict: 'permit', effectless: true });
    expect(brakes).toEqual([{ act_id: decision?.acts[0]?.act_id, would: 'permit' }]);
  });

  it('come to what they come to when they are handed in', async () => {
    grantAll();
    const value = { alerts: [alert({ pid: -1 })] };
    const [event] = (await tried(value)).documents[0]?.events ?? [];
    const rules = { map: MAP, repetition: 'update' as const };
    const [admission] = await host.drive(receiveDocuments(host.agent, SIEM, [{ value }], rules));
    if (admission?.kind !== 'accepted') throw new Error('not accepted');
    const { received, decision } = admission.content;
    const { raw: _raw, ...rest } = received.event;
    expect({ ...event?.event, received_at: '' }).toEqual({ ...received, event: rest, received_at: '' });
    expect(event?.decision?.verdict).toBe(decision?.verdict);
    expect(event?.decision?.summary).toBe(decision?.summary);
  });

  it('leave nothing behind: no case, no record, no act, nothing that is counted as seen', async () => {
    grantAll();
    const before = everythingKept();
    const first = await eventOf();
    await host.wait(5_000);
    expect(everythingKept()).toBe(before);
    expect(host.world.sendings).toEqual([]);
    // Had the first been noted, the second would see it.
    const second = await eventOf({ id: 'a2' });
    expect(second.decision?.inputs.history.src).toEqual(first.decision?.inputs.history.src);
    expect(second.seen).toBe('new');
  });

  it('say what they would be to the cases that there are, and to each other', async () => {
    const at = now();
    const rules = { map: MAP, repetition: 'update' as const };
    await host.drive(receiveDocuments(host.agent, SIEM, [{ value: { alerts: [alert({ at })] } }], rules));
    await host.wait(2_000);
    const seen = async (...alerts: readonly object[]) =>
      (await tried({ alerts })).documents[0]?.events.map(({ seen: as, faults }) => [as, faults.length]);
    expect(await seen(alert({ at }))).toEqual([['duplicate', 0]]);
    expect(await seen(alert({ at, sure: 0.5 }))).toEqual([['update', 0]]);
    expect(await seen(alert({ at, ip: '203.0.113.9' }))).toEqual([['conflict', 1]]);
    const twice = alert({ id: 'b', at });
    expect(await seen(twice, twice)).toEqual([
      ['new', 0],
      ['duplicate', 0],
    ]);
  });

  it('say the same where the source says nothing of what another content is', async () => {
    const wire = { event_id: 'e', timestamp: now(), confidence: 0.4, severity: 'low', src_host: 'web-1' };
    const source = { type: 'webhook', id: 'nobody' } as const;
    await host.drive(receiveDocuments(host.agent, source, [{ value: wire }]));
    await host.wait(2_000);
    const seen = async (value: object) => (await tried(value, { source })).documents[0]?.events[0]?.seen;
    expect([await seen(wire), await seen({ ...wire, severity: 'high' })]).toEqual(['duplicate', 'conflict']);
  });

  it('say why they would be in quarantine', async () => {
    const faults = async (about: object) => (await eventOf(about)).faults;
    expect(await faults({ at: undefined })).toEqual([{ path: 'timestamp', message: 'is missing' }]);
    expect(await faults({ at: 'yesterday' })).toMatchObject([{ path: 'timestamp' }]);
    expect(await faults({ at: '2020-01-01T00:00:00Z' })).toEqual([
      { path: 'timestamp', message: 'is more than 90 days old' },
    ]);
    const [document] = (await tried({ other: 1, status: 'firing' })).documents;
    expect(document).toMatchObject({ events: [], faults: [{ path: 'alerts' }] });
    const [own] = (await tried({ _index: 'reflex-decisions-1' })).documents;
    expect(own).toMatchObject({ events: [], faults: [{ path: '_index' }] });
  });

  it('are read by the preset that is tried, with what the settings say over it', async () => {
    const wazuh = { timestamp: now(), id: '1', rule: { id: '5712', level: 14 }, data: { srcip: '203.0.113.5' } };
    const view = await tried(wazuh, { preset: 'wazuh', source: { type: 'kafka', id: 'plain' } });
    expect(view.reading).toMatchObject({ in_force: 'preset', preset: 'wazuh', repetition: 'new', configured: true });
    expect(view.documents[0]?.events[0]?.event?.event).toMatchObject({ severity: 'critical', rule: { id: '5712' } });
    const over = await tried({ alerts: [{ ...alert(), data: { srcip: '203.0.113.5' } }] }, { preset: 'wazuh' });
    expect(over.documents[0]?.events[0]?.event?.event.source?.ip).toBe('203.0.113.7');
    expect(over.reading.own_fields).toContain('source.ip');
  });

  it('are in the form of Reflex itself where nothing says how they are read', async () => {
    const wire = { event_id: 'e', timestamp: now(), confidence: 0.4, severity: 'low', src_host: 'web-1' };
    const view = await tried(wire, { source: { type: 'webhook', id: 'nobody' } });
    expect(view.reading).toMatchObject({ in_force: 'wire', configured: false, version: 0 });
    expect(view.documents[0]?.events[0]?.event?.event).toMatchObject(wire);
    const [bad] = (await tried({ hello: 1 }, { source: { type: 'webhook', id: 'nobody' } })).documents;
    expect(bad?.events[0]?.faults.map(({ path }) => path)).toContain('event_id');
  });

  it('of an index are hits, known by their index and id; what stands in them is said by whoever wrote them', async () => {
    const hit = (id: string) => ({ _index: 'logs-1', _id: id, _source: alert() });
    const view = await tried([hit('x'), hit('y')], { source: LOGS });
    const events = view.documents.flatMap(({ events: all }) => all);
    expect(events.map(({ identity }) => identity)).toEqual([['logs-1/x'], ['logs-1/y']]);
    expect(events[0]?.event?.voice?.read).toMatchObject({ index: 'logs-1', places: { severity: 'document' } });
  });

  it('are bounded, and say what was left', async () => {
    const alerts = Array.from({ length: 53 }, (_, n) => alert({ id: `n${n}` }));
    const view = await tried({ alerts });
    expect([view.documents[0]?.events.length, view.not_tried]).toEqual([50, 3]);
    const many = await ask(JSON.stringify(Array.from({ length: 51 }, () => ({}))));
    expect([many.status, many.body]).toMatchObject([413, { code: 'too_large' }]);
  });

  it('are refused with the line and column of what is wrong', async () => {
    const { status, body } = await ask('{\n  "a": 1,\n}');
    expect([status, body]).toMatchObject([
      400,
      { code: 'invalid', fields: [{ path: 'line 3', message: 'is not JSON from column 1 on' }] },
    ]);
    expect(await ask('{}', { preset: 'wazu' })).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect(await ask('{}', { source: { type: 'alerting', id: 'm1' } })).toMatchObject({ status: 400 });
    expect(trialCounts(host.agent)).toEqual({ done: 0, refused: 2 });
  });

  it('are tried one at a time, by admins', async () => {
    const text = JSON.stringify({ alerts: [alert()] });
    const [one, other] = await host.drive(Promise.all([ask(text), ask(text)]));
    expect([one.status, other.status].sort()).toEqual([200, 429]);
    expect((await ask(text)).status).toBe(200);
    expect(trialCounts(host.agent)).toEqual({ done: 2, refused: 1 });
    expect((await ask(text, {}, callerWith('eve', 'read', 'author'))).status).toBe(403);
  });
});
