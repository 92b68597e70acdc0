import type { Effect } from '../../engine/execution/effect';
import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { anEffect, EFFECT, ME, TTL_MS, utcAt } from '../../../test/builders/undoing';
import { plannedEffect } from '../keeping/kinds/effect';
import { EffectsLeftBehind } from './effects_left_behind';

/* Effects of the dead where not every agent can undo everything. */

const HANDED_BACK = 'an effect is handed back, for its connector is not here';

let scene: EffectScene;
beforeEach(() => {
  scene = effectScene();
});
afterEach(() => scene.end());

describe('an effect that this session cannot undo', () => {
  const theirs = (overrides: Partial<Effect> = {}) => anEffect({ session: 'gone', ...overrides });
  const left = (overrides: Partial<Effect> = {}) => {
    const { connector, action, target } = theirs(overrides);
    return { effect_id: EFFECT, connector, action, target: target.value };
  };
  const dies = (): void => void scene.room.session.deadSince.set('gone', scene.room.scheduler.now);

  it.each<[note: string, roles: readonly string[], effect: Partial<Effect>]>([
    ['for its connector is not here', ['undo'], { connector: 'elsewhere' }],
    ['for its connector does not offer the action', ['undo'], { action: 'disable_user' }],
    ['for the role to undo is missing', ['intake', 'decide', 'act'], {}],
  ])('stays with the dead, %s, and is named', async (_note, roles, overrides) => {
    scene.room.session.roles = roles;
    scene.room.putEffect(theirs(overrides));
    dies();
    await scene.wait(10 * TTL_MS);
    expect([scene.effect()?.session, scene.keeper.size, scene.target.calls]).toEqual(['gone', 0, []]);
    expect(scene.keeper.nobodyCanUndo).toEqual([left(overrides)]);
  });

  it('is not named while an agent lives that can undo it', async () => {
    scene.room.session.livePeers = ['other'];
    scene.room.session.peers.set('other', { undoes: { elsewhere: ['block_ip'] } });
    scene.room.putEffect(theirs({ connector: 'elsewhere' }));
    dies();
    await scene.wait(5_000);
    expect(scene.keeper.nobodyCanUndo).toEqual([]);
    scene.room.session.livePeers = [];
    await scene.wait(2_000);
    expect(scene.keeper.nobodyCanUndo).toEqual([left({ connector: 'elsewhere' })]);
  });

  it('is not named any more once it is gone', async () => {
    scene.room.putEffect(theirs({ connector: 'elsewhere' }));
    dies();
    await scene.wait(5_000);
    scene.room.putEffect(theirs({ connector: 'elsewhere', state: 'absent' }));
    await scene.wait(2_000);
    expect(scene.keeper.nobodyCanUndo).toEqual([]);
  });

  it('is handed back where it is in care: it belongs to nobody then', async () => {
    scene.room.putEffect(anEffect({ connector: 'elsewhere' }));
    scene.keep(anEffect({ connector: 'elsewhere' }));
    await scene.wait(7_000);
    expect(scene.effect()).toMatchObject({ session: 'released', state: 'present' });
    expect(scene.room.fake.get(EFFECT)?.owner).toBe('released');
    expect(scene.keeper.size).toBe(0);
    expect(scene.room.lines).toContain(HANDED_BACK);
    expect(scene.keeper.nobodyCanUndo).toEqual([left({ connector: 'elsewhere' })]);
  });

  it('is not said to be handed back where another session has it by now', async () => {
    scene.keep(anEffect({ connector: 'elsewhere' }));
    scene.room.putEffect(anEffect({ connector: 'elsewhere', session: 'another' }));
    await scene.wait(500);
    expect([scene.effect()?.session, scene.keeper.size]).toEqual(['another', 0]);
    expect(scene.room.lines).not.toContain(HANDED_BACK);
  });

  it('is left to others first where the clock of this agent is off, for it would only keep it', async () => {
    scene.trusted = false;
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(14_500);
    expect(scene.effect()?.session).toBe('gone');
    await scene.wait(3_000);
    expect(scene.effect()?.session).toBe(ME);
  });

  it('is left to an agent whose clock is right, for as long as one lives that can undo it', async () => {
    const { session } = scene.room;
    scene.trusted = false;
    session.livePeers = ['right'];
    session.peers.set('right', { undoes: { edge: ['block_ip'] } });
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(60_000);
    expect(scene.effect()?.session).toBe('gone');
    session.peers.set('right', { undoes: { edge: ['block_ip'] }, clock_off: true });
    await scene.wait(2_000);
    expect(scene.effect()?.session).toBe(ME);
  });

  it('is taken over by whoever can once it was handed back', async () => {
    scene.room.putEffect(anEffect({ session: 'released' }));
    await scene.wait(3_000);
    expect(scene.effect()).toMatchObject({ session: ME, taken_over: true });
  });

  it('is taken over within seconds where hundreds were handed back at once', async () => {
    for (let n = 0; n < 450; n += 1) scene.room.putEffect(anEffect({ session: 'released' }), `effect:other-${n}`);
    await scene.wait(4_000);
    expect(scene.keeper.size).toBe(450);
  });

  it('hides nothing that this session can undo, however much of it there is', async () => {
    for (let n = 0; n < 1_001; n += 1) scene.room.putEffect(theirs({ connector: 'elsewhere' }), `effect:other-${n}`);
    scene.room.putEffect(theirs());
    dies();
    await scene.wait(3_000);
    expect(scene.effect()).toMatchObject({ session: ME, taken_over: true });
    expect(scene.keeper.nobodyCanUndo).toHaveLength(1_000);
  });
});

describe('a search for what the dead left', () => {
  /** How often the store is asked in six seconds, one look a second, with so many that nobody can undo. */
  const searchesWith = async (many: number): Promise<number> => {
    const { room } = scene;
    const dead = anEffect({ session: 'gone', connector: 'elsewhere' });
    for (let n = 0; n < many; n += 1) room.put(plannedEffect(`effect:left-${n}`, dead, utcAt(0)), { owner: 'gone' });
    room.fake.refresh();
    const search = jest.spyOn(room.port.store, 'search');
    const ports = { ...room, session: room.session.port, store: room.port.store, clockTrusted: () => true };
    const left = new EffectsLeftBehind(ports);
    let searches = 0;
    for (let second = 0; second < 6; second += 1) {
      const before = search.mock.calls.length;
      await room.run(left.search(['gone']));
      if (search.mock.calls.length > before) searches += 1;
      await room.scheduler.runUntil(room.scheduler.now + 1_000);
    }
    return searches;
  };

  it('is made each second for a thousand of them, and half as often for more', async () => {
    scene.end();
    expect(await searchesWith(1_000)).toBe(6);
    expect(await searchesWith(1_001)).toBe(3);
  });
});
