import { clockOf, quietLog } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { FailingDetection } from '../keeping/kinds/sources';
import type { StateDoc } from '../ports';
import { FailingBook } from './failing_detections';

const BROKEN: FailingDetection = {
  source: { type: 'alerting', id: 'broken' },
  name: 'broken',
  since: '2026-11-22T10:00:00.000Z',
  words: 'it cannot be judged',
  alert_ids: ['a1'],
};
const ENDED: FailingDetection = { ...BROKEN, alert_ids: [], ended_at: '2026-11-22T10:01:00.000Z' };

const scene = () => {
  const scheduler = new Scheduler();
  let found: readonly StateDoc[] = [];
  const store = { search: () => Promise.resolve(found) };
  const book = new FailingBook({ store, clock: clockOf(scheduler), log: quietLog() });
  return {
    book,
    pass: (ms: number) => scheduler.runUntil(scheduler.now + ms),
    /** What a search tells from now on. */
    tells: (...failing: readonly FailingDetection[]) =>
      void (found = failing.map(
        (content) =>
          ({ id: 'source:failing:alerting:broken', kind: 'failing_detection', facets: {}, content }) as never,
      )),
    names: () => book.all.map(({ name }) => name),
  };
};

describe('which detections fail', () => {
  it('is not forgotten by a search that has not seen it yet', async () => {
    const { book, names, pass } = scene();
    book.note(BROKEN);
    await pass(1_000);
    await book.load();
    expect([names(), book.of(BROKEN.source)?.alert_ids]).toEqual([['broken'], ['a1']]);
    await pass(15_000);
    await book.load();
    expect(names()).toEqual([]);
  });

  it('does not come back by a search from before it worked again', async () => {
    const { book, names, pass, tells } = scene();
    tells(BROKEN);
    await book.load();
    book.note(ENDED);
    await pass(1_000);
    await book.load();
    expect(names()).toEqual([]);
    await pass(15_000);
    await book.load();
    expect(names()).toEqual(['broken']);
  });
});
