import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aCase, aCaseAct, aReason, anEffect, anEntry, EFFECT, TTL_MS, utcAt } from '../../../test/builders/undoing';

/* What somebody removes at its target is closed where a policy has it applied again, and nothing is sent for that. */

const EVERY_MS = 10_000;
const NOTICED_MS = EVERY_MS * 1.1 + 8_000;
const LONG = { ttl_ms: 10 * TTL_MS };

let scene: EffectScene;
const start = (can: Parameters<typeof effectScene>[0] = {}): void => {
  scene = effectScene(can);
  scene.verifyEveryMs = EVERY_MS;
  scene.reapplies = 2;
};
beforeEach(() => start());
afterEach(() => scene.end());

const orders = (): readonly string[] => scene.target.calls.filter((call) => call === 'execute' || call === 'undo');
const theAct = () => scene.room.caseOf('case:c1')?.acts[0];
const remove = async (effect: Parameters<typeof anEffect>[0] = {}): Promise<void> => {
  scene.room.putCase(aCase());
  await scene.room.journal.put([anEntry()]);
  scene.keep(anEffect({ reasons: [aReason('c1', LONG)], ...effect }));
  await scene.wait(500);
  scene.target.is = 'absent';
  await scene.wait(NOTICED_MS);
};

describe('an effect that somebody removed', () => {
  it('is told, closed, and its case is to claim it once more', async () => {
    await remove();
    expect(scene.told().map(([state]) => state)).toEqual(['verified_present', 'gone', 'verified_absent']);
    expect(scene.effect()).toMatchObject({ state: 'absent', drift: { times: 1, of: 2, until: utcAt(LONG.ttl_ms) } });
    expect(theAct()).toMatchObject({
      status: 'held',
      reapply: { times: 1, was: { command_id: 'c1', effect_id: EFFECT } },
    });
    expect([scene.goingOn, scene.ended, orders()]).toEqual([['case:c1'], [EFFECT], []]);
    expect(scene.room.journal.open()).toEqual([]);
  });
  it('is left as it is where no policy says so', async () => {
    scene.reapplies = undefined;
    await remove();
    expect([scene.effect()?.state, theAct()?.status, scene.goingOn]).toEqual(['present', 'gone', []]);
  });
  it('goes to a person after as many times as its policy says, until its end', async () => {
    const drift = { times: 2, of: 2, removed_at: utcAt(0), until: utcAt(LONG.ttl_ms), commands: [] };
    await remove({ drift });
    expect(theAct()).toMatchObject({
      status: 'waiting',
      text: expect.stringContaining('removed at the target 3 times'),
    });
    expect(scene.room.caseOf('case:c1')).toMatchObject({ due: utcAt(LONG.ttl_ms) });
    expect(scene.effect()?.state).toBe('absent');
  });
  it('goes to the person who had approved it', async () => {
    const resolution = { verb: 'approved', by: 'bo', at: utcAt(0), reason: 'sure', four_eyes: true } as const;
    scene.room.putCase(aCase('case:c1', { acts: [aCaseAct({ resolution })] }));
    await scene.room.journal.put([anEntry()]);
    scene.keep(anEffect({ reasons: [aReason('c1', LONG)] }));
    await scene.wait(500);
    scene.target.is = 'absent';
    await scene.wait(NOTICED_MS);
    expect(theAct()).toMatchObject({ status: 'waiting', text: expect.stringContaining('bo approved it, but') });
  });
  it('goes to a person where the target counts each order', async () => {
    scene.end();
    start({ idempotency: 'none' });
    await remove();
    expect(theAct()?.status).toBe('waiting');
  });
  it('is not closed without a permit, nor while the target does not say', async () => {
    await remove({ gone: { at: utcAt(0), text: 'gone' }, verified: false });
    scene.end();
    start();
    scene.room.session.stands = 'permit_lapsed';
    await remove({ gone: { at: utcAt(0), text: 'gone' }, verified: false });
    expect(scene.effect()?.state).toBe('present');
    scene.target.is = 'unknown';
    scene.room.session.stands = undefined;
    await scene.wait(NOTICED_MS);
    expect(scene.effect()?.state).toBe('present');
    scene.target.is = 'absent';
    await scene.wait(NOTICED_MS);
    expect(scene.effect()?.state).toBe('absent');
  });
  it('is undone, and not applied again, where a person lifts it', async () => {
    scene.room.session.stands = 'permit_lapsed';
    await remove({ gone: { at: utcAt(0), text: 'gone' }, verified: false });
    const lifted = scene.keeper.lift(EFFECT, { by: 'ann', text: 'enough', force: false });
    scene.room.session.stands = undefined;
    await scene.wait(NOTICED_MS);
    expect(await lifted).toBe(true);
    expect(scene.effect()).toMatchObject({ state: 'absent' });
    expect([scene.effect()?.drift, scene.goingOn]).toEqual([undefined, []]);
  });
});

describe('an effect that was taken over and is not there', () => {
  const takenOver = { state: 'unknown', taken_over: true, since: utcAt(0) } as const;
  it('goes on where it was seen there before', async () => {
    scene.target.is = 'absent';
    await remove({ ...takenOver, verified_at: utcAt(0) });
    expect([theAct()?.status, scene.effect()?.drift?.times]).toEqual(['held', 1]);
  });
  it('is closed as never there where nobody ever saw it', async () => {
    scene.target.is = 'absent';
    await remove(takenOver);
    expect(scene.goingOn).toEqual([]);
  });
});
