import { aGate } from '../../../test/builders/undo_room';
import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aReason, anEffect, EFFECT, TTL_MS, utcAt } from '../../../test/builders/undoing';

/* What people want of the undoing of an effect: at once, forced, or not by itself for a while. */

/** A wish is carried out within this, ms. */
const SOON = 150;
const SETTLE_MS = 2_000;
const LIFT = { by: 'ann', text: 'a mistake', force: false };

let scene: EffectScene;
beforeEach(() => {
  scene = effectScene();
});
afterEach(() => scene.end());

const isAbout = (at: number | undefined, expected: number): void => {
  expect(at).toBeGreaterThanOrEqual(expected);
  expect(at).toBeLessThanOrEqual(expected + SOON);
};

describe('a wish of a person to undo', () => {
  it.each<[state: 'present' | 'unknown', is: 'present' | 'unknown', at: number]>([
    ['present', 'present', SETTLE_MS],
    ['unknown', 'unknown', 500],
  ])('an effect that is %s goes before its ttl', async (state, is, at) => {
    scene.target.is = is;
    scene.keep(anEffect({ state }));
    await scene.wait(500);
    expect(await scene.room.run(scene.keeper.lift(EFFECT, LIFT))).toBe(true);
    await scene.wait(SETTLE_MS + 3_000);
    isAbout(scene.moment('undo_started'), at);
    expect(scene.recordOf('undo_started')).toMatchObject({ by: 'ann', text: 'a mistake' });
    expect(scene.recordOf('undone')).toMatchObject({ by: 'ann', text: 'a mistake' });
    expect(scene.moment('undone')).toBeGreaterThanOrEqual(SETTLE_MS);
  });

  it.each(['present', 'unknown'] as const)(
    'is what counts where the time of what is %s is over as well',
    async (state) => {
      scene.target.is = state;
      scene.keep(anEffect({ state, lift: LIFT, reasons: [aReason('c1', { ttl_ms: 1 })] }), -10_000);
      await scene.wait(1_000);
      expect(scene.effect()?.undo ?? scene.recordOf('undone')).toMatchObject({ by: 'ann' });
      expect(scene.recordOf('undo_started')?.by).toBe('ann');
    },
  );

  it.each(['present', 'unknown'] as const)('is why an effect that was %s is undone', async (state) => {
    Object.assign(scene.target, { is: state, stubborn: true });
    scene.keep(anEffect({ state, lift: LIFT }));
    await scene.wait(SETTLE_MS + 3_000);
    expect(scene.effect()?.undo).toEqual({ by: 'ann', why: 'lifted', text: 'a mistake' });
  });

  it('is told to the target where it says to force it', async () => {
    scene.keep(anEffect({ lift: { ...LIFT, force: true } }));
    await scene.wait(SETTLE_MS + 1_000);
    expect(scene.target.handle?.force).toBe(true);
  });
});

describe('undoing by itself, while that is suspended', () => {
  const suspended = (untilMs: number): void => {
    scene.room.session.gate = aGate({ undo_suspended: { until: utcAt(untilMs), who: 'ann', why: 'audit' } });
  };

  it('waits until the suspension ends', async () => {
    suspended(TTL_MS + 20_000);
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 30_000);
    expect(scene.moment('undo_started')).toBeGreaterThanOrEqual(TTL_MS + 20_000);
    expect(scene.moment('undo_started')).toBeLessThanOrEqual(TTL_MS + 25_000 + SOON);
  });

  it('is looked at again every 5 s', async () => {
    suspended(TTL_MS + 20_000);
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 1_000);
    scene.room.session.gate = aGate();
    await scene.wait(3_500);
    expect(scene.target.count('undo')).toBe(0);
    await scene.wait(1_000);
    expect(scene.target.count('undo')).toBe(1);
  });

  it('goes on at the very moment that the suspension names', async () => {
    suspended(TTL_MS);
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 1_000);
    isAbout(scene.moment('undo_started'), TTL_MS);
  });

  it('does not keep a person from having it undone', async () => {
    suspended(10 * TTL_MS);
    scene.keep(anEffect({ lift: LIFT }));
    await scene.wait(SETTLE_MS + 1_000);
    isAbout(scene.moment('undo_started'), SETTLE_MS);
  });
});
