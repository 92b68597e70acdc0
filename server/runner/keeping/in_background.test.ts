import { clockOf, quietLog } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import { again } from './in_background';

/** Something that is done every second, and in which seconds it was done. */
const world = () => {
  const scheduler = new Scheduler();
  const done: number[] = [];
  let isUnhurried = false;
  let over = false;
  const how = { failed: 'it failed', everyMs: 1_000, until: () => over, isUnhurried: () => isUnhurried };
  const basics = { clock: clockOf(scheduler), log: quietLog() };
  void again(basics, how, async () => void done.push(Math.floor(scheduler.now / 1_000)));
  return {
    done,
    hurry: (does: boolean) => void (isUnhurried = !does),
    pass: async (s: number) => {
      for (const end = scheduler.now + s * 1_000; scheduler.now < end;) {
        await scheduler.runUntil(Math.min(end, scheduler.now + 50));
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    end: () => void (over = true),
  };
};

describe('what is done again and again', () => {
  it('is done every 30 s while nothing hurries, and at the next turn once something does', async () => {
    const { done, hurry, pass, end } = world();
    await pass(2.5);
    hurry(false);
    await pass(60);
    hurry(true);
    await pass(2);
    end();
    expect(done).toEqual([0, 1, 2, 32, 62, 63, 64]);
  });
});
