import { received } from '../../../test/builders/events';
import { clockOf, quietLog } from '../../../test/builders/store_port';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { Scheduler } from '../../../test/fakes/scheduler';
import { iso } from '../../../common/iso';
import type { EvidenceLog } from '../ports';
import { followHistory } from './follow_history';
import { HistoryBook } from './history';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
let scheduler: Scheduler;
let evidence: FakeEvidence;
let book: HistoryBook;
let asked: string[];
let peers: boolean;
let over: boolean;
beforeEach(() => {
  scheduler = new Scheduler();
  evidence = new FakeEvidence();
  book = new HistoryBook();
  asked = [];
  peers = false;
  over = false;
});
afterEach(() => {
  over = true;
});

const decided = (n: number, at: number, ip: string, verdict = 'permit'): void =>
  evidence.append([
    {
      family: 'decisions',
      id: `d${n}`,
      at: iso(at),
      body: {
        event: { ...received({ event_id: `e${n}`, source: { ip } }), case_id: `case:${n}`, received_at: iso(at) },
        decision: { decision_id: `d${n}`, verdict, decided_at: iso(at) },
      },
    },
  ]);
const follow = (): void => {
  const log: EvidenceLog = fakeEvidenceLog(evidence);
  const spied: EvidenceLog = {
    ...log,
    find: (query) => {
      asked.push(`find ${query.family}`);
      return log.find(query);
    },
    scan: (query) => {
      asked.push(`scan ${query.family}`);
      return log.scan(query);
    },
  };
  const source = { evidence: spied, clock: clockOf(scheduler, NOW), log: quietLog(), book, hasPeers: () => peers };
  void followHistory(source, () => over);
};
const pass = async (ms: number): Promise<void> => {
  const end = scheduler.now + ms;
  while (scheduler.now < end) {
    await scheduler.runUntil(Math.min(end, scheduler.now + 500));
    await new Promise((resolve) => setImmediate(resolve));
  }
};
const countOf = (ip: string) =>
  book.factsFor({ ...received({ source: { ip } }), case_id: 'case:asked' }, NOW + scheduler.now).src;

describe('the history after a restart', () => {
  it('holds the newest decisions, however many older ones there are', async () => {
    const most = 100_000;
    // The records are made by hand: so many are slow to make one by one.
    const records = new Map<string, { id: string; at: string; body: Record<string, unknown> }>();
    const event = received({ source: { ip: '10.0.0.1' } });
    for (let n = 0; n < most + 500; n += 1) {
      const at = iso(NOW - 20 * 86_400_000 + n);
      const old = { ...event, case_id: `old:${n}`, received_at: at };
      records.set(`o${n}`, { id: `o${n}`, at, body: { event: old, decision: { verdict: 'deny', decided_at: at } } });
    }
    evidence.records.set('decisions', records);
    decided(1, NOW - 60_000, '203.0.113.1');
    const all = [...records.values()].reverse();
    const paged: EvidenceLog = {
      ...fakeEvidenceLog(evidence),
      find: async ({ to, offset = 0, limit }) => {
        const first = to === undefined ? 0 : all.findIndex(({ at }) => at < to);
        return { total: all.length, entries: first < 0 ? [] : all.slice(first + offset, first + offset + limit) };
      },
    };
    const source = { evidence: paged, clock: clockOf(scheduler, NOW), log: quietLog(), book, hasPeers: () => false };
    void followHistory(source, () => over);
    await pass(3_000);
    expect(countOf('203.0.113.1')).toMatchObject({ events_1h: 1, acts_1h: 1 });
  }, 30_000);

  it('counts a case once that was decided several times', async () => {
    decided(1, NOW - 60_000, '203.0.113.1', 'hold');
    const [first] = [...(evidence.records.get('decisions')?.values() ?? [])];
    if (first) evidence.append([{ family: 'decisions', id: 'd1b', at: iso(NOW - 50_000), body: first.body }]);
    follow();
    await pass(1_000);
    expect(countOf('203.0.113.1').events_1h).toBe(1);
  });
});

describe('following the history', () => {
  it('reads no decisions back while this agent is alone', async () => {
    follow();
    await pass(1_000);
    asked.length = 0;
    await pass(60_000);
    expect(asked.filter((each) => each.includes('decisions'))).toEqual([]);
  });

  it('hears what other agents decide, and what they decided just before they ended', async () => {
    follow();
    peers = true;
    await pass(1_000);
    decided(1, NOW + scheduler.now, '203.0.113.1');
    await pass(6_000);
    decided(2, NOW + scheduler.now, '203.0.113.1');
    peers = false;
    await pass(6_000);
    expect(countOf('203.0.113.1')).toMatchObject({ events_1h: 2, acts_1h: 2 });
  });

  it('hears what others decided from the moment on at which they came', async () => {
    follow();
    await pass(120_000);
    decided(1, NOW + scheduler.now, '203.0.113.1');
    peers = true;
    await pass(6_000);
    expect(countOf('203.0.113.1').events_1h).toBe(1);
  });
});
