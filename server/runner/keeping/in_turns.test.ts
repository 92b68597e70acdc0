import { aRelease } from '../../../test/builders/bundles';
import { aKeyPair, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { compileSteps } from '../../engine/policy/compile_bundle';
import { verifyBundle, verifySteps } from '../../engine/policy/verify_bundle';
import { inTurns } from './in_turns';

const POLICIES = 30;
const keys = aKeyPair();
const rules = { keys: [keys.verification], threshold: 1 };
const { files } = aRelease(1, [keys], {
  sources: Array.from({ length: POLICIES }, (_, n) => BLOCK_KNOWN_IOC.replace('block-known-ioc', `block-${n}`)),
});

/** A clock on which each look takes some time; it notes how long the work went on between two pauses. */
const slowClock = (lookMs: number) => {
  const turns: number[] = [];
  // No clock begins with the work.
  let [now, since] = [1_000_000, 1_000_000];
  return {
    turns,
    monotonic: () => (now += lookMs),
    sleep: async (ms: number) => {
      expect(ms).toBe(0);
      turns.push(now - since);
      since = now;
    },
  };
};

describe('work in turns', () => {
  it('comes to what it comes to in one go', async () => {
    const whole = verifyBundle(files, rules);
    expect(await inTurns(slowClock(3), verifySteps(files, rules))).toEqual(whole);
    expect(await inTurns(undefined, verifySteps(files, rules))).toEqual(whole);
  });

  it('pauses after 8 ms, and not before', async () => {
    const clock = slowClock(3);
    const verified = await inTurns(clock, verifySteps(files, rules));
    expect(clock.turns.length).toBeGreaterThan(POLICIES / 4);
    expect(Math.max(...clock.turns)).toBeLessThanOrEqual(15);
    const quick = slowClock(0.01);
    await inTurns(quick, verifySteps(files, rules));
    expect([verified.ok, quick.turns]).toEqual([true, []]);
  });

  it('can pause at each file that is hashed, each policy that is read, and each that is compiled', () => {
    const pauses = (steps: Generator<void, unknown, void>): number => [...steps].length;
    const verified = verifyBundle(files, rules);
    if (!verified.ok) throw new Error(verified.error.message);
    expect(pauses(verifySteps(files, rules))).toBeGreaterThanOrEqual(files.size - 1 + POLICIES);
    expect(pauses(compileSteps(verified.value))).toBeGreaterThanOrEqual(POLICIES);
  });

  it('ends with what the work throws', async () => {
    const broken = (function* (): Generator<void, number, void> {
      yield;
      throw new Error('a bug');
    })();
    await expect(inTurns(slowClock(9), broken)).rejects.toThrow('a bug');
  });
});
