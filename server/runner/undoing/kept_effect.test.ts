import { aReason, anEffect, anEntry } from '../../../test/builders/undoing';
import {
  FIRST_PAUSE_MS,
  inheritedEffect,
  lookLater,
  lookSoon,
  noteEffect,
  ownEffect,
  takenOverEffect,
} from './kept_effect';

const NOW = 100_000;
const SENT = 90_000;
const withReasons = (...reasons: Array<[id: string, ttl: number | null]>) =>
  anEffect({ reasons: reasons.map(([id, ttl_ms]) => aReason(id, { ttl_ms })) });

describe('an effect that this process executed', () => {
  it.each<[note: string, ttl: number | null, due: number | null]>([
    ['ends its ttl after the last sending, not after it was taken into care', 60_000, SENT + 60_000],
    ['ends only by a person where its reason has no ttl', null, null],
  ])('%s', (_note, ttl, due) => {
    const kept = ownEffect(withReasons(['c1', ttl]), SENT, NOW);
    expect(kept).toMatchObject({ lastSentAt: SENT, nextLook: NOW, busy: false, verified: false });
    expect([...kept.dues]).toEqual([['c1', due]]);
  });

  it('has an end for each of its reasons', () => {
    const kept = ownEffect(withReasons(['c1', 1_000], ['c2', 5_000]), SENT, NOW);
    expect([...kept.dues]).toEqual([
      ['c1', SENT + 1_000],
      ['c2', SENT + 5_000],
    ]);
  });

  it('remembers the ends of those reasons only that it still has', () => {
    const kept = ownEffect(withReasons(['c1', 1_000], ['c2', 5_000]), SENT, NOW);
    noteEffect(kept, withReasons(['c1', 1_000], ['c3', 5_000]), NOW, { entries: [], boot: undefined });
    expect([...kept.dues.keys()]).toEqual(['c1', 'c3']);
  });

  it('is kept as it is in the state', () => {
    const effect = withReasons(['c1', 1_000]);
    expect(ownEffect(effect, SENT, NOW).effect).toBe(effect);
  });
});

describe('an effect of a dead session', () => {
  it('may have been sent up to now, and has no end on this clock', () => {
    const effect = withReasons(['c1', 1_000]);
    expect(takenOverEffect(effect, NOW)).toEqual({
      heard: { next: undefined, underWay: false, unsure: 0, missed: 0, asked: 0, seenAt: undefined },
      effect,
      lastSentAt: NOW,
      dues: new Map(),
      askedAt: new Map(),
      nextLook: NOW,
      pause: FIRST_PAUSE_MS,
      busy: false,
      verified: false,
      seenAbsent: false,
      cameLate: false,
      nextExtension: 0,
      extensionPause: 2_000,
    });
  });
});

describe('a reason that is asked for', () => {
  const requested = [aReason('c2', { ttl_ms: 30_000 })];
  const nothing = { entries: [], boot: undefined };

  it('runs from when it was first seen, however long the answer takes', () => {
    const kept = ownEffect(withReasons(['c1', 60_000]), SENT, NOW);
    noteEffect(kept, { ...kept.effect, requested }, NOW + 500, nothing);
    noteEffect(kept, { ...kept.effect, requested }, NOW + 9_000, nothing);
    noteEffect(kept, withReasons(['c1', 60_000], ['c2', 30_000]), NOW + 20_000, nothing);
    expect(kept.dues.get('c2')).toBe(NOW + 30_500);
  });

  it('is forgotten with its answer, so that what asks again later runs anew', () => {
    const kept = ownEffect({ ...withReasons(['c1', 60_000]), requested }, SENT, NOW);
    expect([...kept.askedAt]).toEqual([['c2', NOW]]);
    noteEffect(kept, { ...kept.effect, requested: [] }, NOW + 500, nothing);
    expect(kept.askedAt.size).toBe(0);
  });

  it.each([
    ['the end that it was told, from the last sending on', 60_000, SENT + 60_000],
    ['no end', null, null],
  ])('meets a target that knows %s', (_note, ttl, until) =>
    expect(ownEffect(withReasons(['c1', ttl]), SENT, NOW).toldUntil).toBe(until),
  );
});

