import { realNode, type RealNode } from '../../../test/contracts/real_node';
import { received } from '../../../test/builders/events';
import type { Intake } from '../../../common/flow/intake';
import { iso } from '../../../common/iso';
import type { AlertPosition, EvidenceEntry, FedRecord } from '../../runner/ports';
import { OpenSearchEvidenceLog } from '../opensearch/evidence_log';
import { ensureIndices } from '../opensearch/indices';
import { EvidenceShards, outcomeFeed } from './outcome_feed';

jest.setTimeout(120_000);

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const SIEM: Intake = { type: 'webhook', id: 'siem' };

let node: RealNode;
let log: OpenSearchEvidenceLog;
let utc: number;

beforeEach(async () => {
  node = await realNode();
  utc = NOW;
  const options = { prefix: node.prefix, replicas: 0 };
  await ensureIndices(node.transport, { ...options, mayCreateState: true });
  log = new OpenSearchEvidenceLog(node.transport, options);
});
afterEach(() => node.dispose());

const decision = (id: string, { at = utc, intake = SIEM } = {}): EvidenceEntry => ({
  family: 'decisions',
  id,
  at: iso(at),
  body: { event: received({}, { intake }), decision: { decision_id: id, verdict: 'permit' } },
});
const action = (id: string, state: string, at = utc): EvidenceEntry => ({
  family: 'actions',
  id,
  at: iso(at),
  body: { command: { command_id: id.split('#')[0], case_id: 'c', decision_id: 'd1' }, state, n: 1 },
});
const refusal = (id: string, verb: string): EvidenceEntry => ({
  family: 'audit',
  id,
  at: iso(utc),
  body: { verb, by: 'ann', object: { type: 'escalation', id: 'c' }, case_id: 'c', outcome: 'done' },
});

const feedOf = (more: object = {}) => {
  const shards = new EvidenceShards(node.transport, { prefix: node.prefix, utc: () => utc });
  const wishes = { source: SIEM, decisions: true, states: ['verified_present', 'undone'], ...more };
  return outcomeFeed(shards, wishes);
};
const readAll = async (feed: ReturnType<typeof feedOf>, from: AlertPosition, most = 100) => {
  const records: FedRecord[] = [];
  let position = from;
  for (;;) {
    // What is known of the shards is shared for a moment.
    utc += 1_000;
    const page = await feed.since(position, most);
    records.push(...page.records);
    position = page.position;
    if (!page.more) return { ids: records.map(({ id }) => id), records, position };
  }
};

describe('the evidence as a feed of outcomes', () => {
  it('brings what is wanted, decisions first, page by page, once, and nothing that was before', async () => {
    await log.append([decision('old'), action('old#1', 'undone')]);
    const feed = feedOf();
    const end = await feed.end();
    await log.append([
      action('c1#1', 'claimed'),
      action('c1#2', 'verified_present'),
      decision('d1'),
      decision('other', { intake: { type: 'kafka', id: 'siem' } }),
      decision('elsewhere', { intake: { type: 'webhook', id: 'edr' } }),
      refusal('a1', 'deny'),
      refusal('a2', 'approve'),
      action('c1#3', 'undone'),
    ]);
    const { ids, position } = await readAll(feed, end, 2);
    expect(ids).toEqual(['d1', 'c1#2', 'c1#3', 'a1']);
    expect((await readAll(feed, position)).ids).toEqual([]);
    expect((await readAll(feedOf({ source: { type: 'webhook', id: '*' }, states: [] }), end)).ids).toEqual([
      'd1',
      'elsewhere',
      'a1',
    ]);
    expect((await readAll(feedOf({ decisions: false }), end)).ids).toEqual(['c1#2', 'c1#3']);
  });

  it('stands behind each record where that is said to be, so that reading can go on there', async () => {
    await log.append(Array.from({ length: 5 }, (_, n) => decision(`d${n}`)));
    const feed = feedOf();
    const { ids, records } = await readAll(feed, {});
    const rest = await readAll(feed, records[2]?.after ?? {});
    expect(rest.ids).toEqual(ids.slice(3));
  });

  it('reads yesterday before today, goes on in a new day, and forgets the place in an index that is gone', async () => {
    await log.append([decision('today'), decision('yesterday', { at: utc - DAY_MS })]);
    const feed = feedOf();
    const first = await readAll(feed, {});
    expect(first.ids).toEqual(['yesterday', 'today']);
    utc += DAY_MS;
    await log.append([decision('tomorrow')]);
    const second = await readAll(feed, first.position);
    expect(second.ids).toEqual(['tomorrow']);
    // A place is kept while its index may only be away, and forgotten once it is too old to be read.
    const { prefix } = node;
    await node.transport.request({ method: 'DELETE', path: `/${prefix}decisions-2026.11.21` });
    const third = await readAll(feed, second.position);
    expect([third.ids, Object.keys(third.position)]).toEqual([[], Object.keys(second.position)]);
    utc += 8 * DAY_MS;
    const later = await readAll(feed, third.position);
    const days = Object.keys(later.position).flatMap((key) => /decisions-([\d.]+) /.exec(key)?.[1] ?? []);
    expect([later.ids, days]).toEqual([[], ['2026.11.23']]);
  });

  it('says of a decision whether reading came past it', async () => {
    await log.append([decision('d1'), decision('d2')]);
    const feed = feedOf();
    const { records, position } = await readAll(feed, {});
    const found = await feed.decisions(['d2', 'unknown']);
    expect([...found.keys()]).toEqual(['d2']);
    const placed = found.get('d2');
    expect([placed?.isBefore({}), placed?.isBefore(records[0]?.after ?? {}), placed?.isBefore(position)]).toEqual([
      false,
      false,
      true,
    ]);
    expect(placed?.body).toMatchObject({ decision: { decision_id: 'd2' } });
    // Of an index that is not read any more.
    utc += 30 * DAY_MS;
    expect((await feed.decisions(['d2'])).get('d2')?.isBefore({})).toBe(true);
  });
});
