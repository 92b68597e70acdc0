import fc from 'fast-check';
import {
  StoreUnavailable,
  type AlertSources,
  type ClusterTransport,
  type SourceDocument,
  type SourceName,
} from '../../runner/ports';
import { AlertingCore } from '../../../test/targets/alerting/alerting_core';
import {
  customMonitor,
  detector,
  documentMonitor,
  queryMonitor,
  workflow,
} from '../../../test/targets/alerting/monitors';
import { alertSources } from './alerting_api';

const aCluster = () => {
  const core = new AlertingCore({ send: async () => ({ status: 200, text: '{}' }), wait: async () => undefined });
  return { core, api: alertSources(core.transport()) };
};
const channel = {
  id: 'reflex-1',
  name: 'Reflex',
  url: 'http://127.0.0.1:1/x',
  headers: { Authorization: 'Bearer t' },
  enabled: true,
};
const m1 = { kind: 'monitor', id: 'm1' } as const;

/** What is surely there. */
const found = async (api: AlertSources, source: SourceName): Promise<SourceDocument> => {
  const looked = await api.get(source);
  if (looked.kind !== 'found') throw new Error(`looking it up came to ${looked.kind}`);
  return looked.source;
};

describe('listing', () => {
  it('finds monitors, workflows and detectors, with what can be done with them', async () => {
    const { core, api } = aCluster();
    core.monitors.put('m1', queryMonitor());
    core.monitors.put('m2', customMonitor());
    core.monitors.put('w1', workflow());
    core.monitors.put('of-detector', { ...documentMonitor(), owner: 'security_analytics' });
    core.monitors.put('new', { ...queryMonitor('ppl'), monitor_type: 'ppl_monitor' });
    core.detectors.put('d1', detector());
    const { sources, notes } = await api.list();
    expect(notes).toEqual([]);
    expect(sources.map(({ kind, id, level, closed, alerts }) => [kind, id, level, closed, alerts])).toEqual([
      ['monitor', 'm1', 'query', undefined, '.opendistro-alerting-alert*'],
      ['monitor', 'm2', 'document', 'custom_indices', '.my-alerts*,.my-alerts-history*'],
      ['workflow', 'w1', 'workflow', undefined, '.opendistro-alerting-alert*'],
      ['monitor', 'new', 'other', 'other_message', '.opendistro-alerting-alert*'],
      ['detector', 'd1', 'document', undefined, '.opensearch-sap-windows-alerts*'],
    ]);
    expect(sources[4]?.monitorIds).toEqual(['mon-of-detector']);
  });

  it('says that a plugin is missing, and lists the rest', async () => {
    const { core, api } = aCluster();
    core.monitors.put('m1', queryMonitor());
    core.installed.security_analytics = false;
    expect(await api.list()).toMatchObject({
      sources: [{ id: 'm1' }],
      notes: [{ part: 'security_analytics', code: 'not_installed' }],
    });
    core.installed.alerting = false;
    expect((await api.list()).notes.map(({ code }) => code)).toEqual(['not_installed', 'not_installed']);
  });

  it('says what it may not see', async () => {
    const { core, api } = aCluster();
    core.forbidden.add('POST /_plugins/_alerting');
    core.detectors.put('d1', detector());
    expect(await api.list()).toMatchObject({
      sources: [{ id: 'd1' }],
      notes: [{ part: 'alerting', code: 'not_permitted' }],
    });
  });

  it('says that there are more than it lists', async () => {
    const { core, api } = aCluster();
    for (let n = 0; n < 1_001; n += 1) core.monitors.put(`m${n}`, queryMonitor());
    const { sources, notes } = await api.list();
    expect([sources.length, notes]).toEqual([
      1_000,
      [{ part: 'alerting', code: 'truncated', text: 'only 1000 of 1001 monitors of Alerting are listed' }],
    ]);
  });

  it('throws when OpenSearch is away', async () => {
    const { core, api } = aCluster();
    core.away = true;
    await expect(api.list()).rejects.toThrow(StoreUnavailable);
  });

  // X15: an OpenSearch of another version answers in another form.
  it('never fails on a form that it does not know', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.constantFrom(200, 201, 400, 404, 409), async (body, status) => {
        const transport: ClusterTransport = { request: async () => ({ status, body }) };
        const api = alertSources(transport);
        expect(Array.isArray((await api.list()).sources)).toBe(true);
        await Promise.all([api.get(m1), api.get({ kind: 'detector', id: 'd' }), api.channel('x'), api.sendTest('x')]);
      }),
    ));
});

