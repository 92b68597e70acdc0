/** One of the values such that `share` of all are not above it; `values` is not empty. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** Three significant digits: more would pretend to a precision that a shared machine does not have. */
export const rounded = (value: number): number => Number(value.toPrecision(3));

/** What several rounds came to: the middle one, and how far they lie apart. */
export interface Spread {
  readonly middle: number;
  readonly least: number;
  readonly most: number;
}

export const spread = (values: readonly number[]): Spread => ({
  middle: rounded(quantile(values, 0.5)),
  least: rounded(Math.min(...values)),
  most: rounded(Math.max(...values)),
});
