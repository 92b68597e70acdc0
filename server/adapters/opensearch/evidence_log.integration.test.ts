import { describeEvidenceLog } from '../../../test/contracts/evidence_log';
import { describeEvidenceSearch } from '../../../test/contracts/evidence_search';
import { realNode } from '../../../test/contracts/real_node';
import { eventually } from '../../../test/contracts/eventually';
import { received } from '../../../test/builders/events';
import type { EvidenceMatch } from '../../runner/ports';
import { evidenceDefinition } from './definitions';
import { OpenSearchEvidenceLog } from './evidence_log';
import { ensureIndices } from './indices';

jest.setTimeout(120_000);

const onOpenSearch = async () => {
  const node = await realNode();
  const options = { prefix: node.prefix, replicas: 0 };
  await ensureIndices(node.transport, { ...options, mayCreateState: true });
  return { log: new OpenSearchEvidenceLog(node.transport, options), dispose: node.dispose };
};

describeEvidenceLog('OpenSearch', onOpenSearch);
describeEvidenceSearch('OpenSearch', onOpenSearch);

describe('the evidence indices of OpenSearch', () => {
  let node: Awaited<ReturnType<typeof realNode>>;
  let log: OpenSearchEvidenceLog;
  beforeEach(async () => {
    node = await realNode();
    log = new OpenSearchEvidenceLog(node.transport, { prefix: node.prefix, replicas: 0 });
  });
  afterEach(() => node.dispose());

  const at = '2026-11-22T10:00:00.000Z';
  const index = (): string => `${node.prefix}decisions-2026.11.22`;
  const aDecision = (id: string) => ({
    family: 'decisions' as const,
    id,
    at,
    body: { event: received({ tags: ['attack.t1071'] }), decision: { decision_id: id, verdict: 'permit' } },
  });

  it('are append-only even if nobody put a template', async () => {
    await log.append([aDecision('d1')]);
    const changed = await node.transport.request({
      method: 'PUT',
      path: `/${index()}/_doc/d1`,
      body: { id: 'd1' },
    });
    expect(changed.status).toBe(400);
    const deleted = await node.transport.request({ method: 'DELETE', path: `/${index()}/_doc/d1` });
    expect(deleted.status).toBe(400);
    expect(await log.get('decisions', 'd1')).toEqual(aDecision('d1').body);
  });

  it('are append-only from the template alone', async () => {
    await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
    await node.transport.request({ method: 'PUT', path: `/${node.prefix}decisions-2026.01.01` });
    const made = await node.transport.request({ method: 'GET', path: `/${node.prefix}decisions-2026.01.01` });
    expect(JSON.stringify(made.body)).toContain('"append_only":{"enabled":"true"}');
    expect(JSON.stringify(made.body)).toContain('"dynamic":"strict"');
  });

  it('are searched as soon as a new one has its shards, without telling anybody of an outage', async () => {
    await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
    const path = `/${node.prefix}decisions-2026.02.02`;
    const allocation = 'index.routing.allocation.require._name';
    await node.transport.request({
      method: 'PUT',
      path,
      querystring: { wait_for_active_shards: '0' },
      body: { settings: { [allocation]: 'nowhere' } },
    });
    const found = log.find({ family: 'decisions', limit: 10 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    await node.transport.request({ method: 'PUT', path: `${path}/_settings`, body: { [allocation]: null } });
    expect(await found).toEqual({ total: 0, entries: [] });
  });

  it('are not written to if somebody else made them', async () => {
    await node.transport.request({ method: 'PUT', path: `/${index()}` });
    await expect(log.append([aDecision('d1')])).rejects.toThrow('append-only');
  });

  it('find by the key of a target, and by its text in what an earlier version stored', async () => {
    const { settings, mappings } = evidenceDefinition('decisions', { replicas: 0 });
    const { key: _key, ...olderTarget } = (mappings.properties.target as { properties: Record<string, object> })
      .properties;
    const older = {
      dynamic: 'strict',
      _meta: { reflex_schema: 1 },
      properties: { ...mappings.properties, target: { properties: olderTarget } },
    };
    const aimed = (id: string, value: string, time = at) => {
      const { body, ...entry } = aDecision(id);
      const acts = [{ target: { type: 'file', value, host: 'ws-1' } }];
      return { ...entry, at: time, body: { ...body, decision: { ...body.decision, acts } } };
    };
    // An index of the day before, and the one of today that this version goes on with.
    for (const name of [`${node.prefix}decisions-2026.11.21`, index()]) {
      await node.transport.request({ method: 'PUT', path: `/${name}`, body: { settings, mappings: older } });
      const { body: record, ...entry } = aimed(`old-${name}`, 'C:\\Tool.exe');
      const source = {
        '@timestamp': entry.at,
        id: entry.id,
        record: JSON.stringify(record),
        target: { value: ['C:\\Tool.exe'] },
      };
      const path = `/${name}/_create/${entry.id}`;
      expect((await node.transport.request({ method: 'PUT', path, body: source })).status).toBe(201);
    }
    await log.append([aimed('new', 'c:\\TOOL.exe'), aimed('else', 'C:\\other.exe')]);
    const find = async (texts: readonly string[], keys: readonly string[]) =>
      (
        await log.find({ family: 'decisions', anyOf: { 'target.value': texts, 'target.key': keys }, limit: 9 })
      ).entries.map(({ id }) => id);
    await eventually(async () => {
      expect(await find(['C:\\Tool.exe'], ['file:c:\\tool.exe'])).toEqual(
        expect.arrayContaining(['new', `old-${index()}`, `old-${node.prefix}decisions-2026.11.21`]),
      );
    });
    expect(await find(['nothing'], ['file:c:\\tool.exe'])).toEqual(['new']);
    expect(await find(['nothing'], ['host:ws-1'])).toEqual(['new', 'else']);
  });

  it('find all that a decision is about, also in the index of the day that an earlier version made', async () => {
    const { settings, mappings } = evidenceDefinition('decisions', { replicas: 0 });
    const { entity: _entity, ...olderProperties } = mappings.properties;
    const older = { dynamic: 'strict', _meta: { reflex_schema: 3 }, properties: olderProperties };
    await node.transport.request({ method: 'PUT', path: `/${index()}`, body: { settings, mappings: older } });
    const { body: record, ...entry } = aDecision('old');
    const source = { '@timestamp': at, id: 'old', record: JSON.stringify(record), src_host: ['WS-1'] };
    const path = `/${index()}/_create/old`;
    expect((await node.transport.request({ method: 'PUT', path, body: source })).status).toBe(201);
    const event = received({ src_host: 'WS-1.', user: { name: 'CORP\\Ana' } });
    await log.append([{ ...entry, id: 'new', body: { event, decision: { decision_id: 'new', verdict: 'learn' } } }]);
    const find = async (matching: EvidenceMatch[]) =>
      (await log.find({ family: 'decisions', matching, limit: 9 })).entries.map(({ id }) => id);
    await eventually(async () => expect(await find([{ is: { 'entity.key': ['host:ws-1'] } }])).toEqual(['new']));
    expect(await find([{ is: { 'entity.key': ['user:corp\\ana'] } }])).toEqual(['new']);
    expect(await find([{ says: { fields: ['src_host'], text: 's-1' } }])).toEqual(['old', 'new']);
  });

  it('are made once when several agents begin a day together', async () => {
    const agents = Array.from(
      { length: 5 },
      () => new OpenSearchEvidenceLog(node.transport, { prefix: node.prefix, replicas: 0 }),
    );
    await Promise.all(agents.map((agent, number) => agent.append([aDecision(`d${number}`)])));
    for (const number of agents.keys()) expect(await log.get('decisions', `d${number}`)).toBeDefined();
  });

  it('go on after retention deleted them', async () => {
    await log.append([aDecision('d1')]);
    await node.transport.request({ method: 'DELETE', path: `/${index()}` });
    await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
    await log.append([aDecision('d2')]);
    expect(await log.get('decisions', 'd1')).toBeUndefined();
    expect(await log.get('decisions', 'd2')).toBeDefined();
    const made = await node.transport.request({ method: 'GET', path: `/${index()}` });
    expect(JSON.stringify(made.body)).toContain('"append_only":{"enabled":"true"}');
  });

  it('answer nothing known when they may not be written', async () => {
    await log.append([aDecision('d1')]);
    await node.transport.request({
      method: 'PUT',
      path: `/${index()}/_settings`,
      body: { 'index.blocks.read_only_allow_delete': true },
    });
    await expect(log.append([aDecision('d2')])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });

  it('refuse a field that records are not found by', async () => {
    await expect(log.find({ family: 'decisions', where: { verdct: 'permit' }, limit: 1 })).rejects.toThrow('verdct');
    await expect(log.tally({ family: 'decisions', field: 'nope' })).rejects.toThrow('nope');
  });
});
