import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aCase, aReason, anEffect, anEntry, EFFECT, ME, START, TTL_MS } from '../../../test/builders/undoing';
import { VERIFY_EVERY_MS } from './ask_again';

/* Effects in place are asked for again: what their target lost is said once, and nothing is sent for it. */

const EVERY_MS = 10_000;
/** A pause between two questions is up to a tenth longer, and what is due is seen within a second. */
const LONGEST_PAUSE_MS = EVERY_MS * 1.1 + 1_100;
/** Absence is asked for twice. */
const NOTICED_MS = LONGEST_PAUSE_MS + 3_200;
const LONG = { ttl_ms: 10 * TTL_MS };
const GONE = 'gone before its end: somebody removed it at the target, or the target lost it';

let scene: EffectScene;
beforeEach(() => {
  scene = effectScene();
  scene.verifyEveryMs = EVERY_MS;
});
afterEach(() => scene.end());

const live = () => scene.keeper.live.edge;
const orders = (): readonly string[] => scene.target.calls.filter((call) => call !== 'verify');
/** Puts an effect in place that lasts for ten minutes, and lets it be verified. */
const keepLong = async (): Promise<void> => {
  scene.room.putCase(aCase());
  await scene.room.journal.put([anEntry()]);
  scene.keep(anEffect({ reasons: [aReason('c1', LONG)] }));
  await scene.wait(500);
};
const writes = () => scene.room.fake.get(EFFECT)?.version;
const loseIt = async (): Promise<void> => {
  await keepLong();
  scene.target.is = 'absent';
  await scene.wait(NOTICED_MS);
};

describe('an effect in place', () => {
  it('is asked for at the interval, a tenth more or less, and nothing is written for it', async () => {
    await keepLong();
    const before = writes();
    await scene.wait(10 * EVERY_MS);
    expect(scene.target.count('verify')).toBeGreaterThanOrEqual(9);
    expect(scene.target.count('verify')).toBeLessThanOrEqual(13);
    expect([writes(), scene.told().length, orders()]).toEqual([before, 1, []]);
  });

  it('is asked for every five minutes where nothing else is said', async () => {
    scene.verifyEveryMs = undefined;
    await keepLong();
    await scene.wait(VERIFY_EVERY_MS * 0.9 - 1_000);
    expect(scene.target.count('verify')).toBe(1);
    await scene.wait(VERIFY_EVERY_MS * 0.2 + 2_000);
    expect(scene.target.count('verify')).toBe(2);
  });

  it('tells the heartbeat since when everything is seen', async () => {
    await keepLong();
    const seenAfter = (): number => Date.parse(live()?.seen_since ?? '') - START;
    expect(seenAfter()).toBeGreaterThanOrEqual(0);
    expect(seenAfter()).toBeLessThanOrEqual(500);
    await scene.wait(LONGEST_PAUSE_MS);
    expect(seenAfter()).toBeGreaterThanOrEqual(EVERY_MS * 0.9);
    expect(live()).toMatchObject({ gone: 0, unsure: 0 });
  });

  it('is not asked for without a permit: another agent may keep it by now', async () => {
    await keepLong();
    scene.room.session.stands = 'permit_lapsed';
    await scene.wait(5 * EVERY_MS);
    expect(scene.target.count('verify')).toBe(1);
    scene.room.session.stands = undefined;
    await scene.wait(1_100);
    expect(scene.target.count('verify')).toBe(2);
  });

  it('is asked for while a kill switch is thrown: asking changes nothing', async () => {
    await keepLong();
    scene.room.session.stands = 'stopped';
    await scene.wait(LONGEST_PAUSE_MS);
    expect(scene.target.count('verify')).toBe(2);
  });

  it('is not asked for by whoever does not keep it any more', async () => {
    await keepLong();
    scene.meddle({ session: 'another' });
    scene.keeper.nudge(EFFECT);
    await scene.wait(5 * EVERY_MS);
    expect(scene.target.count('verify')).toBe(1);
  });
});

