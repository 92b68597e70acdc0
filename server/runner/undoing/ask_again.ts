import type { Verification } from '../ports';
import type { Heard } from './kept_effect';

/*
 * When the target of a live effect is asked again whether it is still there, and what its answer means. Pure.
 */

/** Default of `containments.verify_every_s`, ms. */
export const VERIFY_EVERY_MS = 300_000;
/** What was seen to be absent is asked for once more after so long before it counts as gone, ms. */
export const ASK_TWICE_MS = 2_000;
/** After so many answers in a row that tell nothing it is said that the connector does not tell. */
export const UNSURE_TRIES = 3;
/** The pause between two questions varies by this share to either side, so that not all are asked at once. */
const SPREAD = 0.1;
/** Where the answer told nothing, it is asked again after this share of the pause, then after twice that, and so on. */
const UNSURE_SHARE = 0.1;

/** A number from 0 to 1 that looks random and is the same for the same words. */
const spreadOf = (words: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < words.length; at += 1) hash = Math.imul(hash ^ words.charCodeAt(at), 0x01000193);
  // The last letters differ most; mix them into all bits.
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 12)) >>> 0) / 0xffff_ffff;
};

/** The pause until an effect is asked for again, ms. */
export const pauseFor = (id: string, { asked, unsure }: Pick<Heard, 'asked' | 'unsure'>, everyMs: number): number => {
  const whole = everyMs * (1 - SPREAD + 2 * SPREAD * spreadOf(`${id} ${asked}`));
  return unsure === 0 ? whole : Math.min(whole, whole * UNSURE_SHARE * 2 ** Math.min(unsure - 1, 10));
};

/** Notes what a target answered. @param askedAt UTC at which the question was put, ms */
export const noteHeard = (heard: Heard, { state }: Pick<Verification, 'state'>, askedAt: number): void => {
  heard.unsure = state === 'unknown' ? heard.unsure + 1 : 0;
  if (state === 'unknown') return;
  heard.missed = state === 'absent' ? heard.missed + 1 : 0;
  if (state === 'present') heard.seenAt = askedAt;
};

/** What an answer says of an effect that was in effect: gone only if two looks in a row do not see it. */
export const saysGone = ({ missed }: Pick<Heard, 'missed'>): boolean => missed >= 2;
