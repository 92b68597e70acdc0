/** `1,204`, as people read it. */
export const countText = (value: number): string => value.toLocaleString('en');

/** `0.93`: a share or a score with two digits, never rounded up to 1. */
export const scoreText = (value: number): string => (value < 1 && value > 0.995 ? '0.99' : value.toFixed(2));

/** `+1.35`: millionths of log-odds as people read them. */
export const logOddsText = (micro: number): string => `${micro < 0 ? '−' : '+'}${(Math.abs(micro) / 1e6).toFixed(2)}`;