describe('an effect that its target lost', () => {
  it('is said to be gone once, and nothing is sent', async () => {
    await loseIt();
    expect(scene.told()).toEqual([
      ['verified_present', 'seen at the target'],
      ['gone', GONE],
    ]);
    expect(scene.effect()).toMatchObject({ state: 'present', verified: false, gone: { text: GONE } });
    expect(scene.room.caseOf('case:c1')?.acts[0]).toMatchObject({ status: 'gone', text: GONE });
    expect(scene.room.lines.join()).toContain('an effect is gone before its end');
    const before = writes();
    await scene.wait(5 * EVERY_MS);
    expect([writes(), scene.told().length, orders()]).toEqual([before, 2, []]);
    expect(live()).toEqual({ gone: 1, unsure: 0 });
  });

  it('is not gone before a second look says so too', async () => {
    await keepLong();
    scene.target.is = 'absent';
    while (scene.target.count('verify') < 2) await scene.wait(100);
    scene.target.is = 'present';
    await scene.wait(NOTICED_MS);
    expect(scene.told().length).toBe(1);
    expect(live()).toMatchObject({ gone: 0 });
  });

  it('keeps its reasons and its place in the journal, and ends in its time without an order to undo', async () => {
    await loseIt();
    expect(scene.effect()?.reasons).toHaveLength(1);
    expect(scene.room.journal.open()).toHaveLength(1);
    await scene.wait(LONG.ttl_ms - NOTICED_MS - 1_000);
    expect(scene.effect()?.state).toBe('present');
    await scene.wait(3_000);
    expect([scene.effect()?.state, scene.room.journal.open(), scene.target.count('undo')]).toEqual(['absent', [], 0]);
    expect(scene.told().at(-1)).toEqual(['verified_absent', `its time is over; ${GONE}`]);
    expect(scene.effect()).not.toHaveProperty('gone');
  });

  it('takes no further reasons: whoever asks claims anew once it has ended', async () => {
    await loseIt();
    scene.meddle({ requested: [aReason('c2')] });
    await scene.wait(1_500);
    expect([scene.effect()?.requested, scene.effect()?.reasons.length]).toEqual([[], 1]);
  });

  it('is told to its cases later where the store went away in between', async () => {
    await keepLong();
    let isAway = true;
    const { bulk } = scene.room.port.store;
    const failing: typeof bulk = (writes) =>
      isAway && writes.some(({ id }) => id === 'case:c1') ? Promise.reject(new Error('a bug')) : bulk(writes);
    Object.assign(scene.room.port.store, { bulk: failing });
    scene.target.is = 'absent';
    await scene.wait(NOTICED_MS);
    expect(scene.room.caseOf('case:c1')?.acts[0]?.status).toBe('present');
    isAway = false;
    await scene.wait(NOTICED_MS);
    expect(scene.room.caseOf('case:c1')?.acts[0]?.status).toBe('gone');
    expect([scene.told().length, live()?.gone]).toEqual([2, 1]);
  });

  it('is lifted like any other', async () => {
    await loseIt();
    await scene.room.run(scene.keeper.lift(EFFECT, { by: 'ana', text: 'so be it', force: false }));
    await scene.wait(1_000);
    expect([scene.effect()?.state, scene.target.count('undo')]).toEqual(['absent', 0]);
  });

  it('is in effect again once its target shows it again, which is said once as well', async () => {
    await loseIt();
    scene.target.is = 'present';
    await scene.wait(2 * LONGEST_PAUSE_MS);
    expect(scene.told().map(([state]) => state)).toEqual(['verified_present', 'gone', 'seen_again']);
    expect(scene.effect()).toMatchObject({ state: 'present', verified: true });
    expect(scene.effect()).not.toHaveProperty('gone');
    expect(scene.room.caseOf('case:c1')?.acts[0]).not.toHaveProperty('text');
    expect([live()?.gone, orders()]).toEqual([0, []]);
  });

  it('is not said to be gone shortly before its end, nor by an answer that came after it', async () => {
    scene.verifyEveryMs = TTL_MS;
    scene.keep(anEffect());
    await scene.wait(TTL_MS - 3_000);
    scene.target.is = 'absent';
    await scene.wait(6_000);
    expect(scene.told().map(([state]) => state)).toEqual(['verified_present', 'undo_started', 'undone']);
  });

  it('is not said to be gone by an answer to a question from before an order', async () => {
    scene.end();
    scene = effectScene({ native_ttl: true });
    scene.verifyEveryMs = EVERY_MS;
    scene.target.extends = () => ({ kind: 'succeeded' });
    await keepLong();
    scene.target.is = 'absent';
    while (scene.target.count('verify') < 2) await scene.wait(100);
    let say: (answer: { state: 'absent' }) => void = () => undefined;
    const { connector } = scene.target;
    scene.connectors.set('edge', {
      ...connector,
      capabilities: { ...connector.capabilities, request_timeout_ms: 30_000 },
      verify: () => new Promise((resolve) => (say = resolve)),
    });
    await scene.wait(3_500);
    scene.meddle({ requested: [aReason('c2', { ttl_ms: 2 * LONG.ttl_ms })] });
    scene.keeper.nudge(EFFECT);
    await scene.wait(1_500);
    expect(scene.target.count('extend')).toBe(1);
    scene.connectors.set('edge', connector);
    scene.target.is = 'present';
    say({ state: 'absent' });
    await scene.wait(NOTICED_MS);
    expect(scene.told().map(([state]) => state)).toEqual(['verified_present', 'reason_added', 'sent']);
  });

  it('is said to be gone where a restarted agent finds that, long before its end', async () => {
    scene.room.putCase(aCase());
    scene.target.is = 'absent';
    scene.room.session.deadSince.set('dead', -60_000);
    scene.room.putEffect(
      anEffect({ session: 'dead', since: new Date(START).toISOString(), reasons: [aReason('c1', LONG)] }),
    );
    await scene.wait(10_000);
    expect(scene.told().at(-1)).toEqual(['verified_absent', GONE]);
    expect(scene.room.caseOf('case:c1')?.acts[0]).toMatchObject({ status: 'gone', text: GONE });
  });

  it('is not said to be gone while its state is taken over', async () => {
    await keepLong();
    scene.target.is = 'absent';
    while (scene.target.count('verify') < 2) await scene.wait(100);
    scene.meddle({ session: 'another' });
    await scene.wait(NOTICED_MS);
    expect(scene.effect()).not.toHaveProperty('gone');
    expect(scene.effect()?.session).not.toBe(ME);
  });
});