describe('a change of an effect in care', () => {
  it('gives a further reason its whole ttl from now, and moves no end that was set', () => {
    const kept = ownEffect(withReasons(['c1', 60_000]), SENT, NOW);
    const changed = withReasons(['c1', 999_000], ['c2', 30_000], ['c3', null]);
    noteEffect(kept, changed, NOW + 500, { entries: [], boot: undefined });
    expect(kept.effect).toBe(changed);
    expect([...kept.dues]).toEqual([
      ['c1', SENT + 60_000],
      ['c2', NOW + 500 + 30_000],
      ['c3', null],
    ]);
  });
});

const BOOT = { id: 'run', now: 5_000_000 };
const entryOf = (command_id: string, due: number, id = 'run') => anEntry({ command_id, boot: { id, due } });

describe('a further reason of an effect in care', () => {
  it.each<[note: string, due: number, entries: ReturnType<typeof entryOf>[], boot: typeof BOOT | undefined]>([
    ['ends as the journal says, however late it is seen here', NOW + 7_000, [entryOf('c2', 5_007_000)], BOOT],
    ['counts from now if the journal is of another run', NOW + 30_000, [entryOf('c2', 5_007_000, 'other')], BOOT],
    ['counts from now if the machine does not tell its run', NOW + 30_000, [entryOf('c2', 5_007_000)], undefined],
    ['counts from now if the journal does not know it', NOW + 30_000, [entryOf('c9', 5_007_000)], BOOT],
  ])('%s', (_note, due, entries, boot) => {
    const kept = ownEffect(withReasons(['c1', 60_000]), SENT, NOW);
    noteEffect(kept, withReasons(['c1', 60_000], ['c2', 30_000]), NOW, { entries, boot });
    expect(kept.dues.get('c2')).toBe(due);
  });

  it('does not count from now where another session executed the effect', () => {
    const kept = takenOverEffect(withReasons(['c1', 60_000]), NOW);
    noteEffect(kept, { ...kept.effect, taken_over: true }, NOW, { entries: [], boot: undefined });
    expect([...kept.dues]).toEqual([]);
  });
});

describe('an effect that an earlier process of this machine executed', () => {
  const inherit = (entries: ReturnType<typeof entryOf>[], bornAt = NOW - 4_000) =>
    inheritedEffect(withReasons(['c1', 60_000], ['c2', 60_000]), { entries, boot: BOOT, bornAt }, NOW);

  it('ends by the clock of the machine, and nothing was sent since this process began', () => {
    const kept = inherit([entryOf('c1', 4_999_000), entryOf('c2', 5_003_000)]);
    expect([...kept.dues]).toEqual([
      ['c1', NOW - 1_000],
      ['c2', NOW + 3_000],
    ]);
    expect(kept.lastSentAt).toBe(NOW - 4_000);
  });

  it('may have been sent up to now, by somebody else, where the journal knows only a part of it', () => {
    const kept = inherit([entryOf('c1', 4_999_000)]);
    expect([[...kept.dues], kept.lastSentAt]).toEqual([[['c1', NOW - 1_000]], NOW]);
  });

  it('ends by UTC where the machine was started anew meanwhile', () => {
    const kept = inherit([entryOf('c1', 4_999_000, 'earlier'), entryOf('c2', 5_003_000, 'earlier')]);
    expect([[...kept.dues], kept.lastSentAt]).toEqual([[], NOW - 4_000]);
  });
});

describe('the next look at an effect', () => {
  it('is put off for longer each time, and for 10 s at most', () => {
    const kept = ownEffect(anEffect(), SENT, NOW);
    const pauses = Array.from({ length: 7 }, () => {
      lookLater(kept, NOW);
      return kept.nextLook - NOW;
    });
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it('is put off for as long as the caller says', () => {
    const kept = ownEffect(anEffect(), SENT, NOW);
    lookLater(kept, NOW, 60_000);
    expect(kept.nextLook).toBe(NOW + 60_000);
  });

  it('is at once after a change, and patient again only if that does not help', () => {
    const kept = ownEffect(anEffect(), SENT, NOW);
    lookLater(kept, NOW);
    lookLater(kept, NOW);
    lookSoon(kept);
    expect(kept.nextLook).toBeLessThanOrEqual(0);
    lookLater(kept, NOW);
    expect(kept.nextLook).toBe(NOW + 500);
  });
});
