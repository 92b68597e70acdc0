import type { Steps } from '../../engine/policy/steps';
import type { Clock } from '../ports';

/** So long a turn may keep everything else of this process waiting, ms: heartbeats come every 300. */
const LONGEST_TURN_MS = 8;

/** Does the work of the engine in turns; without a clock in one go. */
export const inTurns = async <Value>(
  clock: Pick<Clock, 'monotonic' | 'sleep'> | undefined,
  steps: Steps<Value>,
): Promise<Value> => {
  let turn = clock?.monotonic() ?? 0;
  for (;;) {
    const next = steps.next();
    if (next.done === true) return next.value;
    if (clock === undefined || clock.monotonic() - turn < LONGEST_TURN_MS) continue;
    await clock.sleep(0);
    turn = clock.monotonic();
  }
};
