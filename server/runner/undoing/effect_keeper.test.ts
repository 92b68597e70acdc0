import type { Effect } from '../../engine/execution/effect';
import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aCase, aCaseAct, aReason, anEffect, anEntry, EFFECT, TTL_MS, utcAt } from '../../../test/builders/undoing';

/* What the session that executed an effect does with it, from the moment that it is in place. */

/** What is due is seen within this, ms. */
const SOON = 99;
const SETTLE_MS = 2_000;

let scene: EffectScene;
beforeEach(() => {
  scene = effectScene();
});
afterEach(() => scene.end());

const isAbout = (at: number | undefined, expected: number, within = SOON): void => {
  expect(at).toBeGreaterThanOrEqual(expected);
  expect(at).toBeLessThanOrEqual(expected + within);
};

describe('an effect in care', () => {
  it('is verified once, and then left alone', async () => {
    const before = scene.room.putCase(aCase());
    scene.keep(anEffect());
    const looks = jest.spyOn(scene.connectors, 'get');
    await scene.wait(10_000);
    expect(scene.target.calls).toEqual(['verify']);
    expect(looks.mock.calls.length).toBeGreaterThanOrEqual(8);
    expect(looks.mock.calls.length).toBeLessThanOrEqual(12);
    expect(scene.room.fake.get('case:c1')?.version).toEqual(before.version);
    expect(scene.told()).toEqual([['verified_present', 'seen at the target']]);
    expect(scene.effect()).toMatchObject({ state: 'present', verified: true });
  });

  it('is recorded in the words of the target', async () => {
    scene.target.says = 'rule 17';
    scene.keep(anEffect());
    await scene.wait(500);
    expect(scene.told()).toEqual([['verified_present', 'rule 17']]);
  });

  it.each<[note: string, effect: Effect | undefined]>([
    ['there is none any more', undefined],
    ['it is absent', anEffect({ state: 'absent' })],
  ])('is none where %s', async (_note, effect) => {
    scene.keeper.keep({ effectId: EFFECT, effect, lastSentAt: 0 });
    expect(scene.keeper.size).toBe(0);
  });

  it('that the target does not show is unknown, and its cases are told', async () => {
    scene.target.is = 'absent';
    scene.room.putCase(aCase());
    scene.keep(anEffect());
    await scene.wait(1_000);
    const text = 'the target said yes but it is not there';
    expect(scene.told()).toEqual([['unknown', text]]);
    expect(scene.effect()?.state).toBe('unknown');
    expect(scene.room.caseOf('case:c1')?.acts).toEqual([aCaseAct({ status: 'unknown', text })]);
  });

  it('that the target never shows ends, but only once a late request cannot apply it any more', async () => {
    scene.target.is = 'absent';
    await scene.room.journal.put([anEntry()]);
    scene.keep(anEffect());
    await scene.wait(SETTLE_MS - 100);
    expect(scene.effect()?.state).toBe('unknown');
    await scene.wait(10_000);
    expect(scene.told()[1]).toEqual(['verified_absent', 'it was never there, or is gone']);
    expect([scene.effect()?.state, scene.room.journal.open()]).toEqual(['absent', []]);
    expect([scene.ended, scene.keeper.size]).toEqual([[EFFECT], 0]);
  });

  it('that the target does not speak of is asked for in growing pauses', async () => {
    scene.target.is = 'unknown';
    scene.keep(anEffect());
    const counts: number[] = [];
    for (const ms of [500, 700, 1_300, 2_500, 4_000]) {
      await scene.wait(ms);
      counts.push(scene.target.count('verify'));
    }
    expect([counts, scene.told()]).toEqual([[1, 2, 3, 4, 5], []]);
  });

  it('is left to the session that it belongs to by now', async () => {
    scene.keep(anEffect());
    scene.room.putEffect(anEffect({ session: 'another' }));
    await scene.wait(1_000);
    expect([scene.keeper.size, scene.told()]).toEqual([0, []]);
  });
});

