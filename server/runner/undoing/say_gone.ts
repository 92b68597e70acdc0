import type { Clocks } from '../../engine/execution/due';
import type { Effect } from '../../engine/execution/effect';
import { deadlineOf } from '../../engine/execution/reasons';
import { gone, seenAgain } from '../../engine/execution/seen';
import { changeEffect, momentNow, type Writing } from '../executing/change_document';
import type { Basics } from '../ports';
import { tellCases } from './write_effect';

const GONE = 'gone before its end: somebody removed it at the target, or the target lost it';
const NEVER_THERE = 'it was never there, or is gone';
const THERE_AGAIN = 'seen at the target again; Reflex sent nothing';

/**
 * Says of an effect in place that its target does not have it any more, or that it has it again: once, in its document,
 * on record, and in its cases. Nothing is sent to the target. Somebody decided otherwise there, or something broke; to
 * apply it again is a new act, with a decision and brakes of its own (`apply_again.ts`).
 *
 * @param seen the effect as its target was asked about it; if it changed since, nothing is said
 * @returns the effect afterwards, or undefined if it is as it was
 */
export const sayGone = async (
  writing: Writing,
  { log }: Pick<Basics, 'log'>,
  { id, seen, isThere }: { readonly id: string; readonly seen: Effect; readonly isThere: boolean },
): Promise<Effect | undefined> => {
  let said: Effect | undefined;
  const changed = await changeEffect(writing, id, (current) => {
    said = undefined;
    if (current.state !== 'present' || current.fence !== seen.fence) return undefined;
    if ((current.gone === undefined) === isThere) {
      said = current;
      return undefined;
    }
    const moment = momentNow(writing, id);
    return { effect: isThere ? seenAgain(current, moment, THERE_AGAIN) : gone(current, moment, GONE) };
  });
  // Said before, and the store went away before its cases were told.
  const effect = changed ?? said;
  if (effect === undefined) return undefined;
  const { action, connector, target } = effect;
  const words = isThere ? 'an effect that was gone is there again' : 'an effect is gone before its end';
  if (changed) log.warn(words, { effect: id, action, connector, target: target.value });
  await tellCases(writing, effect, isThere ? { to: 'present' } : { to: 'gone', text: GONE });
  return effect;
};

/** It was in effect, and nobody of ours can have ended it: its end is further away than any two clocks may differ. */
export const isLost = (effect: Effect, { utc, trusted, apart }: Clocks): boolean => {
  if (effect.gone !== undefined) return true;
  if (effect.since === undefined || !trusted) return false;
  return (deadlineOf(effect) ?? Infinity) - utc > 2 * apart;
};

/**
 * How an effect is closed of which nobody knew whether it is there, and whose target says finally that it is not. Its
 * cases are told if it was there.
 */
export const endOfMissing = async (
  writing: Writing,
  effect: Effect,
  clocks: Clocks,
): Promise<{ readonly record: 'verified_absent'; readonly text: string }> => {
  const text = isLost(effect, clocks) ? GONE : NEVER_THERE;
  if (text === GONE) await tellCases(writing, effect, { to: 'gone', text });
  return { record: 'verified_absent', text };
};