describe('an end that does not come', () => {
  const keepShort = async (ttl_ms: number): Promise<void> => {
    scene.room.putCase(aCase());
    await scene.room.journal.put([anEntry()]);
    scene.keep(anEffect({ reasons: [aReason('c1', { ttl_ms })] }));
    await scene.wait(500);
  };

  it('is told of once it is half a minute late, until it came', async () => {
    await keepShort(TTL_MS);
    scene.target.stubborn = true;
    await scene.wait(TTL_MS + 25_000);
    expect(live()).not.toHaveProperty('overdue');
    await scene.wait(12_000);
    expect(live()).toMatchObject({ overdue: 1 });
    scene.target.stubborn = false;
    await scene.wait(20_000);
    expect(live()).toBeUndefined();
  });

  it('is told of only after twice the settle time where that is longer', async () => {
    const { connector } = scene.target;
    const capabilities = { ...connector.capabilities, settle_time_ms: 30_000 };
    scene.connectors.set('edge', { ...connector, capabilities });
    await keepShort(TTL_MS);
    scene.target.stubborn = true;
    await scene.wait(TTL_MS + 55_000);
    expect(live()).not.toHaveProperty('overdue');
    await scene.wait(12_000);
    expect(live()).toMatchObject({ overdue: 1 });
  });

  it('is told of just as well where a person had it undone', async () => {
    await keepLong();
    scene.target.stubborn = true;
    void scene.keeper.lift(EFFECT, { by: 'ann', text: 'a partner', force: false });
    // The heartbeat asks each second.
    for (let second = 0; second < 28; second += 1) {
      await scene.wait(1_000);
      expect(live()).not.toHaveProperty('overdue');
    }
    await scene.wait(5_000);
    expect(live()).toMatchObject({ overdue: 1 });
  });
});

