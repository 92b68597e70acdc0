import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { anEffect, EFFECT, ME, utcAt } from '../../../test/builders/undoing';
import type { Effect } from '../../engine/execution/effect';
import { RELEASED } from '../keeping/kinds/session';

/* An agent whose clock is off keeps nothing that another one can end in time. */

const LONG_MS = 600_000;

let scene: EffectScene;
beforeEach(() => {
  scene = effectScene();
  scene.room.session.livePeers = ['right'];
  scene.room.session.peers.set('right', { undoes: { edge: ['block_ip'] } });
});
afterEach(() => scene.end());

/** An effect that this agent took over: its end is told by UTC alone. */
const takeOver = async (overrides: Partial<Effect> = {}): Promise<void> => {
  const [reason] = anEffect().reasons;
  const reasons = reason ? [{ ...reason, deadline: utcAt(LONG_MS) }] : [];
  scene.room.putEffect(anEffect({ session: 'gone', reasons, ...overrides }));
  scene.room.session.deadSince.set('gone', scene.room.scheduler.now - 60_000);
  await scene.wait(3_000);
  expect(scene.effect()?.session).toBe(ME);
  scene.room.session.deadSince.delete('gone');
};

it('hands an effect back whose end is told by UTC alone, once its clock was off for 15 s', async () => {
  await takeOver();
  scene.trusted = false;
  await scene.wait(14_500);
  expect(scene.effect()?.session).toBe(ME);
  await scene.wait(2_000);
  expect([scene.effect()?.session, scene.keeper.size]).toEqual([RELEASED, 0]);
  await scene.wait(60_000);
  expect(scene.effect()?.session).toBe(RELEASED);
});

it('hands it back a round later where it could not at first', async () => {
  await takeOver();
  const { store } = scene.room.port;
  const { bulk } = store;
  scene.room.failWrites((id) => id === EFFECT);
  scene.trusted = false;
  await scene.wait(18_000);
  expect([scene.effect()?.session, scene.keeper.size]).toEqual([ME, 1]);
  Object.assign(store, { bulk });
  await scene.wait(3_000);
  expect([scene.effect()?.session, scene.keeper.size]).toEqual([RELEASED, 0]);
});

it('counts anew once the clock was right', async () => {
  await takeOver();
  scene.trusted = false;
  await scene.wait(10_000);
  scene.trusted = true;
  await scene.wait(2_000);
  scene.trusted = false;
  await scene.wait(10_000);
  expect(scene.effect()?.session).toBe(ME);
});

it.each<[note: string, given: () => Promise<void>]>([
  ['keeps what it executed itself: that runs on its monotonic clock', async () => scene.keep(anEffect())],
  [
    'keeps what only a person ends',
    () => takeOver({ reasons: anEffect().reasons.map((reason) => ({ ...reason, deadline: null })) }),
  ],
  [
    'keeps everything where no other agent lives',
    async () => {
      await takeOver();
      scene.room.session.livePeers = [];
    },
  ],
  [
    'keeps what the others cannot undo',
    async () => {
      await takeOver();
      scene.room.session.peers.set('right', { undoes: { edge: ['disable_user'] } });
    },
  ],
  [
    'keeps everything where their clocks are off too',
    async () => {
      await takeOver();
      scene.room.session.peers.set('right', { undoes: { edge: ['block_ip'] }, clock_off: true });
    },
  ],
])('%s', async (_note, given) => {
  await given();
  scene.trusted = false;
  await scene.wait(20_000);
  expect(scene.effect()?.session).toBe(ME);
});

it('takes over what only it can undo, also while an effect cannot be handed back', async () => {
  scene.end();
  scene = effectScene({ actions: ['block_ip', 'disable_user'] });
  scene.room.session.livePeers = ['right'];
  scene.room.session.peers.set('right', { undoes: { edge: ['block_ip'] } });
  await takeOver();
  scene.room.failWrites((id) => id === EFFECT);
  scene.trusted = false;
  await scene.wait(20_000);
  scene.room.putEffect(anEffect({ session: 'gone', action: 'disable_user' }), 'effect:2');
  scene.room.session.deadSince.set('gone', scene.room.scheduler.now - 60_000);
  await scene.wait(3_000);
  expect([scene.effect()?.session, scene.effect('effect:2')?.session]).toEqual([ME, ME]);
});
