/*
 * Whether more than a share of what was done was wrong, for who looks again and again. A rule such as "more than 20 %
 * of at least 10" is wrong the more often, the more often one looks: at half that rate one in five rollouts of 2,000
 * acts has crossed it at some moment. This test keeps its error whatever the moment and however often.
 *
 * For each share above the limit it keeps the likelihood ratio against the limit, and their mean (the mixture). If the
 * true share is the limit or less, that is a nonnegative supermartingale that starts at 1, so the chance that it ever
 * reaches 1/ERROR is at most ERROR (Ville 1939; mixture by Robbins, Annals of Mathematical Statistics 41, 1970, p.
 * 1397). For observations between 0 and 1 the ratio is the straight line between its two values (Waudby-Smith and
 * Ramdas, Journal of the Royal Statistical Society B 86, 2024, p. 1): only their mean counts.
 */

/** The chance that it ever says yes where the true share is just the limit. */
const ERROR = 0.05;
/** Shares above the limit that are weighed, alike far from each other. */
const SHARES = 16;

/**
 * After how many observations it is clear that the share is above the limit.
 *
 * @param observations each from 0 (right) to 1 (wrong), in the order of time. One that is not known yet counts as 0:
 * that makes the test later, never wrong
 * @param limit the highest share that is all right, 0 to 1
 * @returns the number of observations up to then; undefined if it is not clear
 */
export const clearlyAbove = (observations: readonly number[], limit: number): number | undefined => {
  if (limit >= 1) return undefined;
  if (limit <= 0) {
    const first = observations.findIndex((wrong) => wrong > 0);
    return first < 0 ? undefined : first + 1;
  }
  const ratios = new Float64Array(SHARES).fill(1);
  const ifWrong = ratios.map((_, n) => (limit + ((1 - limit) * (n + 0.5)) / SHARES) / limit);
  const ifRight = ifWrong.map((factor) => (1 - factor * limit) / (1 - limit));
  for (let seen = 0; seen < observations.length; seen += 1) {
    const wrong = observations[seen] ?? 0;
    let sum = 0;
    for (let n = 0; n < SHARES; n += 1) {
      const ratio = (ratios[n] ?? 0) * (wrong * (ifWrong[n] ?? 0) + (1 - wrong) * (ifRight[n] ?? 0));
      ratios[n] = ratio;
      sum += ratio;
    }
    if (sum / SHARES >= 1 / ERROR) return seen + 1;
  }
  return undefined;
};
