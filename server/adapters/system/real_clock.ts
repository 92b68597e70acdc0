import { performance } from 'perf_hooks';
import type { Clock } from '../../runner/ports';

/** Node's timers take no longer times; a longer one would end at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    // A sleeper alone does not keep the process from ending.
    timer.unref();
    signal?.addEventListener('abort', end);
  });

const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
  let left = Math.max(0, ms);
  do {
    if (signal?.aborted === true) return;
    const part = Math.min(left, LONGEST_TIMER_MS);
    await pause(part, signal);
    left -= part;
  } while (left > 0);
};

/** The clocks of this machine. The monotonic one counts from the start of the process, in fractions of a ms. */
export const realClock: Clock = {
  monotonic: () => performance.now(),
  utc: () => Date.now(),
  sleep,
};
