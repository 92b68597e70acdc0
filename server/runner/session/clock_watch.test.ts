import { ClockWatch } from './clock_watch';
import { StoreUnavailable, type Clock, type Log } from '../ports';

/** @param away the node answers nothing as long as this is true */
const sceneOf = (away = false) => {
  const time = { monotonic: 0, utc: 1_000_000, node: 1_000_000, away, isOdd: false };
  const told: string[] = [];
  const slept: number[] = [];
  let wake = (): void => undefined;
  const clock: Clock = {
    monotonic: () => time.monotonic,
    utc: () => time.utc,
    sleep: (ms) => {
      slept.push(ms);
      return new Promise((resolve) => (wake = resolve));
    },
  };
  const log = { error: (message: string) => told.push(message) } as unknown as Log;
  const nodeTime = async (): Promise<number> => {
    if (time.away) throw new StoreUnavailable('away');
    if (time.isOdd) throw new Error('refused');
    return time.node;
  };
  const watch = new ClockWatch({ clock, log, store: { nodeTime } });
  let over = false;
  void watch.run(() => over);
  /** Time goes on by so much everywhere, and this machine's UTC by some more. */
  const pass = (ms: number, jump = 0): void => {
    time.monotonic += ms;
    time.node += ms;
    time.utc += ms + jump;
  };
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    watch,
    told,
    slept,
    time,
    pass,
    settle,
    compare: async (): Promise<void> => {
      wake();
      await settle();
    },
    end: () => (over = true),
  };
};

