import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aReason, anEffect, anEntry, TTL_MS, utcAt } from '../../../test/builders/undoing';
import { timesOf } from '../../engine/execution/reasons';
import type { Verification } from '../ports';

let scene: EffectScene;
afterEach(() => scene.end());

const named = (): readonly string[] => (scene.effect()?.reasons ?? []).map(({ command }) => command.command_id);
/** A reason that joined already, so many ms after the start. */
const joinedAt = (id: string, ms: number) => ({ ...aReason(id), joined_at: utcAt(ms), deadline: utcAt(ms + TTL_MS) });

/** The target does not answer for a while: what is asked for meanwhile waits as well. */
const slowTarget = (): (() => void) => {
  let answer: (seen: Verification) => void = () => undefined;
  const verify = () => new Promise<Verification>((resolve) => (answer = resolve));
  const { connector } = scene.target;
  const before = connector.verify;
  Object.assign(connector, { verify });
  return () => {
    Object.assign(connector, { verify: before });
    answer({ state: 'present' });
  };
};

describe('a reason that waited for its answer', () => {
  beforeEach(() => {
    scene = effectScene({ request_timeout_ms: 30_000 });
  });

  it('never ends what joined meanwhile before its time, though it stands for that now', async () => {
    const answers = slowTarget();
    scene.keep(anEffect());
    await scene.wait(1_000);
    scene.meddle({ requested: [{ ...aReason('c2'), asked: true }] });
    scene.keeper.nudge('effect:1');
    await scene.wait(4_000);
    scene.meddle({ reasons: [aReason(), joinedAt('c3', 5_000)] });
    scene.keeper.nudge('effect:1');
    await scene.wait(500);
    answers();
    await scene.wait(1_000);
    expect(scene.effect()?.reasons.map(timesOf)).toEqual([1, 2]);
    expect(named()).toEqual(['c1', 'c2']);
    await scene.wait(TTL_MS);
    expect(scene.moment('undo_started')).toBeGreaterThanOrEqual(5_000 + TTL_MS);
    expect(scene.moment('undo_started')).toBeLessThan(5_000 + TTL_MS + 2_000);
  });

  it('leaves no entry of what is counted with it in the undo journal', async () => {
    await scene.room.journal.put([anEntry(), anEntry({ command_id: 'c3' })]);
    scene.keep(anEffect({ reasons: [aReason(), joinedAt('c3', 0)], requested: [aReason('c2')] }));
    await scene.wait(1_000);
    expect(scene.room.journal.open().map(({ command_id }) => command_id)).toEqual(['c1', 'c2']);
  });
});

it('is told in the log where the undo journal cannot be closed for what it stands for', async () => {
  scene = effectScene();
  await scene.room.journal.put([anEntry(), anEntry({ command_id: 'c3' })]);
  Object.assign(scene.room.journal, { close: () => Promise.reject(new Error('the disk is full')) });
  scene.keep(anEffect({ reasons: [aReason(), joinedAt('c3', 0)], requested: [aReason('c2')] }));
  await scene.wait(1_000);
  expect(scene.room.lines).toContain('looking after an effect failed');
});

it('is not answered without a permit: in this journal alone it would keep the effect for longer', async () => {
  scene = effectScene();
  scene.room.session.stands = 'permit_lapsed';
  await scene.room.journal.put([anEntry()]);
  scene.keep(anEffect({ requested: [aReason('c2')] }));
  await scene.wait(5_000);
  expect([named(), scene.room.journal.open().map(({ command_id }) => command_id)]).toEqual([['c1'], ['c1']]);
  scene.room.session.stands = undefined;
  await scene.wait(2_000);
  expect(named()).toEqual(['c1', 'c2']);
});
