import { anEntry, utcAt, START } from '../../../test/builders/undoing';
import { BETWEEN_CLOCKS_MS } from '../session/session_times';
import type { JournalEntry } from '../ports';
import { leftOfEffect, type MachineClocks } from './journal_due';

const NOW = 50_000;
const clocks = (change: Partial<MachineClocks> = {}): MachineClocks => ({
  utc: START,
  trusted: true,
  boot: { id: 'run', now: NOW },
  ...change,
});
/** Due so many ms from now on the monotonic clock of this run; by UTC it was over long ago. */
const inRun = (ms: number) => anEntry({ deadline: utcAt(-600_000), boot: { id: 'run', due: NOW + ms } });
const byUtc = (ms: number) => anEntry({ deadline: utcAt(ms) });
const never = anEntry({ deadline: null });

describe('an effect in the journal is due', () => {
  it.each<[note: string, entries: readonly JournalEntry[], change: Partial<MachineClocks>, left: number | null]>([
    ['by the clock of the machine, without a margin', [inRun(7_000)], {}, 7_000],
    ['by the clock of the machine though UTC is in doubt', [inRun(-1)], { trusted: false }, -1],
    ['with the last of its reasons', [inRun(-5_000), inRun(240_000), inRun(1_000)], {}, 240_000],
    [
      'with the last of its reasons, whichever clock tells of it',
      [inRun(-5_000), byUtc(1_000)],
      {},
      1_000 + BETWEEN_CLOCKS_MS,
    ],
    ['never while one of its reasons has no end', [inRun(-5_000), never], {}, null],
    ['never without a reason', [], {}, null],
    [
      'by UTC and what two clocks may differ by, after the machine was started anew',
      [inRun(7_000)],
      { boot: { id: 'next', now: 1 } },
      -600_000 + BETWEEN_CLOCKS_MS,
    ],
    ['by UTC where the machine tells no run', [byUtc(-BETWEEN_CLOCKS_MS)], { boot: undefined }, 0],
    ['by UTC for an entry of an earlier version', [byUtc(0)], {}, BETWEEN_CLOCKS_MS],
    [
      'at no known time while UTC is in doubt and no clock of this run tells',
      [byUtc(-600_000)],
      { trusted: false },
      null,
    ],
    [
      'at no known time while UTC is in doubt and the machine tells no run',
      [byUtc(-600_000)],
      { trusted: false, boot: undefined },
      null,
    ],
    [
      'at no known time while that is so of one of its reasons',
      [inRun(-5_000), byUtc(-600_000)],
      { trusted: false },
      null,
    ],
  ])('%s', (_note, entries, change, left) => {
    expect(leftOfEffect(entries, clocks(change))).toBe(left);
  });
});