describe('the end of an effect', () => {
  it.each<[note: string, reasons: Effect['reasons'], sentAt: number, due: number]>([
    ['comes its ttl after the last sending', [aReason()], 0, TTL_MS],
    ['counts from the last sending, not from the claim', [aReason()], 4_000, TTL_MS + 4_000],
    ['comes when it is due, not at the next round second', [aReason('c1', { ttl_ms: 60_450 })], 0, 60_450],
    ['comes with the last of its reasons', [aReason(), aReason('c2', { ttl_ms: 90_000 })], 0, 90_000],
    ['waits for a late request to have landed', [aReason('c1', { ttl_ms: 1_000 })], 0, SETTLE_MS],
  ])('%s', async (_note, reasons, sentAt, due) => {
    await scene.wait(sentAt);
    scene.keep(anEffect({ reasons }), sentAt);
    await scene.wait(due + 1_000);
    isAbout(scene.moment('undo_started'), due);
    isAbout(scene.moment('undone'), (scene.moment('undo_started') ?? 0) + 95);
    expect(scene.recordOf('undo_started')).toMatchObject({ by: 'reflex', text: 'its time is over' });
    expect(scene.recordOf('undone')).toMatchObject({ by: 'reflex', text: 'its time is over' });
    expect([scene.effect()?.state, scene.ended]).toEqual(['absent', [EFFECT]]);
  });

  it('never comes by itself where one of its reasons has none', async () => {
    scene.keep(anEffect({ reasons: [aReason(), aReason('c2', { ttl_ms: null })] }));
    await scene.wait(10 * TTL_MS);
    expect(scene.target.count('undo')).toBe(0);
  });

  it('is put off by a reason that came into the document meanwhile: it lasts for the whole ttl of that', async () => {
    scene.keep(anEffect());
    await scene.wait(30_000);
    const later = { ...aReason('c2', { ttl_ms: 50_000 }), deadline: utcAt(80_000) };
    scene.meddle({ reasons: [...(scene.effect()?.reasons ?? []), later] });
    await scene.wait(50_000);
    expect(scene.target.count('undo')).toBe(0);
    await scene.wait(TTL_MS);
    expect(scene.effect()?.state).toBe('absent');
  });

  it('of what was undone while OpenSearch was away comes at once', async () => {
    await scene.room.journal.put([anEntry({ undone_offline: true })]);
    scene.keep(anEffect());
    await scene.wait(1_000);
    isAbout(scene.moment('undo_started'), 0, 150);
    expect(scene.recordOf('undo_started')).toMatchObject({ by: 'reflex', text: 'its time is over' });
  });

  it('waits for a reason that this journal does not know, though it undid another one alone', async () => {
    await scene.room.journal.put([anEntry({ command_id: 'c2', undone_offline: true })]);
    scene.keep(anEffect({ reasons: [aReason('c1'), aReason('c2')] }));
    await scene.wait(TTL_MS - 1_000);
    expect(scene.effect()?.state).toBe('present');
    await scene.wait(5_000);
    expect(scene.effect()?.state).toBe('absent');
  });

  it('waits for a reason that joined since the last look, though every reason that was there then was ended alone', async () => {
    await scene.room.journal.put([anEntry({ command_id: 'c2', undone_offline: true })]);
    scene.keep(anEffect({ reasons: [aReason('c2')] }));
    scene.meddle({ reasons: [aReason('c2'), aReason('c1')] });
    await scene.wait(5_000);
    expect(scene.effect()?.state).toBe('present');
  });

  it('is tried again soon where it fails, though the effect was looked at rarely before', async () => {
    scene.target.is = 'unknown';
    scene.target.answer = { kind: 'failed', error: { code: 'busy', message: 'busy', retryable: true } };
    scene.keep(anEffect({ state: 'unknown' }));
    await scene.wait(TTL_MS);
    while (scene.target.count('undo') === 0) await scene.wait(500);
    await scene.wait(2_000);
    expect(scene.target.count('undo')).toBeGreaterThanOrEqual(3);
  });

  it.each(['unknown', 'present'] as const)(
    'comes in time while the target does not say whether it is there, too: %s',
    async (state) => {
      scene.target.is = 'unknown';
      scene.keep(anEffect({ state }));
      await scene.wait(TTL_MS + 11_000);
      isAbout(scene.moment('undo_started'), TTL_MS);
      expect(scene.recordOf('undo_started')?.by).toBe('reflex');
    },
  );

  it('comes as soon as what was sent last has landed, where that is later', async () => {
    scene.target.is = 'unknown';
    const sentAt = TTL_MS - 1_000;
    await scene.wait(sentAt);
    scene.keep(anEffect({ state: 'unknown', reasons: [aReason('c1', { ttl_ms: 1_500 })] }), sentAt);
    await scene.wait(11_000);
    isAbout(scene.moment('undo_started'), sentAt + SETTLE_MS);
  });
});

