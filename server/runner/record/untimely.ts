import type { BadField } from '../../../common/codec/decode';

const DAY_MS = 86_400_000;

/**
 * A repeated event is recognised for so long. INVARIANT (INV-3): closed cases stay for exactly so long
 * (`undoing/janitor.ts`), and older events are not taken: they could not be told from a repetition.
 */
export const DEDUP_HORIZON_MS = 90 * DAY_MS;
const FUTURE_MS = DAY_MS;

/** Why an event of that moment is not taken at `now`, ms since 1970: it is of the future, or of long ago. */
export const untimelyAt = (
  timestamp: string,
  now: number,
): { readonly reason: 'future' | 'too_old'; readonly field: BadField } | undefined => {
  const age = now - Date.parse(timestamp);
  if (age < -FUTURE_MS)
    return { reason: 'future', field: { path: 'timestamp', message: 'is more than 24 h in the future' } };
  const message = `is more than ${DEDUP_HORIZON_MS / DAY_MS} days old`;
  return age > DEDUP_HORIZON_MS ? { reason: 'too_old', field: { path: 'timestamp', message } } : undefined;
};
