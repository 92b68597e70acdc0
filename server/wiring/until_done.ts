import { realClock } from '../adapters/system/real_clock';
import type { HostParts } from '../hosts/host_parts';
import { StoreUnavailable } from '../runner/ports';

const RETRY_MS = 1_000;

/**
 * Waits for OpenSearch for as long as it takes; anything else that fails is a reason to tell and to try again.
 *
 * @param tell told why it does not go on, each time
 */
export const untilDone = async <Value>(
  host: Pick<HostParts, 'log'>,
  what: string,
  work: () => Promise<Value>,
  { stopped, tell }: { readonly stopped: () => boolean; readonly tell?: (why: string) => void },
): Promise<Value | undefined> => {
  while (!stopped()) {
    try {
      return await work();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (!(cause instanceof StoreUnavailable)) host.log.error(`${what} failed`, { why });
      tell?.(why);
      await realClock.sleep(RETRY_MS);
    }
  }
  return undefined;
};