describe('looking one up', () => {
  it('tells what is not there from what may not be seen', async () => {
    const { core, api } = aCluster();
    expect(await api.get(m1)).toEqual({ kind: 'missing' });
    core.forbidden.add('GET /_plugins/_alerting');
    expect(await api.get(m1)).toMatchObject({ kind: 'refused', message: expect.stringContaining('may not see') });
    core.installed.alerting = false;
    expect(await api.get(m1)).toEqual({ kind: 'refused', message: 'the plugin is not installed' });
    expect(await api.get({ kind: 'correlation', id: 'c1' })).toEqual({ kind: 'missing' });
  });
});

describe('changing', () => {
  it('overwrites nobody: monitors by sequence number, detectors by version', async () => {
    const { core, api } = aCluster();
    core.monitors.put('m1', queryMonitor());
    core.detectors.put('d1', detector());
    const d1 = { kind: 'detector', id: 'd1' } as const;
    const [monitor, det] = [await found(api, m1), await found(api, d1)];
    core.monitors.put('m1', queryMonitor('theirs'));
    core.detectors.put('d1', detector('theirs'));
    expect(await api.save(m1, monitor.body, monitor.version)).toEqual({ kind: 'conflict' });
    expect(await api.save(d1, det.body, det.version)).toEqual({ kind: 'conflict' });
    expect([core.monitors.read('m1')?.body.name, core.detectors.read('d1')?.body.name]).toEqual(['theirs', 'theirs']);
  });

  it('says why OpenSearch refuses, and that something is gone', async () => {
    const { core, api } = aCluster();
    core.monitors.put('m1', customMonitor());
    const { body, version } = await found(api, m1);
    expect(await api.save(m1, body, version)).toEqual({
      kind: 'refused',
      message: 'Custom Data Sources are not allowed.',
    });
    core.monitors.remove('m1');
    expect(await api.save(m1, queryMonitor(), version)).toEqual({ kind: 'missing' });
    core.forbidden.add('PUT ');
    expect(await api.save(m1, queryMonitor(), version)).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('may not do this'),
    });
  });
});

describe('channels', () => {
  it('are made, read, changed and deleted', async () => {
    const { core, api } = aCluster();
    expect(await api.channel('reflex-1')).toBeUndefined();
    expect(await api.createChannel(channel)).toEqual({ kind: 'saved' });
    expect(await api.channel('reflex-1')).toEqual(channel);
    expect(await api.createChannel(channel)).toEqual({ kind: 'conflict' });
    await api.updateChannel({ ...channel, headers: { Authorization: 'Bearer u' } });
    expect(core.channels.headersOf('reflex-1')).toEqual({ Authorization: 'Bearer u' });
    expect([await api.deleteChannel('reflex-1'), await api.deleteChannel('reflex-1')]).toEqual([
      { kind: 'saved' },
      { kind: 'missing' },
    ]);
    expect(await api.updateChannel(channel)).toEqual({ kind: 'missing' });
  });

  it.each([
    [200, { kind: 'sent' }],
    [401, { kind: 'failed', message: 'the answer' }],
    [500, { kind: 'failed', message: 'the answer' }],
    [302, { kind: 'failed', message: 'the answer' }],
  ])('tell how a test message fared that was answered with %i', async (status, outcome) => {
    const core = new AlertingCore({ send: async () => ({ status, text: 'the answer' }), wait: async () => undefined });
    const api = alertSources(core.transport());
    await api.createChannel(channel);
    expect(await api.sendTest('reflex-1')).toEqual(outcome);
  });

  it('tell that the host may not be called', async () => {
    const { core, api } = aCluster();
    await api.createChannel(channel);
    core.channels.denied.add('127.0.0.1');
    expect(await api.sendTest('reflex-1')).toMatchObject({
      kind: 'denied',
      message: expect.stringContaining('host_deny_list'),
    });
    expect(await api.sendTest('other')).toEqual({ kind: 'missing' });
  });
});
