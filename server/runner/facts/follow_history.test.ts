import { iso } from '../../../common/iso';
import { received } from '../../../test/builders/events';
import { clockOf, quietLog } from '../../../test/builders/store_port';
import { FakeEvidence, fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { EvidenceLog } from '../ports';
import { followHistory } from './follow_history';
import { HistoryBook } from './history';

/* Records that were noted are read again for a while: they count once, however many there are. */

// So many records take their time on a busy machine.
jest.setTimeout(60_000);

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
type Entry = Parameters<FakeEvidence['append']>[0][number];

const labelled = (id: string, at: number): Entry => ({
  family: 'feedback',
  id,
  at: iso(at),
  body: {
    event: received({ source: { ip: '203.0.113.7' } }),
    feedback: { label: 'false_positive', by: 'ann', at: iso(at) },
  },
});

/** An agent alone that follows feedback; `more` is read after what was appended. */
const follower = (
  more: () => Iterable<Entry> = () => [],
  quiet: { isQuiet: () => boolean } | undefined = undefined,
) => {
  const scheduler = new Scheduler();
  const evidence = new FakeEvidence();
  const book = new HistoryBook();
  const log: EvidenceLog = fakeEvidenceLog(evidence);
  let scans = 0;
  const scanned: EvidenceLog['scan'] = async function* (query) {
    if (query.family === 'feedback') scans += 1;
    yield* log.scan(query);
    if (query.family === 'feedback') yield* more();
  };
  const clock = clockOf(scheduler, NOW);
  let over = false;
  const source = {
    evidence: { ...log, scan: scanned },
    clock,
    log: quietLog(),
    book,
    hasPeers: () => false,
    ...(quiet && { quiet }),
  };
  void followHistory(source, () => over);
  return {
    evidence,
    pass: async (ms: number): Promise<void> => {
      for (const end = scheduler.now + ms; scheduler.now < end;) {
        await scheduler.runUntil(Math.min(end, scheduler.now + 500));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    scans: () => scans,
    end: (): void => {
      over = true;
    },
    wrong: () =>
      book.factsFor({ ...received({ source: { ip: '203.0.113.7' } }), case_id: 'case:asked' }, NOW + scheduler.now).src
        .false_positives_30d,
  };
};

describe('a label that is read again', () => {
  it('counts once, also among more records than 400,000 in the time that is read again', async () => {
    let round = 0;
    const following = follower(function* () {
      round += 1;
      if (round === 1)
        for (let n = 0; n < 400_001; n += 1) yield { family: 'feedback', id: `f${n}`, at: iso(NOW), body: {} };
    });
    following.evidence.append([labelled('one', NOW)]);
    for (let tries = 0; tries < 20 && round < 2; tries += 1) await following.pass(5_000);
    await following.pass(1_000);
    following.end();
    expect([round > 1, following.wrong()]).toEqual([true, 1]);
  });

  it('counts once for as long as it is read again, and each of several counts', async () => {
    const following = follower();
    following.evidence.append([labelled('one', NOW)]);
    await following.pass(12_000);
    following.evidence.append([labelled('two', NOW + 12_000)]);
    await following.pass(60_000);
    following.end();
    expect(following.wrong()).toBe(2);
  });

  it('is looked for now and then while nobody can have said anything, and counts all the same', async () => {
    let isQuiet = true;
    const following = follower(undefined, { isQuiet: () => isQuiet });
    await following.pass(60_000);
    const before = following.scans();
    expect(before).toBeLessThanOrEqual(3);
    isQuiet = false;
    following.evidence.append([labelled('one', NOW + 60_000)]);
    await following.pass(10_500);
    expect(following.wrong()).toBe(1);
    expect(following.scans() - before).toBeGreaterThanOrEqual(2);
    isQuiet = true;
    following.evidence.append([labelled('two', NOW + 70_000)]);
    await following.pass(31_000);
    following.end();
    expect(following.wrong()).toBe(2);
  });
});
