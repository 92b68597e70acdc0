import { spawnSync } from 'child_process';
import { join } from 'path';
import { performance } from 'perf_hooks';
import { buildSync } from 'esbuild';
import { temporaryFolder } from '../../../test/contracts/temporary_folder';
import { realChance } from './real_chance';
import { realClock } from './real_clock';

// Processes are started, and the disk may be busy.
jest.setTimeout(60_000);

const took = async (act: () => Promise<void>): Promise<number> => {
  const started = realClock.monotonic();
  await act();
  return realClock.monotonic() - started;
};

/** True if it is over before a whole minute is: a busy machine may take its time. */
const isShort = async (act: () => Promise<void>): Promise<boolean> => {
  const minute = new AbortController();
  const first = await Promise.race([act().then(() => true), realClock.sleep(60_000, minute.signal).then(() => false)]);
  minute.abort();
  return first;
};

describe('the real clock', () => {
  it('sleeps as long as asked for', async () => {
    expect(await took(() => realClock.sleep(40))).toBeGreaterThanOrEqual(39);
  });

  it.each([0, -5, NaN])('does not sleep for %d ms', async (ms) => {
    expect(await isShort(() => realClock.sleep(ms))).toBe(true);
  });

  it('wakes up when it is told to, and does not fall asleep afterwards', async () => {
    const waking = new AbortController();
    setTimeout(() => waking.abort(), 10);
    expect(await isShort(() => realClock.sleep(600_000, waking.signal))).toBe(true);
    expect(await isShort(() => realClock.sleep(600_000, waking.signal))).toBe(true);
  });

  it('does not wake up at once from a sleep that is longer than a timer can be', async () => {
    const waking = new AbortController();
    setTimeout(() => waking.abort(), 50);
    expect(await took(() => realClock.sleep(3_000_000_000, waking.signal))).toBeGreaterThanOrEqual(45);
  });

  it('naps as long as asked for, and not much longer', async () => {
    const naps = [40, 100, 250].map((ms) => took(() => realClock.nap?.(ms) ?? Promise.resolve()));
    for (const [index, ms] of [40, 100, 250].entries()) expect(await naps[index]).toBeGreaterThanOrEqual(ms - 1);
  });

  it('wakes up at the same moments from all long naps, whenever they began', async () => {
    const begun: number[] = [];
    const ends: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      begun.push(realClock.monotonic());
      void realClock.nap?.(250).then(() => ends.push(realClock.monotonic()));
      await realClock.sleep(45);
    }
    while (ends.length < begun.length) await realClock.sleep(50);
    const moments = new Set(begun.map((at) => Math.ceil((at + 250) / 300)));
    const wakeUps = ends.filter((end, index) => index === 0 || end - (ends[index - 1] ?? 0) > 20);
    expect(wakeUps.length).toBeLessThanOrEqual(moments.size);
  });

  it('does not keep the process from ending', () => {
    const { folder, remove } = temporaryFolder();
    const outfile = join(folder, 'child.js');
    buildSync({
      stdin: {
        contents: "import { realClock } from './real_clock'; void realClock.sleep(60_000);",
        resolveDir: __dirname,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      outfile,
    });
    expect(spawnSync(process.execPath, [outfile], { timeout: 10_000 }).status).toBe(0);
    remove();
  });

  it('tells a time that goes on, and one since 1970', async () => {
    const before = realClock.monotonic();
    await realClock.sleep(5);
    expect(realClock.monotonic()).toBeGreaterThan(before);
    expect(Math.abs(realClock.utc() - Date.now())).toBeLessThan(1_000);
  });
});

describe('real chance', () => {
  it('gives ids that differ, and numbers from 0 to below 1', () => {
    const ids = new Set(Array.from({ length: 100 }, () => realChance.uuid()));
    expect(ids.size).toBe(100);
    expect([...ids][0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    for (let throws = 0; throws < 100; throws += 1) {
      const number = realChance.random();
      expect(number >= 0 && number < 1).toBe(true);
    }
  });
});

describe('who naps', () => {
  it('wakes up together with the others, ten times a second at most however many there are', async () => {
    jest.useFakeTimers();
    jest.spyOn(performance, 'now').mockImplementation(() => Date.now());
    try {
      const timers = jest.spyOn(globalThis, 'setTimeout');
      let looks = 0;
      const lookAgain = async (ms: number): Promise<void> => {
        for (;;) {
          await realClock.nap?.(ms);
          looks += 1;
        }
      };
      // What an idle agent does: fourteen loops with pauses of their own, begun at odd moments.
      for (const ms of [100, 100, 200, 250, 250, 250, 500, 500, 1_000, 2_000, 2_000, 2_000, 5_000, 5_000]) {
        void lookAgain(ms);
        await jest.advanceTimersByTimeAsync(17);
      }
      timers.mockClear();
      looks = 0;
      await jest.advanceTimersByTimeAsync(60_000);
      expect(looks).toBeGreaterThan(1_500);
      expect(timers.mock.calls.length).toBeLessThanOrEqual(601);
    } finally {
      jest.restoreAllMocks();
      jest.useRealTimers();
    }
  });
});
