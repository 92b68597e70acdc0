import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { keysOf, memorySigner, someRecords, startAuditing, verifyWith } from '../../test/builders/audit_scene';
import { realNode, type RealNode } from '../../test/contracts/real_node';
import { OpenSearchAuditReader } from '../adapters/opensearch/audit_reader';
import { OpenSearchCheckpointIndex } from '../adapters/opensearch/checkpoint_index';
import { OpenSearchEvidenceLog } from '../adapters/opensearch/evidence_log';
import { ensureIndices } from '../adapters/opensearch/indices';
import { openFileAudit, type FileAudit } from '../adapters/system/audit_files';
import { realClock } from '../adapters/system/real_clock';
import { recordHash } from '../engine/audit/record_hash';
import type { AuditStamp } from '../runner/ports';

jest.setTimeout(180_000);

/* Every manipulation of the attack suite (F14) by somebody who may do everything in OpenSearch, on a real one. */

const AT = '2026-11-22T10:00:00.000Z';

interface Source extends Readonly<Record<string, unknown>> {
  readonly '@timestamp': string;
  readonly id: string;
  readonly record: string;
  readonly audit: AuditStamp;
}

describe('evidence in OpenSearch', () => {
  let node: RealNode;
  let folder: string;
  let files: FileAudit[];
  let reader: OpenSearchAuditReader;
  beforeEach(async () => {
    node = await realNode();
    folder = mkdtempSync(join(tmpdir(), 'reflex-audit-'));
    files = [];
    await ensureIndices(node.transport, { prefix: node.prefix, replicas: 0, mayCreateState: true });
    reader = new OpenSearchAuditReader(node.transport, { prefix: node.prefix });
  });
  afterEach(async () => {
    for (const each of files) await each.end();
    rmSync(folder, { recursive: true });
    await node.dispose();
  });

  const call = async (
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ) => {
    const answer = await node.transport.request({ method, path, ...(body ? { body } : {}) }, { timeoutMs: 60_000 });
    if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Record<string, unknown>;
  };

  const index = (family: 'audit' | 'decisions'): string =>
    family === 'audit' ? `${node.prefix}audit-2026.11` : `${node.prefix}decisions-2026.11.22`;

  const start = async (name: string, signer = memorySigner()) => {
    const disk = await openFileAudit(join(folder, name));
    files.push(disk);
    const checkpoints = new OpenSearchCheckpointIndex(node.transport, { prefix: node.prefix, replicas: 0 });
    const ports = { name, reader, disk, index: checkpoints, signer, clock: realClock };
    const agent = await startAuditing({
      ...ports,
      evidence: (chain) => new OpenSearchEvidenceLog(node.transport, { prefix: node.prefix, replicas: 0, chain }),
    });
    return { ...agent, ports };
  };

  /** Two agents, two checkpoints of twelve records each. */
  const written = async () => {
    const [a, b] = [await start('a'), await start('b')];
    for (const lot of ['one', 'two'])
      for (const [name, agent] of [['a', a] as const, ['b', b] as const]) {
        await agent.evidence.append(someRecords(`${name}-${lot}`, 12, AT));
        await agent.keeper.make();
      }
    const keys = await keysOf([a, b]);
    return { a, b, keys, verify: () => verifyWith(a.ports, { keys }) };
  };

  /** What anybody does who wants to change what cannot be changed: makes the index again, with changed documents. */
  const rewrite = async (name: string, change: (sources: Map<string, Source>) => void): Promise<void> => {
    await call('POST', `/${name}/_refresh`);
    const found = await call('POST', `/${name}/_search`, { size: 1_000, query: { match_all: {} } });
    const { hits } = found.hits as { hits: ReadonlyArray<{ _id: string; _source: Source }> };
    const sources = new Map(hits.map(({ _id, _source }) => [_id, _source]));
    change(sources);
    const made = (await call('GET', `/${name}`))[name] as { mappings: unknown };
    await call('DELETE', `/${name}`);
    const settings = { number_of_shards: 1, number_of_replicas: 0, 'index.append_only.enabled': false };
    await call('PUT', `/${name}`, { settings, mappings: made.mappings });
    for (const [id, source] of sources) await call('PUT', `/${name}/_doc/${id}`, source);
    await call('POST', `/${name}/_refresh`);
  };

  /** The same index, by its identity: what was pinned to it stays. */
  const openedUp = async (family: 'audit' | 'decisions'): Promise<void> => {
    await rewrite(index(family), () => undefined);
  };

  it('is intact where nobody touched it', async () => {
    const { verify } = await written();
    const report = await verify();
    expect(report).toMatchObject({ verdict: 'intact', records: 48, found: 0, before_chain: 0, unanchored: [] });
    expect(report.logs.map(({ checkpoints, size }) => [checkpoints, size])).toEqual([
      [2, 24],
      [2, 24],
    ]);
  });

  it('cannot be changed where it is, nor a checkpoint', async () => {
    await written();
    const edit = { script: { source: "ctx._source.record = '{}'" }, query: { match_all: {} } };
    for (const name of [index('audit'), `${node.prefix}checkpoints`]) {
      await call('POST', `/${name}/_refresh`);
      await expect(call('POST', `/${name}/_update_by_query?refresh=true`, edit)).rejects.toThrow('400');
    }
  });

  it('names what was edited by a query', async () => {
    const { verify } = await written();
    await openedUp('audit');
    await call('POST', `/${index('audit')}/_update_by_query?refresh=true`, {
      script: { source: "ctx._source.record = ctx._source.record.replace('approved', 'denied')" },
      query: { ids: { values: ['a-one-4', 'b-two-5'] } },
    });
    const { findings, found } = await verify();
    expect(found).toBe(2);
    for (const id of ['a-one-4', 'b-two-5'])
      expect(findings).toContainEqual(
        expect.objectContaining({ kind: 'edited', id, index: index('audit'), expected: expect.any(String) }),
      );
  });

  it('names what was edited and hashed anew by somebody who knows how', async () => {
    const { verify, a } = await written();
    await rewrite(index('audit'), (sources) => {
      const { audit, id, '@timestamp': at, record: _, ...fields } = sources.get('a-two-7') as Source;
      const record = '{"by":"nobody"}';
      const hash = recordHash({ family: 'audit', id, at, record, fields, ...audit });
      sources.set('a-two-7', { ...fields, id, '@timestamp': at, record, audit: { ...audit, hash } });
    });
    expect((await verify()).findings).toEqual([
      expect.objectContaining({ kind: 'edited', id: 'a-two-7', chain: a.chain.id, seq: 19 }),
    ]);
  });

  it('names what was deleted from the middle', async () => {
    const { verify } = await written();
    await openedUp('audit');
    const before = await verify();
    expect(before).toMatchObject({ verdict: 'intact', found: 0 });
    await call('DELETE', `/${index('audit')}/_doc/a-one-4?refresh=true`);
    expect((await verify()).findings).toEqual([
      expect.objectContaining({ kind: 'rolled_back', id: 'a-one-4', family: 'audit', index: index('audit'), seq: 4 }),
    ]);
  });

  it('names what was put there, with a place and without one', async () => {
    const { verify } = await written();
    await call('POST', `/${index('audit')}/_refresh`);
    const [source] = (
      (await call('POST', `/${index('audit')}/_search`, { query: { ids: { values: ['a-one-4'] } } })) as unknown as {
        hits: { hits: Array<{ _source: Source }> };
      }
    ).hits.hits;
    await call('PUT', `/${index('audit')}/_create/copy?refresh=true`, { ...source?._source, id: 'copy' });
    const december = `${node.prefix}audit-2026.12`;
    await call('PUT', `/${december}/_create/strange?refresh=true`, {
      ...{ '@timestamp': '2026-12-01T00:00:00.000Z', id: 'strange', record: '{}' },
    });
    const { findings } = await verify();
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'inserted', id: 'copy', seq: 4, index: index('audit') }),
      expect.objectContaining({ kind: 'inserted', id: 'strange', index: december }),
    ]);
  });

  it("names two whose content was swapped, and two that were stored under each other's id", async () => {
    const { verify } = await written();
    await rewrite(index('audit'), (sources) => {
      const [one, other] = [sources.get('a-one-4') as Source, sources.get('a-two-5') as Source];
      sources.set('a-one-4', { ...one, record: other.record });
      sources.set('a-two-5', { ...other, record: one.record });
      const [third, fourth] = [sources.get('b-one-4') as Source, sources.get('b-one-5') as Source];
      sources.set('b-one-4', fourth).set('b-one-5', third);
    });
    const { findings, found } = await verify();
    expect(found).toBe(3);
    expect(findings).toEqual([
      expect.objectContaining({ kind: 'swapped', id: 'a-one-4', text: expect.stringContaining('a-two-5') }),
      expect.objectContaining({ kind: 'moved', id: 'b-one-5', text: expect.stringContaining('b-one-4') }),
      expect.objectContaining({ kind: 'moved', id: 'b-one-4', text: expect.stringContaining('b-one-5') }),
    ]);
  });

  it('finds that the end was cut off, and that a whole index is gone', async () => {
    const { verify } = await written();
    await rewrite(index('audit'), (sources) => {
      for (const id of sources.keys()) if (id.startsWith('b-two')) sources.delete(id);
    });
    const cut = await verify();
    expect(cut.findings.length).toBeGreaterThan(0);
    for (const finding of cut.findings) expect(finding).toMatchObject({ kind: 'rolled_back', index: index('audit') });
    await call('DELETE', `/${index('decisions')}`);
    const kinds = new Set((await verify()).findings.map(({ kind, index: name }) => `${kind} ${name ?? ''}`));
    // Of the agent whose leaves are not here, both indices may have had what is missing.
    expect(kinds).toEqual(new Set(['rolled_back ', `index_gone ${index('decisions')}`]));
  });

  /* The node of the tests has no place for snapshots: a clone is a copy of an index at a moment as well. */
  it('finds that an index was put back to what it was before', async () => {
    const a = await start('a');
    await a.evidence.append(someRecords('a-one', 12, AT));
    await a.keeper.make();
    const copy = `${node.prefix}copy`;
    const clone = async (from: string, to: string): Promise<void> => {
      await call('PUT', `/${from}/_settings`, { 'index.blocks.write': true });
      await call('POST', `/${from}/_clone/${to}`, { settings: { 'index.blocks.write': null } });
      await call('PUT', `/${from}/_settings`, { 'index.blocks.write': null });
    };
    await clone(index('audit'), copy);
    await a.evidence.append(someRecords('a-two', 12, AT));
    await a.keeper.make();
    await call('DELETE', `/${index('audit')}`);
    await clone(copy, index('audit'));
    const { findings, verdict } = await verifyWith(a.ports, { keys: await keysOf([a]) });
    expect(verdict).toBe('changed');
    expect(findings[0]).toMatchObject({ kind: 'rolled_back', id: 'a-two-1', index: index('audit'), seq: 13 });
  });

  it('goes on after a crash, and tells what was lost and what another agent wrote', async () => {
    const signer = memorySigner();
    const first = await start('a', signer);
    await first.evidence.append(someRecords('one', 6, AT));
    await first.keeper.make();
    await first.evidence.append(someRecords('two', 6, AT));
    await files[0]?.end();
    const other = await start('b');
    await other.evidence.append(someRecords('two', 6, AT));
    await other.keeper.make(0);
    const second = await start('a', signer);
    await second.evidence.append(someRecords('three', 6, AT));
    await second.keeper.make();
    const report = await verifyWith(second.ports, { keys: await keysOf([other, second]) });
    expect(report).toMatchObject({ verdict: 'intact', found: 0, records: 18, unanchored: [] });
    expect(report.explained).toEqual([expect.objectContaining({ why: 'there_already', records: 6 })]);
  });

  it('keeps the chain through what OpenSearch will not have', async () => {
    const agent = await start('a');
    const huge = { by: 'x', four_eyes: 'perhaps', bundle: { version: 'not a number' } };
    await agent.evidence.append([
      { family: 'audit', id: 'odd', at: AT, body: huge },
      { family: 'audit', id: 'fine', at: AT, body: { by: 'y', odd: [1e400, 0.1, '\ud800'], score: Infinity } },
    ]);
    await agent.keeper.make();
    const report = await verifyWith(agent.ports, { keys: await keysOf([agent]) });
    expect(report).toMatchObject({ verdict: 'intact', found: 0, records: 2 });
    expect(report.explained).toEqual([expect.objectContaining({ why: 'fields', records: 1 })]);
  });
});