describe('an effect that is undone', () => {
  const undoing = anEffect({ state: 'undoing', undo: { by: 'reflex', why: 'ttl', text: 'its time is over' } });

  it('stays in the state until no late request can apply it', async () => {
    scene.keep(undoing);
    await scene.wait(SETTLE_MS - 100);
    expect([scene.target.is, scene.effect()?.state, scene.ended]).toEqual(['absent', 'undoing', []]);
    await scene.wait(3_000);
    expect([scene.effect()?.state, scene.ended, scene.keeper.size]).toEqual(['absent', [EFFECT], 0]);
  });

  it('is on record as a late effect where it was there once more after it had been removed', async () => {
    scene.keep(undoing);
    await scene.wait(1_000);
    expect(scene.target.is).toBe('absent');
    scene.target.is = 'present';
    await scene.wait(SETTLE_MS + 3_000);
    expect([scene.target.is, scene.effect()?.state]).toEqual(['absent', 'absent']);
    expect(scene.room.records().slice(-1)).toMatchObject([{ state: 'late_effect_removed', why: 'late', by: 'reflex' }]);
  });

  it('is no late effect while it was never seen absent', async () => {
    scene.target.stubborn = true;
    scene.keep(undoing);
    await scene.wait(SETTLE_MS + 1_000);
    scene.target.stubborn = false;
    await scene.wait(20_000);
    expect(scene.room.records().slice(-1)).toMatchObject([{ state: 'undone', why: 'ttl' }]);
  });

  it('is tried again in growing pauses while it is still there, and only then ends', async () => {
    scene.target.stubborn = true;
    scene.keep(undoing);
    const counts: number[] = [];
    for (const ms of [500, 700, 1_300, 2_500, 4_000]) {
      await scene.wait(ms);
      counts.push(scene.target.count('undo'));
    }
    expect([counts, scene.ended]).toEqual([[1, 2, 3, 4, 5], []]);
    scene.target.is = 'absent';
    await scene.wait(11_000);
    expect([scene.effect()?.state, scene.ended]).toEqual(['absent', [EFFECT]]);
  });

  it('is tried again after 1 minute where somebody changed it since', async () => {
    scene.target.answer = { kind: 'refused', error: { code: 'changed', message: 'changed', retryable: false } };
    scene.keep(undoing);
    await scene.wait(59_000);
    expect(scene.target.count('undo')).toBe(1);
    await scene.wait(2_000);
    expect([scene.target.count('undo'), scene.ended]).toEqual([2, []]);
  });
});

describe('an effect of which nobody knows whether it is there', () => {
  it.each(['applying', 'unknown'] as const)('is in place as soon as the target shows what is %s', async (state) => {
    scene.room.putCase(aCase('case:c1', { acts: [aCaseAct({ status: 'unknown', text: 'no answer' })] }));
    scene.keep(anEffect({ state }));
    await scene.wait(3_000);
    expect(scene.told()).toEqual([['verified_present', 'seen at the target']]);
    expect(scene.effect()).toMatchObject({ state: 'present', verified: true });
    expect(scene.room.caseOf('case:c1')?.acts[0]?.status).toBe('present');
    expect(scene.target.calls).toEqual(['verify']);
  });

  it('does not change a case that says so already', async () => {
    const before = scene.room.putCase(aCase());
    scene.keep(anEffect({ state: 'unknown' }));
    await scene.wait(3_000);
    expect(scene.room.fake.get('case:c1')?.version).toEqual(before.version);
  });

  it('is asked for until the target says something', async () => {
    scene.target.is = 'unknown';
    scene.keep(anEffect({ state: 'unknown' }));
    await scene.wait(SETTLE_MS + 3_000);
    expect([scene.effect()?.state, scene.ended]).toEqual(['unknown', []]);
    expect(scene.target.count('verify')).toBe(4);
  });

  it('is asked for often again once the target had said that it is not there', async () => {
    scene.target.is = 'unknown';
    scene.keep(anEffect({ reasons: [aReason('c1', { ttl_ms: null })] }));
    await scene.wait(20_000);
    scene.target.is = 'absent';
    scene.keeper.nudge(EFFECT);
    await scene.wait(150);
    scene.target.is = 'unknown';
    const before = scene.target.count('verify');
    await scene.wait(2_000);
    expect([scene.effect()?.state, scene.target.count('verify') - before]).toEqual(['unknown', 3]);
  });
});
