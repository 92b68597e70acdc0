import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aCase, aCaseAct, aReason, anEffect, anEntry, EFFECT } from '../../../test/builders/undoing';

/* What nothing takes back stays unknown until a person looks at the target and says what came of it. */

const FOR_GOOD = { action: 'revoke_sessions', rollback: null, ttl_ms: null } as const;
const LOOKED = { by: 'ann', as: 'happened', reason: 'the console shows no session' } as const;

let scene: EffectScene;
const keep = async (command: Parameters<typeof aReason>[1] = FOR_GOOD): Promise<void> => {
  scene = effectScene();
  scene.target.is = 'unknown';
  scene.room.putCase(aCase('case:c1', { acts: [aCaseAct({ status: 'unknown' })] }));
  await scene.room.journal.put([anEntry({ deadline: null })]);
  scene.keep(anEffect({ state: 'unknown', reasons: [aReason('c1', command)] }));
  await scene.wait(20_000);
};
afterEach(() => scene.end());

const say = async (looked: Parameters<EffectScene['keeper']['looked']>[1]): Promise<boolean> => {
  const said = scene.keeper.looked(EFFECT, looked);
  await scene.wait(5_000);
  return said;
};
const theAct = () => scene.room.caseOf('case:c1')?.acts[0];

describe('an effect that nothing takes back', () => {
  it('stays unknown, however long nobody says anything', async () => {
    await keep();
    expect([scene.effect()?.state, theAct()?.status]).toEqual(['unknown', 'unknown']);
  });
  it.each([
    ['happened', 'done', 'closed by ann as done, not seen by Reflex'],
    ['not_happened', 'failed', 'closed by ann as not done, not seen by Reflex'],
  ] as const)('is closed on the word that it %s, and is never told as verified', async (as, status, words) => {
    await keep();
    expect(await say({ ...LOOKED, as })).toBe(true);
    expect(scene.effect()).toMatchObject({ state: 'absent', reasons: [] });
    expect(theAct()).toMatchObject({ status, text: expect.stringContaining(words) });
    expect(scene.recordOf('closed_by_person')).toMatchObject({ by: 'ann', text: expect.stringContaining(words) });
    expect(scene.told().map(([state]) => state)).not.toContain('verified_present');
    expect([scene.ended, scene.room.journal.open(), scene.target.count('undo')]).toEqual([[EFFECT], [], 0]);
  });
  it('is not closed where it can be undone: it is lifted', async () => {
    await keep({});
    expect(await say(LOOKED)).toBe(false);
    expect(theAct()?.status).toBe('unknown');
  });
  it('is not closed where what came of it is known by now', async () => {
    await keep();
    scene.meddle({ state: 'present' });
    expect(await say(LOOKED)).toBe(false);
  });
});
