/** What one check of the target's log came to. */
export interface Finding {
  /** Short and stable, such as `late.restarted`. */
  readonly id: string;
  /** The promise, in words. */
  readonly promise: string;
  /** How many cases were looked at; 0: nothing of the kind happened in this run. */
  readonly looked: number;
  /** A line for each case in which it was broken. */
  readonly broken: readonly string[];
  readonly figures?: Readonly<Record<string, number | string>>;
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;

/** Median, 95 % and most of durations, in seconds. */
export const distribution = (ms: readonly number[]): Record<string, number | string> => {
  if (ms.length === 0) return {};
  const sorted = [...ms].sort((a, b) => a - b);
  const s = (value: number): number => Math.round(value / 100) / 10;
  return { p50_s: s(quantile(sorted, 0.5)), p95_s: s(quantile(sorted, 0.95)), most_s: s(quantile(sorted, 1)) };
};
