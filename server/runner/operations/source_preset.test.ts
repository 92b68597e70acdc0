import { getReading, listIntakeHealth, listPastDocuments, listPresets, putPreset } from '../../../common/api/routes';
import type { ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { nothingGranted } from '../../../test/builders/events';
import { callerWith, routeHost, type RouteHost } from '../../../test/builders/route_host';
import { PRESETS, type ReadBy } from '../../engine/intake/presets';
import { presetId } from '../keeping/kinds/sources';
import { receiveDocuments, type DocumentRules } from '../sources/receive_documents';
import { rulesFor } from '../sources/reading_book';
import { gaveAuthority } from './source_authority';

const SIEM = { type: 'webhook', id: 'siem' } as const;
const admin = callerWith('ann', 'read', 'admin');
const READS = new Map<string, ReadBy>([
  ['webhook:siem', { preset: 'elastic', map: { confidence: { value: 0.8 } } }],
  ['kafka:plain', {}],
]);

describe('the preset by which a source is read', () => {
  let host: RouteHost;

  beforeEach(async () => {
    host = await routeHost({ reads: READS });
    Object.assign(host.agent.parts, { grants: nothingGranted });
  });

  const put = (version: number, preset: string | null, as = admin, source: { type: string; id: string } = SIEM) =>
    host.call(putPreset, { params: source, body: { version, preset, reason: 'it is a Wazuh' }, as });
  const get = async (source: { type: string; id: string } = SIEM) =>
    (await host.call(getReading, { params: source, as: callerWith('eve', 'read') })).body;
  const wazuh = (about: object = {}) => ({
    timestamp: iso(host.agent.parts.clock.utc()),
    id: '1',
    rule: { id: '5712', level: 14 },
    data: { srcip: '203.0.113.5' },
    ...about,
  });
  const take = async (value: object) => {
    const rules: DocumentRules = rulesFor(host.readings, SIEM, { health: host.sourceHealth });
    const [admission] = await host.drive(receiveDocuments(host.agent, SIEM, [{ value }], rules));
    return admission;
  };

  it('is that of the settings until an admin chooses another, and is so again afterwards', async () => {
    expect(await get()).toEqual({
      version: 0,
      configured: true,
      in_force: 'preset',
      preset: 'elastic',
      in_settings: 'elastic',
      repetition: 'update',
      own_fields: ['confidence'],
    });
    expect(await take(wazuh())).toMatchObject({ kind: 'quarantined' });
    expect(await put(0, 'wazuh')).toMatchObject({
      status: 200,
      body: { version: 1, preset: 'wazuh', chosen: 'wazuh' },
    });
    expect(await get()).toMatchObject({
      in_settings: 'elastic',
      repetition: 'new',
      by: 'ann',
      reason: 'it is a Wazuh',
    });
    const taken = await take(wazuh());
    // What the settings say themselves stays.
    expect(taken).toMatchObject({
      kind: 'accepted',
      content: { received: { event: { severity: 'critical', confidence: 0.8, source: { ip: '203.0.113.5' } } } },
    });
    expect(await put(1, null)).toMatchObject({ status: 200, body: { version: 2, preset: 'elastic' } });
    expect(await get()).not.toHaveProperty('chosen');
    expect(await take(wazuh({ id: '2' }))).toMatchObject({ kind: 'quarantined' });
  });

  it('is compared and set, with an entry in the audit', async () => {
    await put(0, 'wazuh');
    expect(await put(0, 'zeek', callerWith('ben', 'read', 'admin'))).toMatchObject({
      status: 409,
      body: { code: 'changed', current: { version: 1, chosen: 'wazuh' } },
    });
    expect(await put(1, 'wazuh')).toMatchObject({ status: 200, body: { version: 1 } });
    await host.wait(3_000);
    const entries = host.world.evidence.find({ family: 'audit' }).map(({ body }) => body);
    expect(entries).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          verb: 'choose_preset',
          by: 'ann',
          object: { type: 'source', id: 'webhook:siem' },
          text: 'wazuh: it is a Wazuh',
        }),
      ]),
    );
    expect(entries.filter(({ verb, outcome }) => verb === 'choose_preset' && outcome === undefined)).toHaveLength(1);
  });

  it('is chosen by admins, of those that there are, for sources that are read by a map', async () => {
    expect((await put(0, 'wazuh', callerWith('eve', 'read', 'author', 'approve'))).status).toBe(403);
    expect(await put(0, 'wazu')).toMatchObject({ status: 400, body: { code: 'invalid' } });
    expect((await put(0, 'wazuh', admin, { type: 'alerting', id: 'm1' })).status).toBe(400);
    expect(await put(0, 'wazuh', admin, { type: 'webhook', id: 'nobody' })).toMatchObject({
      status: 200,
      body: { configured: false },
    });
  });

  it('is listed with what it is for, beside the sources of the settings', async () => {
    const { body } = await host.call(listPresets, { as: callerWith('eve', 'read') });
    const { presets, sources } = body as { presets: Array<{ name: string; documents: string }>; sources: unknown };
    expect(presets.map(({ name }) => name)).toEqual(Object.keys(PRESETS));
    expect(presets.every(({ documents }) => documents.length > 20)).toBe(true);
    expect(sources).toEqual([SIEM, { type: 'kafka', id: 'plain' }]);
  });

  it('of a later version is not guessed: nothing is taken, and the health says why', async () => {
    await put(0, 'wazuh');
    await host.wait(3_000);
    const doc = host.world.store.search({ kinds: ['source_preset'], limit: 10 })[0];
    if (!doc) throw new Error('nothing is stored');
    await host.readings.note({ ...(doc.content as Parameters<typeof host.readings.note>[0]), preset: 'brand_new' });
    expect(await take(wazuh())).toMatchObject({
      kind: 'unavailable',
      why: expect.stringMatching(/`brand_new`/) as string,
    });
    host.sourceHealth.gauge(SIEM, { connected: true });
    const { body } = await host.call(listIntakeHealth);
    expect(body).toMatchObject({ sources: [{ id: 'siem', error: expect.stringMatching(/does not know/) as string }] });
    expect(presetId(SIEM)).toBe(doc.id);
  });

  it('keeps whoever chose it from approving what the source asks for', async () => {
    const gave = (by: string): Promise<string | undefined> => {
      const { shift } = host.agent;
      if (!shift) throw new Error('no session');
      return host.drive(gaveAuthority(shift, { intake: SIEM } as ReceivedEvent, by));
    };
    await put(0, 'wazuh');
    await put(1, null, callerWith('zoe', 'read', 'admin'));
    for (const name of ['ann', 'CORP\\Ann', 'zoe'])
      expect(await gave(name)).toMatch(/chose how documents are read of `webhook:siem` less than 24 h ago/);
    expect(await gave('ben')).toBeUndefined();
  });

  it('can be tried on what came in before: decided documents and those in quarantine, the newest first', async () => {
    await put(0, 'wazuh');
    const first = wazuh();
    await take(first);
    await host.wait(3_000);
    await take({ password: 'hunter2', nothing: 1 });
    await host.wait(3_000);
    const { body } = await host.call(listPastDocuments, { params: SIEM, as: callerWith('eve', 'read') });
    const { documents } = body as { documents: Array<{ kind: string; text: string; whole: boolean; summary: string }> };
    expect(documents.map(({ kind, whole }) => [kind, whole])).toEqual([
      ['quarantine', true],
      ['decision', true],
    ]);
    expect(JSON.parse(documents[1]?.text ?? '')).toEqual(first);
    expect(documents[0]?.text).toContain('***');
    expect(documents[0]?.text).not.toContain('hunter2');
    const other = await host.call(listPastDocuments, { params: { type: 'kafka', id: 'plain' } });
    expect(other.body).toMatchObject({ documents: [] });
  });
});
