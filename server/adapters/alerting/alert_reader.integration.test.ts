import { ALERT_MAPPINGS, aBucketAlert, aDocumentAlert, aQueryAlert } from '../../../test/builders/alerts';
import { realNode, type RealNode } from '../../../test/contracts/real_node';
import { StoreUnavailable, type AlertPosition, type AlertReader, type ClusterTransport } from '../../runner/ports';
import { alertReader } from './alert_reader';

jest.setTimeout(120_000);

type Source = Readonly<Record<string, unknown>>;

/** Indices as Alerting keeps them, on a place of their own. */
class Alerting {
  readonly active: string;
  readonly pattern: string;
  private readonly node: RealNode;

  constructor(node: RealNode) {
    this.node = node;
    this.active = `${node.prefix}alerts`;
    this.pattern = `${node.prefix}alert*`;
  }

  get transport(): ClusterTransport {
    return this.node.transport;
  }

  history(number: number): string {
    return `${this.node.prefix}alert-history-2026.11.22-${number}`;
  }

  async make(index: string, shards = 1): Promise<void> {
    // Alerts become visible only by refreshing: whoever reads must not depend on luck.
    const settings = {
      'index.number_of_shards': shards,
      'index.number_of_replicas': 0,
      'index.hidden': true,
      'index.refresh_interval': -1,
    };
    await this.must('PUT', `/${index}`, { settings, mappings: ALERT_MAPPINGS });
  }

  async must(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: Source): Promise<void> {
    const answer = await this.transport.request({ method, path, ...(body && { body }) }, { timeoutMs: 30_000 });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
  }

  write(index: string, id: string, source: Source, routing = 'monitor'): Promise<void> {
    return this.must('PUT', `/${index}/_doc/${id}?routing=${routing}`, source);
  }

  remove(index: string, id: string, routing = 'monitor'): Promise<void> {
    return this.must('DELETE', `/${index}/_doc/${id}?routing=${routing}`);
  }

  /** Many alerts at once, `id` of the n-th is `idOf(n)`. */
  async fill(index: string, count: number, idOf: (n: number) => string): Promise<void> {
    for (let at = 0; at < count; at += 2_500) {
      const lines = Array.from({ length: Math.min(2_500, count - at) }, (_, n) => {
        const id = idOf(at + n);
        return `${JSON.stringify({ index: { _index: index, _id: id, routing: id } })}\n${JSON.stringify(aQueryAlert())}\n`;
      });
      const { body } = await this.transport.request(
        { method: 'POST', path: '/_bulk', bulkBody: lines.join('') },
        { timeoutMs: 60_000 },
      );
      if ((body as { errors: boolean }).errors) throw new Error('the node did not take all alerts');
    }
  }

  /** No node may hold it any more, as when the only one with a copy is gone. */
  async losePrimary(index: string): Promise<void> {
    await this.must('POST', `/${index}/_close`);
    await this.must('PUT', `/${index}/_settings`, { 'index.routing.allocation.require._name': 'nowhere' });
    await this.must('POST', `/${index}/_open?wait_for_active_shards=0`);
  }

  async findPrimary(index: string): Promise<void> {
    await this.must('PUT', `/${index}/_settings`, { 'index.routing.allocation.require._name': null });
    const path = `/_cluster/health/${index}?wait_for_status=yellow&timeout=20s`;
    await this.transport.request({ method: 'GET', path }, { timeoutMs: 30_000 });
  }

  dispose(): Promise<void> {
    return this.node.dispose();
  }
}

/** Changes what the node says of its shards, as another state of the cluster would. */
const saying = (
  transport: ClusterTransport,
  change: (shard: { seq_no: Record<string, number>; commit: { user_data: Record<string, string> } }) => void,
): ClusterTransport => ({
  request: async (request, options) => {
    const answer = await transport.request(request, options);
    if (!request.path.includes('/_stats')) return answer;
    const body = JSON.parse(JSON.stringify(answer.body)) as {
      indices: Record<string, { shards: Record<string, Array<Parameters<typeof change>[0]>> }>;
    };
    for (const { shards } of Object.values(body.indices)) Object.values(shards).flat().forEach(change);
    return { ...answer, body };
  },
});

