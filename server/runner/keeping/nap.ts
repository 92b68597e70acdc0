import type { Clock } from '../ports';

/**
 * The pause of something that looks again and again. It may last some ms longer than asked for: whatever pauses so
 * wakes up together, and an idle process sleeps in between. For what must not be late there is `sleep`.
 *
 * @param idleMs how long it may be where pauses need not be exact, for who has nothing to do
 */
export const nap = (clock: Pick<Clock, 'nap' | 'sleep'>, ms: number, idleMs = ms): Promise<void> =>
  clock.nap === undefined ? clock.sleep(ms) : clock.nap(idleMs);
