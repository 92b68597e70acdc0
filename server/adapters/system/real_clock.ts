import { readFileSync, readlinkSync } from 'fs';
import { performance } from 'perf_hooks';
import type { Boot, Clock } from '../../runner/ports';

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

/**
 * Naps end at common moments, so far apart, ms; those from `LONG_MS` on at every third one. Each wake-up costs an idle
 * process more than what it then looks at.
 */
const BETWEEN_ENDS_MS = 100;
const LONG_MS = 250;
const BETWEEN_LONG_ENDS_MS = 3 * BETWEEN_ENDS_MS;
/** By their end on the monotonic clock; whoever naps until the same moment shares one timer. */
const naps = new Map<number, Promise<void>>();

const nap = (ms: number): Promise<void> => {
  const now = performance.now();
  const apart = ms < LONG_MS ? BETWEEN_ENDS_MS : BETWEEN_LONG_ENDS_MS;
  const end = Math.ceil((now + Math.max(0, ms)) / apart) * apart;
  const known = naps.get(end);
  if (known !== undefined) return known;
  const fresh = sleep(end - now).finally(() => naps.delete(end));
  naps.set(end, fresh);
  return fresh;
};

/** The run of this machine, and the numbering of its clock: containers may have their own. */
const bootId = (): string | undefined => {
  try {
    const run = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return run === '' ? undefined : `${run}/${readlinkSync('/proc/self/ns/time')}`;
  } catch {
    return undefined;
  }
};

const BOOT_ID = bootId();

/** Linux counts `hrtime` from the start of the machine, and stands still while it is suspended: late, never early. */
const boot = (): Boot | undefined =>
  BOOT_ID === undefined ? undefined : { id: BOOT_ID, now: Number(process.hrtime.bigint() / 1_000n) / 1_000 };

/** The clocks of this machine. The monotonic one counts from the start of the process, in fractions of a ms. */
export const realClock: Clock = {
  monotonic: () => performance.now(),
  utc: () => Date.now(),
  sleep,
  nap,
  boot,
};
