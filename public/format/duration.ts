const UNITS: ReadonlyArray<readonly [string, number]> = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/**
 * A length of time in its two largest units: `3 d 4 h`, `1 h 12 min`, `42 s`, `180 ms`.
 *
 * @param ms milliseconds, not negative
 */
export const durationText = (ms: number): string => {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const parts: string[] = [];
  let rest = Math.floor(ms / 1_000) * 1_000;
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
};

/** The same, never in milliseconds: what a clock that ticks once a second shows. */
export const countdownText = (ms: number): string => (ms < 1_000 ? '0 s' : durationText(ms));