describe('the watch over the clock', () => {
  it('trusts a clock that goes on like time', async () => {
    const { watch, pass, settle } = sceneOf();
    await settle();
    pass(59_000);
    expect(watch.trusted()).toBe(true);
  });
  it('relies on no clock that was never compared, and asks again soon', async () => {
    const { watch, time, slept, settle, compare } = sceneOf(true);
    expect(watch.trusted()).toBe(false);
    await settle();
    expect(watch.trusted()).toBe(false);
    expect(slept.at(-1)).toBe(2_000);
    time.away = false;
    await compare();
    expect(watch.trusted()).toBe(true);
    expect(slept.at(-1)).toBe(60_000);
  });
  it('tells that the first comparison does not come once it has lasted, and what is off at once', async () => {
    const { watch, time, settle, pass, compare } = sceneOf(true);
    await settle();
    pass(9_999);
    expect(watch.doubt).toBeUndefined();
    pass(1);
    expect(watch.doubt).toBe('not_compared');
    time.away = false;
    await compare();
    expect(watch.doubt).toBeUndefined();
    pass(1, 90_000);
    expect(watch.doubt).toBe('off');
  });
  it('asks again after an answer that nobody expected, and says so', async () => {
    const { watch, time, told, settle, compare } = sceneOf();
    time.isOdd = true;
    await settle();
    await compare();
    expect(told).toContain('the time of the node could not be read');
    time.isOdd = false;
    await compare();
    expect(watch.trusted()).toBe(true);
  });
  it('goes on to rely on a clock that was compared while the node is away', async () => {
    const { watch, time, settle, pass, compare } = sceneOf();
    await settle();
    time.away = true;
    pass(60_000);
    await compare();
    expect(watch.trusted()).toBe(true);
  });
  it('notices a jump at once, forwards and backwards, and until it agrees with the node again', async () => {
    for (const jump of [90_000, -90_000]) {
      const { watch, pass, settle, compare, told } = sceneOf();
      await settle();
      pass(1_000, jump);
      expect(watch.trusted()).toBe(false);
      expect(told.some((text) => text.includes('jumped'))).toBe(true);
      pass(1_000, -jump);
      await compare();
      expect(watch.trusted()).toBe(true);
    }
  });
  it('allows for the stated skew and not a millisecond more, and looks again soon while it is in doubt', async () => {
    for (const ahead of [5_000, -5_000]) {
      const { watch, pass, settle, compare, time, slept } = sceneOf();
      await settle();
      pass(1_000, ahead);
      expect(watch.trusted()).toBe(true);
      await compare();
      expect([watch.offset, watch.trusted()]).toEqual([ahead, true]);
      time.utc += Math.sign(ahead);
      expect(watch.trusted()).toBe(false);
      await compare();
      expect([watch.offset, watch.trusted()]).toEqual([ahead + Math.sign(ahead), false]);
      time.utc -= ahead;
      await compare();
      expect(watch.trusted()).toBe(true);
      expect(slept).toEqual([60_000, 60_000, 2_000, 60_000]);
    }
  });
  describe('and the time in the gate', () => {
    const iso = (ms: number): string => new Date(ms).toISOString();
    /** The gate as it is read at each heartbeat. */
    const read = (watch: ClockWatch, utc: number): void => watch.noteGate(iso(utc));

    it('is not relied on while it is behind, after a restart too, though the node says the same', async () => {
      const { watch, time, settle, pass, compare } = sceneOf();
      read(watch, time.utc + 60_000);
      await settle();
      expect(watch.trusted()).toBe(false);
      pass(2_000);
      await compare();
      expect(watch.trusted()).toBe(false);
    });

    it.each([10_000, -10_000])('allows for two clocks that are each within the skew: %d ms', async (by) => {
      const { watch, time, settle } = sceneOf();
      read(watch, time.utc - 1);
      read(watch, time.utc + by);
      await settle();
      expect(watch.trusted()).toBe(true);
    });

    it('says nothing about a clock that is ahead of a time of unknown age', async () => {
      const { watch, time, settle } = sceneOf();
      read(watch, time.utc - 3_600_000);
      await settle();
      expect(watch.trusted()).toBe(true);
    });

    it('says nothing about a clock by a time that is earlier than the last: the state was put back', async () => {
      const { watch, time, settle } = sceneOf();
      read(watch, time.utc);
      read(watch, time.utc - 3_600_000);
      await settle();
      expect(watch.trusted()).toBe(true);
    });

    it('says nothing about a clock by a read whose answer waited for a process that froze', async () => {
      const { watch, time, settle, pass } = sceneOf();
      await settle();
      const first = time.utc - 60_000;
      read(watch, first);
      pass(15_000);
      read(watch, first);
      read(watch, time.utc - 11_000);
      expect(watch.trusted()).toBe(true);
    });

    it('shows a clock that jumped ahead together with its node', async () => {
      const { watch, time, settle, pass, compare } = sceneOf();
      read(watch, time.utc - 60_000);
      read(watch, time.utc - 60_000);
      read(watch, time.utc);
      await settle();
      pass(5_000, 90_000);
      time.node += 90_000;
      await compare();
      expect(watch.trusted()).toBe(false);
      // Another agent, whose clock did not jump, says what time it is.
      pass(1_000, -90_000);
      time.node -= 90_000;
      read(watch, time.utc);
      await compare();
      expect(watch.trusted()).toBe(true);
    });

    it('gives way to a node that stands by what it says for five minutes', async () => {
      const { watch, time, settle, pass, compare } = sceneOf();
      read(watch, time.utc + 3_600_000);
      await settle();
      for (let passed = 2_000; passed < 300_000; passed += 2_000) {
        pass(2_000);
        await compare();
        expect(watch.trusted()).toBe(false);
      }
      pass(2_000);
      await compare();
      expect(watch.trusted()).toBe(true);
    });
  });

  it('adds small jumps up', async () => {
    const { watch, pass, settle } = sceneOf();
    await settle();
    pass(1_000, 3_000);
    expect(watch.trusted()).toBe(true);
    pass(1_000, 3_000);
    expect(watch.trusted()).toBe(false);
  });
  it('counts a jump from where the clock stood beside the node', async () => {
    const { watch, pass, settle, compare } = sceneOf();
    await settle();
    pass(1_000, 3_000);
    await compare();
    expect([watch.offset, watch.trusted()]).toEqual([3_000, true]);
    pass(1_000, 3_000);
    expect(watch.trusted()).toBe(false);
  });
});
