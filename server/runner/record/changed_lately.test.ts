import { iso } from '../../../common/iso';
import { changedLately } from './changed_lately';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const HOUR = 3_600_000;
const by = (name: string, hoursAgo: number) => ({ by: name, at: iso(NOW - hoursAgo * HOUR) });

describe('who changed something lately', () => {
  it('is everybody of the last 24 hours, once and with the last time', () =>
    expect(changedLately([by('ann', 23), by('ben', 24), by('cyd', 25), by('ann', 2), by('ann', 5)], NOW)).toEqual([
      by('ann', 2),
    ]));

  it('is nobody where nobody did', () => expect(changedLately([], NOW)).toEqual([]));
});
