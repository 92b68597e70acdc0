import type { CallOutcome } from '../ports';
import type { Effect } from '../../engine/execution/effect';
import { timesOf } from '../../engine/execution/reasons';
import { effectScene, type EffectScene } from '../../../test/builders/effect_scene';
import { aCase, aCaseAct, aReason, anEffect, anEntry, START, utcAt } from '../../../test/builders/undoing';
import { leftOfEffect } from './journal_due';

/* A target that ends effects by itself, and a further reason that ends later than it was told. */

const MINUTE = 60_000;
const ERROR = { code: 'no', message: 'it says no', retryable: false };
const OK: CallOutcome = { kind: 'succeeded' };

let scene: EffectScene;
afterEach(() => scene.end());

const told: Array<number | null> = [];
const expiring = (answer: CallOutcome | undefined = OK, can = {}): void => {
  told.length = 0;
  scene = effectScene({ native_ttl: true, ...can });
  scene.target.extends = (lastsMs) => {
    told.push(lastsMs);
    return answer;
  };
};
/** Told to keep it for a minute; the further reason lasts as long as the test says. */
const joined = (ttl_ms: number | null, change: Partial<Effect> = {}): Effect =>
  anEffect({ ordered_until: utcAt(MINUTE), requested: [aReason('c2', { ttl_ms })], ...change });

