/*
 * Since when more goes wrong than before. Once it is clear that a share is too high, people want to know when that
 * began: the moment at which two shares, one before and a higher one after, explain best what was seen.
 */

/** The log likelihood of so many wrong ones at their own share; fractions count as fractions. */
const fitOf = (wrong: number, of: number): number => {
  const part = (count: number): number => (count <= 0 ? 0 : count * Math.log(count / of));
  return part(wrong) + part(of - wrong);
};

/**
 * Where the share rose, by maximum likelihood.
 *
 * @param observations each from 0 (right) to 1 (wrong), in the order of time
 * @returns the index of the first one at the higher share; 0 where it was as high all along
 */
export const shiftSince = (observations: readonly number[]): number => {
  const all = observations.length;
  const total = observations.reduce((sum, wrong) => sum + wrong, 0);
  let best = 0;
  let bestFit = fitOf(total, all);
  let before = 0;
  for (let index = 1; index < all; index += 1) {
    before += observations[index - 1] ?? 0;
    const rest = all - index;
    const after = total - before;
    if (after / rest <= before / index) continue;
    const fit = fitOf(before, index) + fitOf(after, rest);
    if (fit > bestFit + 1e-9) [best, bestFit] = [index, fit];
  }
  return best;
};
