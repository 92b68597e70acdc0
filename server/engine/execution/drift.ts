import { iso } from '../../../common/iso';
import type { Drift } from './drift_mark';
import { commandsOf, type Effect } from './effect';
import type { EffectReason } from './reasons';

/*
 * What becomes of an effect that somebody removed at its target before its end. By default it is told and left. Where
 * the policy in force says so, its case is claimed once more, like any new act: the effect is closed first, for only
 * an absent effect is claimed, and what is applied again ends when the first was to end.
 */

/** What a policy says of its effects that are removed at the target. */
export interface DriftRule {
  /** So often one effect is applied again. */
  readonly atMost: number;
}

/** An act that is to be applied again, or was, as its case remembers it. */
export interface Reapply extends Omit<Drift, 'commands'> {
  /** What it was before: an act that is not applied again is still told by that. */
  readonly was: { readonly command_id: string; readonly effect_id: string };
}

/** Nothing is applied again for less than this, ms: it would end about when it starts. */
export const LEAST_LEFT_MS = 10_000;
const MOST_COMMANDS = 16;

/** What becomes of one reason of an effect that was removed: applied again, asked of a person, or only told. */
export interface ReasonAfter {
  readonly reason: EffectReason;
  readonly to: 'again' | 'person' | 'told';
  readonly text: string;
  readonly reapply: Reapply;
}

export interface AfterDrift {
  readonly reasons: readonly ReasonAfter[];
  /** Undefined: the effect stays as it is, gone until its end. */
  readonly drift: Drift | undefined;
}

/** What the end of an effect is reckoned with. */
interface Around {
  readonly effectId: string;
  /** What the policies in force say, by policy id; undefined: only tell. */
  readonly ruleOf: (policy: string) => DriftRule | undefined;
  /** Sending again changes nothing at the target but what is missing there. */
  readonly repeatable: boolean;
  /** UTC, ms. */
  readonly now: number;
}

/** Whether enough is left until an end to apply something for it. */
export const hasTimeLeft = (until: string | null, now: number): boolean =>
  until === null || Date.parse(until) - now > LEAST_LEFT_MS;

const laterOf = (a: string | null, b: string | null): string | null =>
  a === null || b === null ? null : a > b ? a : b;

const textOf = (to: 'again' | 'person', times: number, of: number, repeatable: boolean): string => {
  if (to === 'again') return `it was removed at the target before its end; to be applied again, ${times} of ${of}`;
  if (!repeatable) return 'it was removed at the target before its end; sending it twice may do harm: a person decides';
  return `it was removed at the target ${times} times, and Reflex applied it again ${of} times: a person decides`;
};

/** What becomes of an effect that its target does not have any more. Pure. */
export const afterDrift = (effect: Effect, around: Around): AfterDrift => {
  const { effectId, ruleOf, repeatable, now } = around;
  const times = (effect.drift?.times ?? 0) + 1;
  const removed_at = effect.gone?.at ?? iso(now);
  const reasons = effect.reasons.map((reason): ReasonAfter => {
    const { command, deadline: until } = reason;
    const rule = ruleOf(command.policy.id);
    const of = rule?.atMost ?? 0;
    const was = { command_id: command.command_id, effect_id: effectId };
    const reapply = { times, of, removed_at, until, was };
    if (rule === undefined || !hasTimeLeft(until, now)) return { reason, to: 'told', text: '', reapply };
    const to = repeatable && times <= of ? 'again' : 'person';
    return { reason, to, text: textOf(to, times, of, repeatable), reapply };
  });
  const moved = reasons.filter(({ to }) => to !== 'told');
  const [first] = moved;
  if (first === undefined) return { reasons, drift: undefined };
  const until = moved.map((each) => each.reapply.until).reduce(laterOf, first.reapply.until);
  const of = Math.max(...moved.map((each) => each.reapply.of));
  const commands = [...new Set([...(effect.drift?.commands ?? []), ...commandsOf(effect)])].slice(-MOST_COMMANDS);
  return { reasons, drift: { times, of, removed_at, until, commands } };
};

/**
 * Whether an act may be applied again now, by the document of its effect. INVARIANT: never after a lift. Whatever else
 * ended the effect since, its document does not say any more that it was closed for this.
 *
 * - `now`: it may; `busy`: the effect is not closed yet; anything else says why not
 */
export const mayReapply = (
  reapply: Reapply,
  effect: Pick<Effect, 'drift' | 'gone' | 'reasons' | 'state'> | undefined,
): 'now' | 'busy' | { readonly not: string } => {
  if (effect?.drift?.times === reapply.times) return 'now';
  const isOfBefore = effect?.reasons.some(({ command }) => command.command_id === reapply.was.command_id) === true;
  // Somebody put it back before it was closed.
  if (isOfBefore && effect.state === 'present' && effect.gone === undefined) return 'now';
  return isOfBefore ? 'busy' : { not: 'it ended, or was lifted, before it could be applied again' };
};

/** The act as it is claimed again: it ends when the first was to end, however long it waited. */
export const endingAsBefore = <Timed extends { readonly ttl_ms: number | null }>(
  act: Timed,
  { until }: Pick<Reapply, 'until'>,
  now: number,
): Timed =>
  until === null || act.ttl_ms === null ? act : { ...act, ttl_ms: Math.min(act.ttl_ms, Date.parse(until) - now) };
