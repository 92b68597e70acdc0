import { undoRoom } from '../../../test/builders/undo_room';
import { aReason, anEffect, START } from '../../../test/builders/undoing';
import { iso } from '../../../common/iso';
import { endOfMissing } from './say_gone';

/* What its target does not have is either over, or lost before its end. */

const APART_MS = 10_000;
const END = START + 100_000;

const ended = (leftMs: number, overrides: Parameters<typeof anEffect>[0] = {}, trusted = true) => {
  const room = undoRoom();
  const { commits, basics } = room;
  const since = iso(START);
  const reason = { ...aReason(), deadline: iso(END) };
  const effect = anEffect({ state: 'unknown', since, reasons: [reason], ...overrides });
  const clocks = { utc: END - leftMs, trusted, apart: APART_MS, monotonic: 0 };
  return room.run(endOfMissing({ commits, clock: basics.clock }, effect, clocks));
};

describe('an effect that its target does not have', () => {
  it.each<[note: string, leftMs: number, lost: boolean]>([
    ['was lost where its end is further away than any two clocks may differ', 2 * APART_MS + 1, true],
    ['may have been ended by a clock that is ahead', 2 * APART_MS, false],
    ['may be over', 0, false],
  ])('%s', async (_note, leftMs, lost) => {
    const { text } = await ended(leftMs);
    expect(text).toContain(lost ? 'gone before its end' : 'never there');
  });

  it('was not lost where it was never seen, or the clock cannot tell', async () => {
    const far = 10 * APART_MS;
    for (const { text } of [await ended(far, { since: undefined as never }), await ended(far, {}, false)])
      expect(text).toContain('never there');
  });
});
