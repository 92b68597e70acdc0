/** One of the values such that `share` of all are not above it; `values` is not empty. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

/** Three significant digits: more would pretend to a precision that a shared machine does not have. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