describe('a further reason', () => {
  it.each<[note: string, ttl: number | null, until: string | null]>([
    ['that ends later', 10 * MINUTE, utcAt(10 * MINUTE)],
    ['that only a person ends', null, null],
  ])('%s is told to the target at once, under a higher fence, and the state says so', async (_note, ttl, until) => {
    expiring();
    scene.keep(joined(ttl));
    await scene.wait(1_000);
    expect(scene.target.calls.filter((call) => call.startsWith('extend'))).toEqual(['extend c1 fence 4']);
    if (ttl === null) expect(told).toEqual([null]);
    else expect(Math.abs((told[0] ?? 0) - ttl)).toBeLessThan(500);
    expect(scene.effect()).toMatchObject({ state: 'present', fence: 4, ordered_until: until, requested: [] });
    expect(scene.recordOf('sent')?.command.command_id).toBe('c2');
    expect(scene.room.journal.open().map(({ command_id }) => command_id)).toEqual(['c2']);
    await scene.wait(50_000);
    expect(told).toHaveLength(1);
  });

  it('that was told is settled: nothing more is planned for it until it ends', async () => {
    expiring();
    scene.keep(joined(10 * MINUTE));
    await scene.wait(2_000);
    expect(told).toHaveLength(1);
    const planned = jest.spyOn(scene.room.commits, 'submit');
    await scene.wait(10_000);
    expect(planned).not.toHaveBeenCalled();
  });

  it.each<[note: string, effect: Effect, can: object]>([
    ['ends with what the target knows', joined(MINUTE), {}],
    ['ends later, where the target never ends anything by itself', joined(10 * MINUTE), { native_ttl: false }],
    ['is the only one, as an earlier version wrote it', anEffect(), {}],
  ])('that %s is told to nobody', async (_note, effect, can) => {
    expiring(OK, can);
    scene.keep(effect);
    await scene.wait(20_000);
    expect(scene.target.count('extend') + scene.target.count('execute')).toBe(0);
  });

  it('counts only once its target was told, and from the moment of the order on', async () => {
    expiring();
    let answer: (outcome: CallOutcome) => void = () => undefined;
    scene.target.extends = (lastsMs) => {
      told.push(lastsMs);
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const { scheduler, basics } = scene.room;
    Object.assign(basics.clock, { boot: () => ({ id: 'run', now: scheduler.now }) });
    scene.keep(joined(10 * MINUTE));
    await scene.wait(400);
    const orderedAt = scheduler.now - 200;
    scene.meddle({ requested: [...(scene.effect()?.requested ?? []), aReason('c3', { ttl_ms: 11 * MINUTE })] });
    await scene.wait(400);
    expect(scene.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c1']);
    expect(scene.room.journal.open()).toEqual([]);
    answer(OK);
    await scene.wait(1_000);
    // What asked while the order was on its way lasts longer than the target was told.
    expect(scene.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c1', 'c2']);
    expect(scene.effect()?.requested.map(({ command }) => command.command_id)).toEqual(['c3']);
    const [entry] = scene.room.journal.open();
    expect(Math.abs((entry?.boot?.due ?? 0) - orderedAt - 10 * MINUTE)).toBeLessThan(500);
  });

  it('is told to nobody once the effect is gone: telling would apply it again', async () => {
    expiring();
    scene.target.extends = undefined;
    const gone = { at: utcAt(0), text: 'gone before its end' };
    scene.target.is = 'absent';
    scene.keep(joined(10 * MINUTE, { gone }));
    scene.keeper.nudge('effect:1');
    await scene.wait(20_000);
    expect(scene.target.count('execute')).toBe(0);
  });

  it('is told again in pauses where the target does not take it', async () => {
    expiring({ kind: 'failed', error: { code: 'busy', message: 'later', retryable: true } });
    scene.keep(joined(10 * MINUTE));
    await scene.wait(10_000);
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told.length).toBeLessThanOrEqual(10);
  });

  it('waits for half of what was told before, where that is short: it is told in time all the same', async () => {
    expiring();
    const short = (id: string, ttl_ms: number) => aReason(id, { ttl_ms });
    scene.keep(
      anEffect({ reasons: [short('c1', 10_000)], ordered_until: utcAt(10_000), requested: [short('c2', 24_000)] }),
    );
    await scene.wait(1_000);
    expect(told).toHaveLength(1);
    scene.meddle({ requested: [short('c3', 60_000)] });
    await scene.wait(9_500);
    expect(told).toHaveLength(1);
    await scene.wait(4_000);
    expect(told).toHaveLength(2);
  });

  it('is told two seconds after it failed, also where it failed often before something was told', async () => {
    expiring();
    const orders: number[] = [];
    const refused: CallOutcome = { kind: 'failed', error: { code: 'busy', message: 'later', retryable: true } };
    let takes = false;
    scene.target.extends = () => {
      orders.push(scene.room.scheduler.now);
      return takes ? OK : refused;
    };
    scene.keep(joined(10 * MINUTE));
    await scene.wait(16_000);
    takes = true;
    await scene.wait(18_000);
    expect(scene.effect()?.requested).toEqual([]);
    takes = false;
    orders.length = 0;
    scene.meddle({ requested: [aReason('c3', { ttl_ms: 12 * MINUTE })] });
    await scene.wait(40_000);
    const [first = 0, second = Infinity] = orders;
    expect(second - first).toBeLessThan(4_000);
  });

  it('waits with the others that ask meanwhile: one order tells of all of them', async () => {
    expiring();
    const ten = 10 * MINUTE;
    scene.keep(joined(ten));
    await scene.wait(1_000);
    for (const name of ['c3', 'c4', 'c5'])
      scene.meddle({ requested: [...(scene.effect()?.requested ?? []), aReason(name, { ttl_ms: ten + 5_000 })] });
    await scene.wait(20_000);
    expect(told).toHaveLength(1);
    await scene.wait(15_000);
    expect(told).toHaveLength(2);
    expect(scene.effect()?.requested).toEqual([]);
    expect(scene.effect()?.reasons.map(timesOf)).toEqual([1, 1, 3]);
  });

  it('of another policy that the same order tells of has that on record as well', async () => {
    expiring();
    const other = { id: 'another', hash: 'h2', layer: 'action', mode: 'enforce' } as const;
    const requested = [aReason('c2', { ttl_ms: 10 * MINUTE }), aReason('c3', { ttl_ms: 5 * MINUTE, policy: other })];
    scene.keep(anEffect({ ordered_until: utcAt(MINUTE), requested }));
    await scene.wait(2_000);
    expect(told).toHaveLength(1);
    const sent = scene.room.records().filter(({ state }) => state === 'sent');
    const text = `the target keeps it until ${utcAt(10 * MINUTE)}`;
    expect(sent.map((each) => [each.command.command_id, each.text])).toEqual([
      ['c2', text],
      ['c3', text],
    ]);
  });

  it('is told by the monotonic clock: a deadline of a clock that is behind hides nothing', async () => {
    expiring();
    const behind = { ...aReason('c2', { ttl_ms: 2 * MINUTE }), deadline: utcAt(30_000) };
    scene.keep(anEffect({ ordered_until: utcAt(MINUTE), requested: [behind] }));
    await scene.wait(1_000);
    expect(told).toHaveLength(1);
  });

  it('that earlier versions counted before they told the target is told by whoever took the effect over', async () => {
    expiring();
    const reasons = [aReason(), aReason('c2', { ttl_ms: 10 * MINUTE })];
    scene.room.putEffect(anEffect({ session: 'another', ordered_until: utcAt(MINUTE), reasons }));
    scene.room.session.deadSince.set('another', 0);
    await scene.wait(10_000);
    expect(told).toHaveLength(1);
    expect(Math.abs((told[0] ?? 0) - 10 * MINUTE)).toBeLessThan(30_000);
  });

  it('is told by what was ordered before, not by when the target answered', async () => {
    expiring(OK, { request_timeout_ms: 10_000 });
    scene.target.extends = async (lastsMs) => {
      told.push(lastsMs);
      await scene.room.basics.clock.sleep(4_000);
      return OK;
    };
    scene.keep(joined(2 * MINUTE));
    await scene.wait(6_000);
    // It ends after what the target was told, and before that much time after its answer.
    scene.meddle({ requested: [aReason('c3', { ttl_ms: 2 * MINUTE - 4_000 })] });
    await scene.wait(40_000);
    expect(told).toHaveLength(2);
  });

  it('is told once this agent may start something', async () => {
    expiring();
    scene.room.session.stands = 'permit_lapsed';
    scene.keep(joined(10 * MINUTE));
    await scene.wait(5_000);
    expect(told).toEqual([]);
    scene.room.session.stands = undefined;
    await scene.wait(5_000);
    expect(told).toHaveLength(1);
  });

  it('is tried only now and then while nothing may start', async () => {
    expiring();
    scene.room.session.stands = 'permit_lapsed';
    scene.keep(joined(10 * MINUTE));
    const asked = jest.spyOn(scene.room.session, 'standstill');
    await scene.wait(20_000);
    expect(asked.mock.calls.length).toBeLessThanOrEqual(10);
  });

  it('is told again, after pauses that grow, while nobody knows whether the target took it', async () => {
    expiring({ kind: 'unknown', error: { ...ERROR, retryable: true } });
    scene.keep(joined(60 * MINUTE));
    await scene.wait(50_000);
    expect(told.length).toBeGreaterThanOrEqual(4);
    expect(told.length).toBeLessThanOrEqual(6);
    expect(scene.effect()?.ordered_until).toBe(utcAt(MINUTE));
  });

  it('that the target refuses leaves, a person decides about it, and the effect ends with the others', async () => {
    expiring({ kind: 'failed', error: ERROR });
    scene.room.putCase(aCase('case:c2', { acts: [aCaseAct({ command_id: 'c2' })] }));
    await scene.room.journal.put([anEntry(), anEntry({ command_id: 'c2' })]);
    scene.keep(joined(10 * MINUTE));
    await scene.wait(2_000);
    expect(scene.effect()?.reasons.map(({ command }) => command.command_id)).toEqual(['c1']);
    expect(scene.room.caseOf('case:c2')).toMatchObject({
      acts: [{ status: 'waiting', text: 'the target cannot keep it for longer: it says no' }],
    });
    expect(scene.room.journal.open().map(({ command_id }) => command_id)).toEqual(['c1']);
    expect(scene.recordOf('failed')?.command.command_id).toBe('c2');
    await scene.wait(MINUTE + 5_000);
    expect(scene.effect()?.state).toBe('absent');
  });
});

describe('a target that belongs to this installation by now', () => {
  it.each([true, false])('is told of no further reason, whether it can be told: %s', async (canBeTold) => {
    expiring(OK, { idempotency: 'key' });
    if (!canBeTold) scene.target.extends = undefined;
    scene.own = { text: '203.0.113.7', from: 'name server' };
    scene.keep(joined(10 * MINUTE));
    await scene.wait(20_000);
    expect([told, scene.target.count('execute'), scene.recordOf('sent')]).toEqual([[], 0, undefined]);
    scene.own = undefined;
    await scene.wait(20_000);
    expect(scene.effect()).toMatchObject({ ordered_until: utcAt(10 * MINUTE), requested: [] });
  });
});

describe('a target that cannot be told', () => {
  const mute = (can = {}): void => {
    expiring(OK, can);
    scene.target.extends = undefined;
  };

  it('gets the further command itself, under a higher fence', async () => {
    mute({ idempotency: 'key' });
    scene.keep(joined(10 * MINUTE));
    await scene.wait(2_000);
    expect(scene.target.count('execute')).toBe(1);
    expect(scene.effect()).toMatchObject({ state: 'present', fence: 4, ordered_until: utcAt(10 * MINUTE) });
  });

  it('gets the command that lasts longest by the clock of the effect owner, not by a deadline that is off', async () => {
    mute({ idempotency: 'key' });
    const behind = { ...aReason('c2', { ttl_ms: 20 * MINUTE }), deadline: utcAt(MINUTE / 2) };
    const sent: string[] = [];
    scene.target.takes = async (command) => {
      sent.push(command.command_id);
      return OK;
    };
    scene.keep(anEffect({ ordered_until: utcAt(MINUTE), requested: [behind, aReason('c3', { ttl_ms: 10 * MINUTE })] }));
    await scene.wait(2_000);
    expect(sent).toEqual(['c2']);
    expect(scene.effect()?.requested).toEqual([]);
  });

  it('may have got the further command though it does not count: both are removed, also from the journal', async () => {
    mute({ idempotency: 'key' });
    scene.target.takes = async () => ({ kind: 'unknown', error: ERROR });
    await scene.room.journal.put([anEntry()]);
    scene.keep(joined(10 * MINUTE));
    await scene.wait(1_500);
    expect(scene.effect()).toMatchObject({ reasons: [{}], requested: [{}], also_sent: ['c2'] });
    expect(leftOfEffect(scene.room.journal.open(), { utc: START + 1_500, trusted: true, boot: undefined })).toBe(
      leftOfEffect([anEntry()], { utc: START + 1_500, trusted: true, boot: undefined }),
    );
    expect(scene.room.journal.open().map(({ command_id }) => command_id)).toEqual(['c1', 'c2']);
    await scene.wait(2 * MINUTE);
    expect(scene.target.calls.filter((call) => call.startsWith('undo'))[0]).toMatch(/^undo c1,c2 /);
    expect(scene.effect()).toMatchObject({ state: 'absent' });
    expect(scene.effect()).not.toHaveProperty('also_sent');
    expect(scene.room.journal.open()).toEqual([]);
  });

  it('and refuses a command that it may have taken before is rid of both at the end, also from the journal', async () => {
    mute({ idempotency: 'key' });
    const answers: CallOutcome[] = [{ kind: 'unknown', error: { ...ERROR, retryable: true } }];
    scene.target.takes = async () => answers.shift() ?? { kind: 'failed', error: ERROR };
    scene.room.putCase(aCase('case:c2', { acts: [aCaseAct({ command_id: 'c2' })] }));
    await scene.room.journal.put([anEntry()]);
    scene.keep(joined(10 * MINUTE));
    await scene.wait(10_000);
    expect(scene.effect()).toMatchObject({ reasons: [{}], requested: [], also_sent: ['c2'] });
    expect(scene.room.caseOf('case:c2')?.acts[0]?.status).toBe('waiting');
    expect(scene.room.journal.open().map(({ command_id }) => command_id)).toEqual(['c1', 'c2']);
    await scene.wait(2 * MINUTE);
    expect(scene.room.journal.open()).toEqual([]);
  });

  it('that says yes and does not show it keeps the effect for the other reasons only', async () => {
    mute({ idempotency: 'key' });
    scene.room.putCase(aCase('case:c2', { acts: [aCaseAct({ command_id: 'c2' })] }));
    scene.target.takes = async () => {
      scene.target.is = 'absent';
      return OK;
    };
    scene.keep(joined(10 * MINUTE));
    await scene.wait(500);
    expect(scene.room.caseOf('case:c2')?.acts[0]?.status).toBe('waiting');
    expect(scene.effect()?.reasons).toHaveLength(1);
  });

  it.each<[note: string, can: object, change: Partial<Effect>]>([
    ['where each sending counts', { idempotency: 'none' }, {}],
    ['by an agent that took the effect over', { idempotency: 'key' }, { taken_over: true }],
  ])('gets nothing %s', async (_note, can, change) => {
    mute(can);
    scene.keep(joined(10 * MINUTE, change));
    await scene.wait(20_000);
    expect(scene.target.count('execute')).toBe(0);
  });

  it('gets nothing while the kill switch covers it', async () => {
    mute({ idempotency: 'key' });
    scene.room.session.stands = 'stopped';
    scene.keep(joined(10 * MINUTE));
    await scene.wait(20_000);
    expect(scene.target.count('execute')).toBe(0);
  });
});
