import { sha256 } from '../digest/digest';

/* Answers of people that are asked of somebody else afterwards, and how often the two agree (docs/decisions/068). */

/** Hex digits of a digest that make a number below one: 48 bits are exact in a double. */
const DIGITS = 12;
const WHOLE = 2 ** 48;

/**
 * Whether an answer is one of the sample. The same seed and name say the same each time, at every agent; who does not
 * know the seed cannot tell which answers will be looked at.
 *
 * @param seed of the installation
 * @param name of the answer
 * @param percent of all answers, 0 to 100
 */
export const isSampled = (seed: string, name: string, percent: number): boolean =>
  parseInt(sha256(`${seed}\n${name}`).slice(0, DIGITS), 16) / WHOLE < percent / 100;

/** A share with the interval in which the true one lies with a confidence of 95 %, from 0 to 1. */
export interface Agreement {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * How often two answers agree, with the score interval of Wilson (Journal of the American Statistical Association 22,
 * 1927, p. 209). It holds for small numbers and for shares near 0 and 1, where share ± error does not (Brown, Cai and
 * DasGupta, Statistical Science 16, 2001, p. 101).
 *
 * @returns undefined where there is no pair of answers
 */
export const agreementOf = (agree: number, of: number): Agreement | undefined => {
  if (of <= 0) return undefined;
  const share = agree / of;
  const scale = 1 + Z ** 2 / of;
  const middle = (share + Z ** 2 / (2 * of)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / of + Z ** 2 / (4 * of ** 2));
  return { share, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
};
