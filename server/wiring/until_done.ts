import { realClock } from '../adapters/system/real_clock';
import { StoreUnavailable } from '../runner/ports';
import type { Life } from './life';

const RETRY_MS = 1_000;

/**
 * Tries until it works, for as long as OpenSearch is away. Anything else that fails may be mended by a person while it
 * waits: it is logged and tried again as well.
 *
 * @param tell told each time why it does not go on
 * @throws LifeOver once the life is over
 */
export const untilDone = async <Value>(
  life: Life,
  what: string,
  work: () => Promise<Value>,
  tell?: (why: string) => void,
): Promise<Value> => {
  for (;;) {
    life.goOn();
    try {
      return await work();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (!(cause instanceof StoreUnavailable)) life.log.error(`${what} failed`, { why });
      tell?.(why);
      await realClock.sleep(RETRY_MS, life.signal);
    }
  }
};
