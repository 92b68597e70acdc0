import type { TargetError } from '../../../common/flow/outcome';
import { recordedFor, recordOf, type Effect, type Moment } from './effect';
import type { EffectReason } from './reasons';

/* How long a target that ends effects by itself was told to keep one, and how that changes. */

/** A reason ends this much later than the target was told before that counts as later: clocks are no finer, ms. */
export const LATER_MS = 1_000;

/** Whether a reason ends later than the target was told to keep the effect. */
export const outlasts = (
  { ordered_until: told, reasons }: Pick<Effect, 'ordered_until' | 'reasons'>,
  deadline: string | null,
): boolean => {
  const until = told === undefined ? (reasons[0]?.deadline ?? null) : told;
  if (until === null) return false;
  return deadline === null || Date.parse(deadline) - Date.parse(until) > LATER_MS;
};

/** Of some reasons the one that ends last, by UTC. */
export const lastReason = (reasons: readonly EffectReason[]): EffectReason | undefined =>
  reasons.find(({ deadline }) => deadline === null) ??
  [...reasons].sort((one, other) => Date.parse(other.deadline ?? '') - Date.parse(one.deadline ?? ''))[0];

/** The target is about to be told something new of an effect that stays: older orders are refused from then on. */
export const fenced = (effect: Effect): Effect => ({ ...effect, fence: effect.fence + 1 });

/** A further command is about to be sent, so that undoing the effect removes it too, whatever becomes of its reason. */
export const furtherSent = (effect: Effect, commandId: string): Effect => ({
  ...effect,
  also_sent: [...(effect.also_sent ?? []).filter((id) => id !== commandId), commandId],
});

/**
 * The target was told to keep the effect until a reason ends. That is on record for it, and for each of the others that
 * count because of it.
 *
 * @param told commands of these others
 */
export const extended = (
  effect: Effect,
  { command: { command_id }, deadline }: EffectReason,
  told: ReadonlySet<string>,
  moment: Moment,
): Effect => {
  const text = deadline === null ? 'the target keeps it until it is undone' : `the target keeps it until ${deadline}`;
  const counting = effect.reasons.map(({ command }) => command.command_id);
  const next = counting
    .filter((id) => id === command_id || told.has(id))
    .reduce((each, id) => recordedFor(each, id, moment, { state: 'sent', text }), effect);
  return { ...next, ordered_until: deadline };
};

/** The target cannot keep the effect for a reason: that reason leaves, the effect ends with the others. */
export const reasonRefused = (effect: Effect, commandId: string, error: TargetError, moment: Moment): Effect => {
  const isIt = ({ command }: EffectReason): boolean => command.command_id === commandId;
  const refused = [...effect.reasons, ...effect.requested].find(isIt);
  return {
    ...effect,
    reasons: effect.reasons.filter((reason) => !isIt(reason)),
    requested: effect.requested.filter((reason) => !isIt(reason)),
    outbox: [...effect.outbox, ...(refused ? [recordOf(refused, 'failed', moment, { error })] : [])],
    last_error: error,
  };
};