/** Follows the alerts from a position on, page by page, until nothing is new. */
const readAll = async (
  reader: AlertReader,
  from: AlertPosition,
  page = 500,
): Promise<{ ids: readonly string[]; position: AlertPosition; pages: number }> => {
  const ids: string[] = [];
  let position = from;
  for (let pages = 0; pages < 100; pages += 1) {
    const read = await reader.since(await reader.patterns(), position, page);
    if (read.alerts.length === 0) return { ids, position: read.position, pages };
    expect(read.alerts.length).toBeLessThanOrEqual(page);
    ids.push(...read.alerts.map(({ id }) => id));
    position = read.position;
  }
  throw new Error('the reader never comes to an end');
};

describe('the reader of alert indices', () => {
  let alerting: Alerting;
  let reader: AlertReader;

  beforeEach(async () => {
    alerting = new Alerting(await realNode());
    reader = alertReader(alerting.transport, { alerts: [alerting.pattern], findings: [] });
  });
  afterEach(() => alerting.dispose());

  const idsSince = async (position: AlertPosition): Promise<readonly string[]> => (await readAll(reader, position)).ids;

  it('has nothing to read where Alerting never was', async () => {
    expect(await reader.now(await reader.patterns())).toEqual({});
    expect(await reader.since(await reader.patterns(), {}, 10)).toEqual({ alerts: [], position: {} });
  });

  it('leaves alone what was there at the beginning, and reads what comes in the order of writing', async () => {
    await alerting.make(alerting.active);
    await alerting.write(alerting.active, 'old', aQueryAlert());
    const start = await reader.now(await reader.patterns());
    for (const id of ['c', 'a', 'b']) await alerting.write(alerting.active, id, aQueryAlert());
    expect(await idsSince(start)).toEqual(['c', 'a', 'b']);
  });

  it('hands on each alert by the id of its document and as it was written', async () => {
    await alerting.make(alerting.active);
    const written = [aQueryAlert(), aBucketAlert(), aDocumentAlert('doc-1|app-logs')];
    for (const [n, source] of written.entries()) await alerting.write(alerting.active, `alert-${n}`, source);
    const { alerts } = await reader.since(await reader.patterns(), {}, 10);
    expect(alerts).toEqual(written.map((source, n) => ({ id: `alert-${n}`, index: alerting.active, source })));
  });

  it('reads an alert again when it was written again, in its latest state only', async () => {
    await alerting.make(alerting.active);
    await alerting.write(alerting.active, 'a', aQueryAlert());
    const { position } = await readAll(reader, {});
    expect(await idsSince(position)).toEqual([]);
    await alerting.write(alerting.active, 'a', aQueryAlert({ state: 'ERROR' }));
    await alerting.write(alerting.active, 'b', aQueryAlert());
    await alerting.write(alerting.active, 'a', aQueryAlert({ id: 'a', state: 'ACKNOWLEDGED' }));
    const { alerts } = await reader.since(await reader.patterns(), position, 10);
    expect(alerts).toMatchObject([{ id: 'b' }, { id: 'a', source: { state: 'ACKNOWLEDGED' } }]);
  });

  it('sees an alert that moved to the history there', async () => {
    await alerting.make(alerting.active);
    await alerting.make(alerting.history(1));
    await alerting.write(alerting.active, 'a', aDocumentAlert('doc-1|app-logs'));
    const { position } = await readAll(reader, {});
    await alerting.remove(alerting.active, 'a');
    await alerting.write(alerting.history(1), 'a', aDocumentAlert('doc-1|app-logs', { state: 'ACKNOWLEDGED' }));
    const { alerts } = await reader.since(await reader.patterns(), position, 10);
    expect(alerts).toMatchObject([{ id: 'a', source: { state: 'ACKNOWLEDGED' } }]);
  });

  it('reads on over a rollover: the new index from its start, the old one until it is exhausted', async () => {
    await alerting.make(alerting.history(1));
    await alerting.write(alerting.history(1), 'before', aQueryAlert());
    const start = await reader.now(await reader.patterns());
    await alerting.write(alerting.history(1), 'last-of-old', aQueryAlert());
    await alerting.make(alerting.history(2));
    await alerting.write(alerting.history(2), 'first-of-new', aQueryAlert());
    const { ids, position } = await readAll(reader, start, 1);
    expect(ids).toEqual(['last-of-old', 'first-of-new']);
    await alerting.write(alerting.history(1), 'late', aQueryAlert());
    expect(await idsSince(position)).toEqual(['late']);
  });

  it('goes on when an index is deleted, forgets its place, and reads one made again under its name from its start', async () => {
    await alerting.make(alerting.active);
    await alerting.make(alerting.history(1));
    for (const index of [alerting.active, alerting.history(1)]) await alerting.write(index, 'a', aQueryAlert());
    const before = await readAll(reader, {});
    await alerting.must('DELETE', `/${alerting.history(1)}`);
    await alerting.write(alerting.active, 'b', aQueryAlert());
    const after = await readAll(reader, before.position);
    expect(after.ids).toEqual(['b']);
    expect(Object.keys(after.position)).toHaveLength(1);
    await alerting.make(alerting.history(1));
    await alerting.write(alerting.history(1), 'c', aQueryAlert());
    expect(await idsSince(after.position)).toEqual(['c']);
  });

  it('goes on while an index is closed, and reads only what is new once it is open again', async () => {
    await alerting.make(alerting.active);
    await alerting.make(alerting.history(1));
    await alerting.write(alerting.history(1), 'read', aQueryAlert());
    const before = await readAll(reader, {});
    await alerting.must('POST', `/${alerting.history(1)}/_close`);
    await alerting.write(alerting.active, 'meanwhile', aQueryAlert());
    const closed = await readAll(reader, before.position);
    expect(closed.ids).toEqual(['meanwhile']);
    await alerting.must('POST', `/${alerting.history(1)}/_open`);
    await alerting.write(alerting.history(1), 'new', aQueryAlert());
    expect(await idsSince(closed.position)).toEqual(['new']);
  });

  it('goes on while a shard has no primary, and reads only what is new once it has one', async () => {
    await alerting.make(alerting.active);
    await alerting.make(alerting.history(1));
    await alerting.write(alerting.history(1), 'read', aQueryAlert());
    const before = await readAll(reader, {});
    await alerting.losePrimary(alerting.history(1));
    await alerting.write(alerting.active, 'meanwhile', aQueryAlert());
    const lost = await readAll(reader, before.position);
    expect(lost.ids).toEqual(['meanwhile']);
    await alerting.findPrimary(alerting.history(1));
    await alerting.write(alerting.history(1), 'new', aQueryAlert());
    expect(await idsSince(lost.position)).toEqual(['new']);
  });

  it('reads 10,000 alerts in pages, each once and in the order of writing', async () => {
    await alerting.make(alerting.active);
    await alerting.fill(alerting.active, 10_000, (n) => `a${n}`);
    const { ids, pages } = await readAll(reader, {});
    expect(pages).toBe(20);
    expect(ids).toEqual(Array.from({ length: 10_000 }, (_, n) => `a${n}`));
  });

  it('keeps a place for each shard', async () => {
    await alerting.make(alerting.active, 2);
    await alerting.fill(alerting.active, 500, (n) => `a${n}`);
    const { ids, position, pages } = await readAll(reader, {}, 70);
    expect(pages).toBeGreaterThan(7);
    expect(Object.keys(position)).toHaveLength(2);
    expect(Object.values(position).every((at) => at > 50)).toBe(true);
    expect(ids).toHaveLength(500);
    expect(new Set(ids).size).toBe(500);
    await alerting.fill(alerting.active, 20, (n) => `b${n}`);
    expect([...(await idsSince(position))].sort()).toEqual(Array.from({ length: 20 }, (_, n) => `b${n}`).sort());
  });

  it('does not read what may still have something in flight below it', async () => {
    await alerting.make(alerting.active);
    for (const id of ['a', 'b', 'c']) await alerting.write(alerting.active, id, aQueryAlert());
    const inFlight = alertReader(
      saying(alerting.transport, ({ seq_no }) => (seq_no.global_checkpoint = 1)),
      { alerts: [alerting.pattern], findings: [] },
    );
    const { ids, position } = await readAll(inFlight, {});
    expect(ids).toEqual(['a', 'b']);
    expect(await idsSince(position)).toEqual(['c']);
  });

  it('waits, and reads nothing twice, while a new primary has not learnt the checkpoint yet', async () => {
    await alerting.make(alerting.active);
    for (const id of ['a', 'b', 'c']) await alerting.write(alerting.active, id, aQueryAlert());
    const { position } = await readAll(reader, {});
    const behind = alertReader(
      saying(alerting.transport, ({ seq_no }) => (seq_no.global_checkpoint = 0)),
      { alerts: [alerting.pattern], findings: [] },
    );
    expect(await behind.since(await behind.patterns(), position, 10)).toEqual({ alerts: [], position });
  });

  it('reads a shard again from its start if it went back to an older copy or was restored', async () => {
    await alerting.make(alerting.active);
    for (const id of ['a', 'b']) await alerting.write(alerting.active, id, aQueryAlert());
    const { position } = await readAll(reader, {});
    const further = Object.fromEntries(Object.keys(position).map((key) => [key, 7]));
    expect(await idsSince(further)).toEqual(['a', 'b']);
    const restored = alertReader(
      saying(alerting.transport, ({ commit }) => (commit.user_data.history_uuid = 'another')),
      { alerts: [alerting.pattern], findings: [] },
    );
    const again = await readAll(restored, position);
    expect(again.ids).toEqual(['a', 'b']);
    expect(Object.keys(again.position)).toHaveLength(1);
  });
});

