/** How often and how long a request to a target is tried. */
export interface RetryRules {
  /** Most attempts, the first included. */
  readonly attempts: number;
  /** Pause before the second attempt, ms; doubles each time. */
  readonly firstPauseMs: number;
  /** Longest pause, ms. */
  readonly longestPauseMs: number;
  /** No attempt starts later than this after the first, ms. */
  readonly deadlineMs: number;
}

export const DEFAULT_RETRY: RetryRules = { attempts: 4, firstPauseMs: 250, longestPauseMs: 5_000, deadlineMs: 20_000 };

/**
 * The pause before the next attempt, or undefined if there is none. Exponential with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param attempt attempts made so far, from 1
 * @param elapsedMs since the first attempt
 * @param random a number from 0 to 1, comes in as a value
 * @param retryAfterMs what the target asked for, if it did
 */
export const pauseBefore = (
  rules: RetryRules,
  {
    attempt,
    elapsedMs,
    random,
    retryAfterMs = 0,
  }: { attempt: number; elapsedMs: number; random: number; retryAfterMs?: number },
): number | undefined => {
  if (attempt >= rules.attempts) return undefined;
  const ceiling = Math.min(rules.longestPauseMs, rules.firstPauseMs * 2 ** (attempt - 1));
  const pause = Math.max(retryAfterMs, Math.floor(ceiling * (0.5 + random / 2)));
  return elapsedMs + pause > rules.deadlineMs ? undefined : pause;
};
