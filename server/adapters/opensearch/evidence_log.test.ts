import type { EvidenceEntry } from '../../runner/ports';
import type { OpenSearchAnswer } from './answer';
import { OpenSearchEvidenceLog } from './evidence_log';
import type { OpenSearchRequest, OpenSearchTransport } from './transport';

const entry: EvidenceEntry = {
  family: 'audit',
  id: 'a#1',
  at: '2026-11-22T10:00:00.000Z',
  body: { by: 'alice', verb: 'approved' },
};

const item = (status: number, type = 't') => ({ create: { status, _seq_no: 1, _primary_term: 1, error: { type } } });

/** Answers bulks one after the other with these items, and everything else as if it went well. */
const aTransport = (bulks: ReadonlyArray<ReturnType<typeof item>>, other: Partial<OpenSearchAnswer> = {}) => {
  const sent: OpenSearchRequest[] = [];
  let next = 0;
  const transport: OpenSearchTransport = {
    request: async (request) => {
      sent.push(request);
      if (request.path !== '/_bulk') return { status: 200, body: { _shards: { failed: 0 } }, ...other };
      return { status: 200, body: { items: [bulks[next++]] } };
    },
  };
  const steps = (): string[] => sent.map(({ method, path }) => `${method} ${path}`);
  const told: object[] = [];
  const log = new OpenSearchEvidenceLog(transport, { replicas: 0, onRefused: (record) => told.push(record) });
  return { log, sent, steps, told };
};

describe('appending evidence', () => {
  it('makes the index of the record first, once', async () => {
    const { log, steps } = aTransport([item(201), item(201)]);
    await log.append([entry]);
    await log.append([entry]);
    expect(steps()).toEqual(['PUT /reflex-audit-2026.11', 'POST /_bulk', 'POST /_bulk']);
  });

  it('waits until a record that is there already is on the disk', async () => {
    const { log, steps } = aTransport([item(409)]);
    await log.append([entry]);
    expect(steps()[2]).toBe('POST /reflex-audit-2026.11/_flush');
  });

  it('knows nothing of a record that is there if it cannot be brought to the disk', async () => {
    const { log } = aTransport([item(409)], { body: { _shards: { failed: 1 } } });
    await expect(log.append([entry])).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });

  it('appends a record without search fields if they do not fit', async () => {
    const { log, sent } = aTransport([item(400), item(201)]);
    await log.append([entry]);
    const [first, second] = sent.filter(({ path }) => path === '/_bulk').map(({ bulkBody }) => bulkBody ?? '');
    expect(first).toContain('"verb":["approved"]');
    expect(JSON.parse(second?.split('\n')[1] ?? '')).toEqual({
      '@timestamp': entry.at,
      id: entry.id,
      record: JSON.stringify(entry.body),
    });
  });

  it('files in quarantine what OpenSearch will not have at all, tells of it, and goes on', async () => {
    const { log, sent, told } = aTransport([item(400), item(400), item(201), item(201)]);
    await log.append([entry]);
    await log.append([{ ...entry, id: 'a#2' }]);
    const letter = sent.filter(({ path }) => path === '/_bulk')[2]?.bulkBody?.split('\n') ?? [];
    expect(JSON.parse(letter[0] ?? '')).toEqual({
      create: { _index: 'reflex-quarantine-2026.11', _id: 'refused:audit:a#1' },
    });
    const { record } = JSON.parse(letter[1] ?? '') as { record: string };
    expect(JSON.parse(record)).toMatchObject({ reason: 'record_refused', original: expect.stringContaining('alice') });
    expect(told).toEqual([{ family: 'audit', id: 'a#1', why: 't: no reason given', isFiled: true }]);
  });

  it('files only what it was where even its words are refused', async () => {
    const { log, told } = aTransport([item(400), item(400), item(400), item(201)]);
    await log.append([entry]);
    expect(told).toMatchObject([{ isFiled: true }]);
  });

  it('tells of a record that is nowhere, and does not stand still for it', async () => {
    const { log, told } = aTransport([item(400), item(400), item(400), item(400), item(201)]);
    await log.append([entry]);
    await log.append([{ ...entry, id: 'a#2' }]);
    expect(told).toMatchObject([{ id: 'a#1', isFiled: false }]);
  });

  it('makes sure of the index again after a write that went nowhere', async () => {
    const { log, steps } = aTransport([item(404, 'index_not_found_exception'), item(201)]);
    await expect(log.append([entry])).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await log.append([entry]);
    expect(steps().filter((step) => step.startsWith('PUT'))).toHaveLength(2);
  });
});
