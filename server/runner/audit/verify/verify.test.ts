import {
  aScene,
  keysOf,
  memorySigner,
  someRecords,
  startAuditing,
  verifyWith,
} from '../../../../test/builders/audit_scene';
import { FakeAuditDisk } from '../../../../test/fakes/fake_audit';
import type { Stored } from '../../../../test/fakes/fake_evidence';
import { recordHash } from '../../../engine/audit/record_hash';
import type { EvidenceFamily } from '../../ports';

/* Every manipulation of the attack suite (F14, X25), in memory; `audit.integration.test.ts` does them for real. */

const LATER_MS = 61_000;
const HOUR_MS = 3_600_000;

/** Two agents that wrote and covered two lots of records each. */
const twoAgents = async () => {
  const scene = aScene();
  const ports = { a: scene.agent('a'), b: scene.agent('b') };
  const agents = { a: await startAuditing(ports.a), b: await startAuditing(ports.b) };
  for (const lot of ['one', 'two'])
    for (const [name, agent] of Object.entries(agents)) {
      await agent.evidence.append(someRecords(`${name}-${lot}`, 12));
      await agent.keeper.make();
    }
  const keys = await keysOf(Object.values(agents));
  const verify = (withLeaves = true) => verifyWith(ports.a, { keys }, withLeaves);
  const stored = (family: EvidenceFamily, id: string): Stored => {
    const found = scene.evidence.records.get(family)?.get(id);
    if (found === undefined) throw new Error(`no ${family}/${id}`);
    return found;
  };
  const put = (family: EvidenceFamily, record: Stored, id = record.id): void =>
    void scene.evidence.records.get(family)?.set(id, record);
  const drop = (family: EvidenceFamily, id: string): void => void scene.evidence.records.get(family)?.delete(id);
  return { ...scene, ports, agents, keys, verify, stored, put, drop };
};

/** A record with other content, and hashed anew, as somebody does who knows how. */
const forged = (family: EvidenceFamily, record: Stored, text: string): Stored => {
  const { audit } = record;
  if (audit === undefined) throw new Error('the record has no place');
  const { id, at, fields = {} } = record;
  return {
    ...record,
    record: text,
    audit: { ...audit, hash: recordHash({ family, id, at, record: text, fields, ...audit }) },
  };
};

describe('verifying evidence that nobody touched', () => {
  it('finds it intact, and says what is anchored', async () => {
    const { verify, agents } = await twoAgents();
    for (const withLeaves of [true, false]) {
      const report = await verify(withLeaves);
      expect(report).toMatchObject({ verdict: 'intact', found: 0, records: 48, findings: [], unanchored: [] });
      expect(report.logs.map(({ size, key }) => [size, key])).toEqual([
        [24, 'trusted'],
        [24, 'trusted'],
      ]);
      expect(report.anchored).toEqual([
        expect.objectContaining({ chain: agents.a.chain.id, from_seq: 0, to_seq: 23 }),
        expect.objectContaining({ chain: agents.b.chain.id, from_seq: 0, to_seq: 23 }),
      ]);
    }
  });

  it('says of new records that no checkpoint covers them yet, and of old ones that none will', async () => {
    const { verify, agents, pass } = await twoAgents();
    await agents.b.evidence.append(someRecords('new', 3, '2026-11-22T12:00:00.000Z'));
    const young = await verify();
    expect(young).toMatchObject({ verdict: 'intact', found: 0 });
    expect(young.unanchored).toEqual([expect.objectContaining({ from_seq: 24, to_seq: 26, records: 3 })]);
    pass(HOUR_MS);
    expect(await verify()).toMatchObject({ verdict: 'unanchored', found: 0 });
  });

  it('believes no checkpoint of a key that it does not know', async () => {
    const { ports, agents, keys } = await twoAgents();
    const [own] = await keysOf([agents.a]);
    const report = await verifyWith(ports.a, { keys: keys.filter(({ name }) => name === own?.name) });
    expect(report.verdict).toBe('unanchored');
    expect(report.logs.map(({ key }) => key).sort()).toEqual(['trusted', 'unknown']);
    expect(report.unanchored).toEqual([expect.objectContaining({ chain: agents.b.chain.id, records: 24 })]);
  });

  it('tells what was stored before there were chains from what has none since', async () => {
    const { evidence, verify } = await twoAgents();
    const entry = (id: string, at: string) => ({ family: 'audit' as const, id, at, body: { by: 'x' } });
    evidence.append([entry('old', '2026-10-01T00:00:00.000Z'), entry('upgrading', '2026-11-22T20:00:00.000Z')]);
    const quiet = await verify();
    expect(quiet).toMatchObject({ verdict: 'intact', before_chain: 1, found: 0 });
    expect(quiet.explained).toEqual([expect.objectContaining({ why: 'upgrade', records: 1 })]);
    evidence.append([entry('strange', '2026-11-25T00:00:00.000Z')]);
    expect((await verify()).findings).toEqual([expect.objectContaining({ kind: 'inserted', id: 'strange' })]);
  });
});

