/** `1,204`, as people read it. */
export const countText = (value: number): string => value.toLocaleString('en');

/** `0.93`: a share or a score with two digits, never rounded up to 1. */
export const scoreText = (value: number): string => (value < 1 && value > 0.995 ? '0.99' : value.toFixed(2));

/** `+1.35`: millionths of log-odds as people read them. */
export const logOddsText = (micro: number): string => `${micro < 0 ? '−' : '+'}${(Math.abs(micro) / 1e6).toFixed(2)}`;

/** `90 %`: a share of 0 to 1 as people read it; what is more than nothing is never shown as nothing. */
export const percentText = (share: number): string =>
  share > 0 && share < 0.01 ? '< 1 %' : `${Math.round(share * 100)} %`;
