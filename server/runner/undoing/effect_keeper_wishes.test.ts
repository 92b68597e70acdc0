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
    const order = { scope: 'all', who: 'ann', why: 'audit', at: utcAt(0), lasts_ms: 10 * untilMs };
    scene.suspensions.note({ undo_suspensions: [{ ...order, until: utcAt(untilMs) }] });
  };

  it('waits until the suspension ends', async () => {
    suspended(TTL_MS + 20_000);
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 30_000);
    expect(scene.moment('undo_started')).toBeGreaterThanOrEqual(TTL_MS + 20_000);
    expect(scene.moment('undo_started')).toBeLessThanOrEqual(TTL_MS + 25_000 + SOON);
  });

  it('goes on within a second once a person lifts the suspension', async () => {
    suspended(TTL_MS + 20_000);
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 4_000);
    expect(scene.target.count('undo')).toBe(0);
    scene.suspensions.note({});
    await scene.wait(1_200);
    expect(scene.target.count('undo')).toBe(1);
  });

  it('goes on after its maximum, whatever the clock of this machine is worth', async () => {
    scene.trusted = false;
    scene.suspensions.note({
      undo_suspensions: [{ scope: 'all', who: 'ann', why: 'audit', at: utcAt(0), lasts_ms: TTL_MS + 20_000 }],
    });
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 30_000);
    expect(scene.moment('undo_started')).toBeGreaterThanOrEqual(TTL_MS + 20_000);
    expect(scene.moment('undo_started')).toBeLessThanOrEqual(TTL_MS + 21_000 + SOON);
  });

  it.each([
    ['connector:edge', true],
    ['connector:other', false],
    ['action:block_ip', true],
    ['action:isolate_host', false],
  ])('holds what its scope covers: %s', async (scope, isHeld) => {
    scene.suspensions.note({
      undo_suspensions: [{ scope, who: 'ann', why: 'audit', at: utcAt(0), lasts_ms: 10 * TTL_MS }],
    });
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 8_000);
    expect(scene.target.count('undo')).toBe(isHeld ? 0 : 1);
  });

  it('holds what Reflex itself would end early', async () => {
    suspended(TTL_MS + 20_000);
    scene.keep(anEffect({ lift: { ...LIFT, by: 'reflex' } }));
    await scene.wait(TTL_MS + 8_000);
    expect(scene.target.count('undo')).toBe(0);
  });

  it('counts what is past its end as held back, and not as overdue', async () => {
    suspended(TTL_MS + 60_000);
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 40_000);
    expect(scene.keeper.live.edge).toMatchObject({ held_back: 1 });
    expect(scene.keeper.live.edge).not.toHaveProperty('overdue');
  });

  it('goes on within a second of the moment that the suspension names', async () => {
    suspended(TTL_MS);
    scene.keep(anEffect());
    await scene.wait(TTL_MS + 2_000);
    expect(scene.moment('undo_started')).toBeLessThanOrEqual(TTL_MS + 1_000 + SOON);
  });

  it('does not keep a person from having it undone', async () => {
    suspended(10 * TTL_MS);
    scene.keep(anEffect({ lift: LIFT }));
    await scene.wait(SETTLE_MS + 1_000);
    isAbout(scene.moment('undo_started'), SETTLE_MS);
  });
});
