import type { BadField } from '../../../common/codec/decode';

/** A repeated event is recognised for so long; what is older cannot be told from a repetition. */
const HORIZON_MS = 90 * 86_400_000;
const FUTURE_MS = 24 * 3_600_000;

/** Why an event of that moment is not taken at `now`, ms since 1970: it is of the future, or of long ago. */
export const untimelyAt = (
  timestamp: string,
  now: number,
): { readonly reason: 'future' | 'too_old'; readonly field: BadField } | undefined => {
  const age = now - Date.parse(timestamp);
  if (age < -FUTURE_MS)
    return { reason: 'future', field: { path: 'timestamp', message: 'is more than 24 h in the future' } };
  if (age > HORIZON_MS) return { reason: 'too_old', field: { path: 'timestamp', message: 'is more than 90 days old' } };
  return undefined;
};