describe.each([
  ['with the leaves that the agent kept', true],
  ['with checkpoints alone', false],
])('verifying changed evidence %s', (_, withLeaves) => {
  it('names a record that was edited', async () => {
    const { stored, put, verify, agents } = await twoAgents();
    const record = stored('audit', 'a-one-4');
    put('audit', { ...record, record: (record.record ?? '').replace('approved', 'denied') });
    const report = await verify(withLeaves);
    expect(report).toMatchObject({ verdict: 'changed', found: 1 });
    expect(report.findings).toEqual([
      expect.objectContaining({
        ...{ kind: 'edited', family: 'audit', id: 'a-one-4', index: 'reflex-audit-2026.11', seq: 4 },
        ...{ chain: agents.a.chain.id, expected: record.audit?.hash, at: record.at },
      }),
    ]);
    expect(report.findings[0]?.found).not.toBe(record.audit?.hash);
  });

  it('names a record whose search fields were edited, so that nobody finds it', async () => {
    const { stored, put, verify } = await twoAgents();
    const record = stored('audit', 'b-two-5');
    put('audit', { ...record, fields: { ...record.fields, verb: ['denied'] } });
    expect((await verify(withLeaves)).findings).toEqual([expect.objectContaining({ kind: 'edited', id: 'b-two-5' })]);
  });

  it('finds a record that was edited and hashed anew', async () => {
    const { stored, put, verify } = await twoAgents();
    put('audit', forged('audit', stored('audit', 'a-two-7'), '{"by":"nobody"}'));
    const { findings } = await verify(withLeaves);
    const where = withLeaves ? { kind: 'edited', id: 'a-two-7' } : { kind: 'rewritten', id: 'a-two-8' };
    expect(findings).toEqual([expect.objectContaining(where)]);
  });

  it('finds that the end of a chain was rewritten from a record on, each hashed anew and linked', async () => {
    const { stored, put, verify, agents } = await twoAgents();
    let prev: string | undefined;
    for (let number = 7; number < 12; number += 1) {
      const family = number % 3 === 0 ? 'decisions' : 'audit';
      const record = stored(family, `a-two-${number}`);
      const audit = record.audit && { ...record.audit, prev: prev ?? record.audit.prev };
      const text = number === 7 ? '{"by":"nobody"}' : (record.record ?? '');
      const made = forged(family, { ...record, ...(audit ? { audit } : {}) }, text);
      put(family, made);
      prev = made.audit?.hash;
    }
    const { findings } = await verify(withLeaves);
    if (withLeaves) expect(findings[0]).toMatchObject({ kind: 'edited', id: 'a-two-7' });
    else
      expect(findings).toEqual([
        expect.objectContaining({ kind: 'rewritten', chain: agents.a.chain.id, seq: 12, to_seq: 23 }),
      ]);
  });

  it('names a record that was deleted, and several in a row as one', async () => {
    const { drop, verify, stored } = await twoAgents();
    const { audit } = stored('audit', 'a-one-4');
    for (const id of ['a-one-4', 'a-one-5', 'b-one-7']) drop('audit', id);
    const { findings, found } = await verify(withLeaves);
    expect(found).toBe(2);
    expect(findings[0]).toMatchObject({ kind: 'deleted', chain: audit?.chain, seq: 4, to_seq: 5 });
    if (withLeaves)
      expect(findings[0]).toMatchObject({
        id: 'a-one-4',
        family: 'audit',
        index: 'reflex-audit-2026.11',
        expected: audit?.hash,
      });
  });

  it('finds that the end was cut off', async () => {
    const { drop, verify } = await twoAgents();
    for (let number = 8; number < 12; number += 1) drop(number % 3 === 0 ? 'decisions' : 'audit', `b-two-${number}`);
    const { findings } = await verify(withLeaves);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(['truncated']));
    expect(findings.map(({ seq }) => seq)).toContain(20);
  });

  it('names a copy of a record that was put beside it', async () => {
    const { stored, put, verify } = await twoAgents();
    const record = stored('audit', 'a-one-4');
    put('audit', { ...record, id: 'copy' });
    expect((await verify(withLeaves)).findings).toEqual([
      expect.objectContaining({ kind: 'inserted', id: 'copy', seq: 4 }),
    ]);
  });

  it("names two records that have each other's content", async () => {
    const { stored, put, verify } = await twoAgents();
    const [one, other] = [stored('audit', 'a-one-4'), stored('audit', 'a-two-5')];
    put('audit', { ...one, record: other.record ?? '' });
    put('audit', { ...other, record: one.record ?? '' });
    const { findings, found } = await verify(withLeaves);
    expect(found).toBe(1);
    expect(findings[0]).toMatchObject({ kind: 'swapped', id: 'a-one-4', text: expect.stringContaining('a-two-5') });
  });

  it('names a record that stands in another index', async () => {
    const { stored, put, verify } = await twoAgents();
    put('audit', { ...stored('audit', 'a-one-4'), index: 'reflex-audit-2026.10' });
    expect((await verify(withLeaves)).findings).toEqual([
      expect.objectContaining({
        kind: 'misplaced',
        id: 'a-one-4',
        text: expect.stringContaining('reflex-audit-2026.11'),
      }),
    ]);
  });
});