describe('a target that does not say', () => {
  it('changes nothing, and after three tries its connector is told of', async () => {
    await keepLong();
    scene.target.is = 'unknown';
    await scene.wait(LONGEST_PAUSE_MS);
    expect(live()).toMatchObject({ gone: 0, unsure: 0 });
    const before = writes();
    await scene.wait(EVERY_MS);
    expect(live()).toMatchObject({ gone: 0, unsure: 1 });
    expect([writes(), orders()]).toEqual([before, []]);
    scene.target.is = 'present';
    await scene.wait(LONGEST_PAUSE_MS + 2_000);
    expect(live()).toMatchObject({ gone: 0, unsure: 0 });
  });

  it('is not told of before the settle time has passed: nobody need say it until then', async () => {
    const { connector } = scene.target;
    const capabilities = { ...connector.capabilities, settle_time_ms: 60_000 };
    scene.connectors.set('edge', { ...connector, capabilities });
    scene.target.is = 'unknown';
    await keepLong();
    await scene.wait(55_000);
    expect(scene.target.count('verify')).toBeGreaterThan(5);
    expect(live()).toMatchObject({ unsure: 0 });
    await scene.wait(10_000);
    expect(live()).toMatchObject({ unsure: 1 });
  });

  it('is counted for the effects that it was asked for, not for those that it has just shown', async () => {
    scene.verifyEveryMs = 10 * EVERY_MS;
    const other = anEffect({ reasons: [aReason('c2', LONG)] });
    scene.room.putEffect(other, 'effect:2');
    scene.keeper.keep({ effectId: 'effect:2', effect: other, lastSentAt: 0 });
    await scene.wait(1_500);
    scene.verifyEveryMs = EVERY_MS;
    await keepLong();
    const { connector } = scene.target;
    const verify: typeof connector.verify = async ({ command_ids }) => ({
      state: command_ids.includes('c2') ? 'present' : 'unknown',
    });
    scene.connectors.set('edge', { ...connector, verify });
    await scene.wait(LONGEST_PAUSE_MS + EVERY_MS);
    expect(live()).toMatchObject({ gone: 0, unsure: 1 });
  });

  it('is asked of four effects at once, until it does not say: then of one', async () => {
    scene.verifyEveryMs = 10 * EVERY_MS;
    const answers: Array<(state: 'present' | 'unknown') => void> = [];
    for (let n = 0; n < 6; n += 1) {
      const effect = anEffect({ reasons: [aReason(`c${n}`, LONG)] });
      scene.room.putEffect(effect, `effect:${n}`);
      scene.keeper.keep({ effectId: `effect:${n}`, effect, lastSentAt: 0 });
    }
    await scene.wait(3_000);
    const { connector } = scene.target;
    const verify: typeof connector.verify = () => new Promise((resolve) => answers.push((state) => resolve({ state })));
    const capabilities = { ...connector.capabilities, request_timeout_ms: 60_000 };
    scene.connectors.set('edge', { ...connector, verify, capabilities });
    await scene.wait(11 * EVERY_MS + 2_000);
    expect(answers).toHaveLength(4);
    answers.splice(0).forEach((answer) => answer('unknown'));
    await scene.wait(30_000);
    expect(answers).toHaveLength(1);
  });

  it('is asked in pauses that grow to a minute, and no further', async () => {
    await keepLong();
    const { connector } = scene.target;
    const at: number[] = [];
    const verify: typeof connector.verify = async () => {
      at.push(scene.room.scheduler.now);
      return { state: 'unknown' };
    };
    scene.connectors.set('edge', { ...connector, verify });
    await scene.wait(7 * TTL_MS);
    const pauses = at.slice(1).map((moment, n) => moment - (at[n] ?? 0));
    expect(Math.max(...pauses)).toBeGreaterThanOrEqual(60_000);
    expect(Math.max(...pauses)).toBeLessThan(75_000);
  });

  it('is asked once at a time, however long it takes to answer', async () => {
    await keepLong();
    const { connector } = scene.target;
    const slow = { ...connector.capabilities, request_timeout_ms: 60_000 };
    const asked = jest.fn(() => new Promise<never>(() => undefined));
    scene.connectors.set('edge', { ...connector, verify: asked, capabilities: slow });
    await scene.wait(5 * EVERY_MS);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('delays no undoing: a question without an answer is not waited for', async () => {
    scene.verifyEveryMs = TTL_MS / 2;
    scene.keep(anEffect());
    await scene.wait(500);
    const silent = { ...scene.target.connector, verify: () => new Promise<never>(() => undefined) };
    scene.connectors.set('edge', { ...silent, capabilities: { ...silent.capabilities, request_timeout_ms: 40_000 } });
    await scene.wait(TTL_MS - 600);
    scene.connectors.set('edge', scene.target.connector);
    await scene.wait(1_500);
    expect(scene.moment('undo_started')).toBeLessThanOrEqual(TTL_MS + 100);
  });
});