describe('the documents that alerts relate to', () => {
  let alerting: Alerting;
  let reader: AlertReader;
  let logs: string;

  beforeEach(async () => {
    const node = await realNode();
    alerting = new Alerting(node);
    reader = alertReader(alerting.transport, { alerts: [alerting.pattern], findings: [] });
    logs = `${node.prefix}logs`;
    await alerting.must('PUT', `/${logs}`, { settings: { 'index.number_of_replicas': 0 } });
  });
  afterEach(() => alerting.dispose());

  it('are read as they are now, each once; what is gone is left out', async () => {
    await alerting.must('PUT', `/${logs}/_doc/a`, { level: 'debug' });
    await alerting.must('PUT', `/${logs}/_doc/a`, { level: 'error' });
    await alerting.must('PUT', `/${logs}/_doc/b`, { level: 'warn' });
    const wanted = ['a', 'gone', 'b', 'a'].map((id) => ({ index: logs, id }));
    const found = await reader.documents([...wanted, { index: `${logs}-gone`, id: 'a' }]);
    expect(found).toEqual([
      { index: logs, id: 'a', seqNo: 1, source: { level: 'error' } },
      { index: logs, id: 'b', seqNo: 2, source: { level: 'warn' } },
    ]);
  });

  it('are read all, however many an alert names', async () => {
    await alerting.fill(logs, 1_201, (n) => `d${n}`);
    const wanted = Array.from({ length: 1_201 }, (_, n) => ({ index: logs, id: `d${n}` }));
    expect(await reader.documents(wanted)).toHaveLength(1_201);
  });

  it('of a closed index count as gone', async () => {
    await alerting.must('PUT', `/${logs}/_doc/a`, { level: 'error' });
    await alerting.must('POST', `/${logs}/_close`);
    expect(await reader.documents([{ index: logs, id: 'a' }])).toEqual([]);
  });

  it('are waited for while their shard is away: without them the alert would become another event', async () => {
    await alerting.must('PUT', `/${logs}/_doc/a`, { level: 'error' });
    await alerting.losePrimary(logs);
    await expect(reader.documents([{ index: logs, id: 'a' }])).rejects.toThrow(StoreUnavailable);
    await alerting.findPrimary(logs);
    expect(await reader.documents([{ index: logs, id: 'a' }])).toHaveLength(1);
  });
});