describe('verifying checkpoints', () => {
  it('finds two of one size with different roots (X25)', async () => {
    const { ports, agents, keys, index } = await twoAgents();
    const signer = ports.a.signer;
    const [kept] = ports.a.disk.kept;
    const origin = kept?.origin ?? '';
    const other = await signer.sign(origin, `${origin}\n${kept?.size}\n${Buffer.alloc(32, 7).toString('base64')}\n`);
    const report = await verifyWith(ports.a, { keys, notes: [other] });
    expect(report.findings).toEqual([
      expect.objectContaining({ kind: 'two_checkpoints', text: expect.stringContaining(origin) }),
    ]);
    expect(report.verdict).toBe('changed');
    expect(agents.a.keeper.troubles).toEqual([]);
    expect(index.filed.size).toBe(4);
  });

  it('finds one whose signature is wrong, and one that is none', async () => {
    const { ports, keys } = await twoAgents();
    const note = ports.a.disk.kept[0]?.note ?? '';
    const notes = [note.replace(/^(.*\n)12\n/, '$111\n'), 'what is this'];
    const { findings } = await verifyWith(ports.a, { keys, notes });
    expect(findings.map(({ kind }) => kind)).toEqual(['forged_checkpoint', 'forged_checkpoint']);
  });

  it('finds what was changed by the note of somebody else, where evidence, disk and index were put back together', async () => {
    const { ports, agents, keys, index, drop } = await twoAgents();
    const [first, second] = ports.a.disk.kept;
    const outside = ports.a.disk.kept.map(({ note }) => note);
    for (let number = 0; number < 12; number += 1) drop(number % 3 === 0 ? 'decisions' : 'audit', `a-two-${number}`);
    ports.a.disk.kept.length = 1;
    index.filed.delete(`${second?.origin}@${second?.size}`);
    expect(first?.size).toBe(12);
    const report = await verifyWith(ports.a, { keys, notes: outside });
    expect(report.verdict).toBe('changed');
    expect(report.findings).toEqual([
      expect.objectContaining({ kind: 'truncated', text: expect.stringContaining('24') }),
    ]);
    expect(agents.a.chain.size).toBe(24);
  });
});

