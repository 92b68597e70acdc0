import { clockOf } from '../../../test/builders/store_port';
import { fakeEvidenceLog } from '../../../test/fakes/fake_evidence';
import { FakeEvidence } from '../../../test/fakes/fake_evidence';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { EvidenceEntry } from '../ports';
import { Quiet } from './quiet';

const FEEDBACK: EvidenceEntry = { family: 'feedback', id: 'f1', at: '2026-11-22T10:00:00.000Z', body: {} };

const world = () => {
  const scheduler = new Scheduler();
  let isAlone = true;
  let answer: () => Promise<void> = () => Promise.resolve();
  const log = fakeEvidenceLog(new FakeEvidence());
  const evidence = { ...log, append: (entries: readonly EvidenceEntry[]) => answer().then(() => log.append(entries)) };
  const quiet = new Quiet({ evidence, clock: clockOf(scheduler), isAlone: () => isAlone });
  return {
    quiet,
    pass: (ms: number) => scheduler.runUntil(scheduler.now + ms),
    comes: () => void (isAlone = false),
    answersLike: (like: () => Promise<void>) => void (answer = like),
  };
};

describe('whether there may be new records', () => {
  it('is so for a while after one was written here, of its family', async () => {
    const { quiet, pass } = world();
    expect(quiet.isQuiet('feedback', 'audit')).toBe(true);
    await quiet.evidence.append([FEEDBACK]);
    expect([quiet.isQuiet('feedback'), quiet.isQuiet('audit'), quiet.isQuiet('audit', 'feedback')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(await quiet.evidence.get('feedback', 'f1')).toEqual({});
    await pass(15_000);
    expect(quiet.isQuiet('feedback')).toBe(false);
    await pass(1);
    expect(quiet.isQuiet('feedback')).toBe(true);
  });

  it('is so as long as nobody knows whether one was written', async () => {
    const { quiet, pass, answersLike } = world();
    let fail: (why: Error) => void = () => undefined;
    answersLike(() => new Promise((_, reject) => (fail = reject)));
    const writing = quiet.evidence.append([FEEDBACK]);
    await pass(60_000);
    fail(new Error('no answer'));
    await expect(writing).rejects.toThrow('no answer');
    expect(quiet.isQuiet('feedback')).toBe(false);
  });

  it('is always so while others are there', () => {
    const { quiet, comes } = world();
    comes();
    expect([quiet.isQuiet(), quiet.isAlone]).toEqual([false, false]);
  });
});