describe('an agent that starts again', () => {
  const again = async (between: (scene: ReturnType<typeof aScene>, disk: FakeAuditDisk) => void | Promise<void>) => {
    const scene = aScene();
    const disk = new FakeAuditDisk();
    const signer = memorySigner();
    const first = await startAuditing(scene.agent('a', disk, signer));
    await first.evidence.append(someRecords('one', 6));
    await first.keeper.make();
    await first.evidence.append(someRecords('two', 6));
    await between(scene, disk);
    const ports = scene.agent('a', disk, signer);
    const second = await startAuditing(ports);
    await second.evidence.append(someRecords('three', 6));
    await second.keeper.make();
    return {
      scene,
      ports,
      first,
      second,
      verify: async () => verifyWith(ports, { keys: await keysOf([first, second]) }),
    };
  };

  it('covers what the one before left behind', async () => {
    const { verify, second } = await again(() => undefined);
    expect(second.keeper.figures).toMatchObject({ chained: 6, waiting: 0, size: 18 });
    expect(await verify()).toMatchObject({ verdict: 'intact', found: 0, records: 18, unanchored: [] });
  });

  it('explains places whose records never arrived', async () => {
    const { verify } = await again(({ evidence }) => void evidence.records.get('audit')?.delete('two-4'));
    expect(await verify()).toMatchObject({ verdict: 'intact', found: 0, records: 17 });
  });

  it('believes what lands in such a place later if the record after it names its hash, and nothing else', async () => {
    let late: Stored | undefined;
    const { scene, verify } = await again(({ evidence }) => {
      late = evidence.records.get('audit')?.get('two-4');
      evidence.records.get('audit')?.delete('two-4');
    });
    if (late) scene.evidence.records.get('audit')?.set('two-4', late);
    const report = await verify();
    expect(report).toMatchObject({ verdict: 'intact', found: 0 });
    expect(report.explained).toEqual([expect.objectContaining({ why: 'late', records: 1 })]);
    if (late) scene.evidence.records.get('audit')?.set('two-4', forged('audit', late, '{"by":"nobody"}'));
    expect((await verify()).findings).toEqual([expect.objectContaining({ kind: 'inserted', id: 'two-4' })]);
  });

  it('begins another log where its folder was put back', async () => {
    let put: FakeAuditDisk | undefined;
    const { ports, first, second } = await again(async (scene, disk) => {
      put = new FakeAuditDisk();
      await put.note({ origin: disk.origin() ?? '', begun: [] });
      expect(scene.index.filed.size).toBe(1);
      Object.assign(disk, { noted: { origin: disk.origin(), begun: [] } });
      disk.kept.length = 0;
    });
    expect(await second.keeper.vkey()).not.toBe(await first.keeper.vkey());
    expect(JSON.parse(ports.disk.kept[0]?.statement ?? '{}')).toMatchObject({ follows: { size: 0 } });
    expect(second.keeper.troubles).toEqual([]);
  });
});

describe('records that did not go as they should', () => {
  it('are explained where another agent wrote them first', async () => {
    const { agents, verify } = await twoAgents();
    await agents.b.evidence.append(someRecords('a-one', 12));
    await agents.b.keeper.make();
    const report = await verify();
    expect(report).toMatchObject({ verdict: 'intact', found: 0 });
    expect(report.explained).toEqual([expect.objectContaining({ why: 'there_already', records: 12 })]);
  });

  it('have the same place when they are tried again, and are void when nobody does', async () => {
    const scene = aScene();
    let isAway = false;
    const ports = scene.agent('a');
    const agent = await startAuditing(ports);
    const { evidence, chain, keeper } = agent;
    const ask = scene.evidence.store.bind(scene.evidence);
    scene.evidence.store = (entries) => {
      if (isAway) throw new Error('away');
      return ask(entries);
    };
    isAway = true;
    for (let tries = 0; tries < 3; tries += 1)
      await expect(evidence.append(someRecords('x', 3))).rejects.toThrow('away');
    await expect(evidence.append(someRecords('never', 2))).rejects.toThrow('away');
    isAway = false;
    await evidence.append(someRecords('x', 3));
    expect(chain.size).toBe(5);
    await keeper.make();
    expect(keeper.figures).toMatchObject({ size: 3, waiting: 2 });
    scene.pass(LATER_MS);
    await keeper.make();
    expect(keeper.figures).toMatchObject({ size: 5, waiting: 0 });
    const report = await verifyWith(ports, { keys: await keysOf([agent]) });
    expect(report).toMatchObject({ verdict: 'intact', found: 0, records: 3 });
    expect(report.explained).toEqual([expect.objectContaining({ why: 'unanswered', records: 2 })]);
  });
});
