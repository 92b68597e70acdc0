import { clearJoined, isOwnTarget, type BrakeRules, type Guard } from '../../engine/brakes/clear';
import { commandsOf, type Effect } from '../../engine/execution/effect';
import { classed } from '../../engine/execution/error_class';
import type { EffectReason } from '../../engine/execution/reasons';
import {
  extended,
  fenced,
  furtherSent,
  lastReason,
  LATER_MS,
  outlasts,
  reasonRefused,
} from '../../engine/execution/told_longer';
import type { TargetError } from '../../../common/flow/outcome';
import { present } from '../../../common/present';
import { callTarget, unanswered } from '../executing/call_target';
import { changeActOf, changeEffect, momentNow, type ChangedEffect, type Writing } from '../executing/change_document';
import { actAfter } from '../keeping/kinds/case';
import type { CallContext, CallOutcome, Clock, Connector, Journal, JournalEntry } from '../ports';
import type { Session } from '../session/session';
import { handleOf, verifyEffect } from './undo';

/*
 * A target that ends effects by itself is told when a further reason ends later than it knows: by an extension, or by
 * applying the further command under a higher fence. INVARIANT (INV-4): such a reason counts only once the target was
 * told, so that its effect does not end early, whoever dies before that.
 */

interface KeepLonger {
  readonly writing: Writing;
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'close'>;
  readonly session: Pick<Session, 'standstill' | 'isStopped'>;
  readonly rules: () => BrakeRules;
  readonly guard: Guard;
}

/** An effect as it is kept, with how long its target was told to keep it. Moments in monotonic ms. */
export interface Lasting {
  readonly effect: Effect;
  lastSentAt: number;
  /** The end that this process told its target, null if none; missing where another process told it. */
  toldUntil?: number | null;
  /** When further reasons were first seen to be asked for, by command: their time runs from then on. */
  readonly askedAt: ReadonlyMap<string, number>;
  /** No order to keep it longer is sent before. */
  nextExtension: number;
  extensionPause: number;
}

export const FIRST_EXTENSION_PAUSE_MS = 2_000;
const LONGEST_EXTENSION_PAUSE_MS = 60_000;
/** After one order the next waits for so long, or for half of what is left: a storm of events makes few orders. */
const BETWEEN_EXTENSIONS_MS = 30_000;

/** When a reason ends that is asked for, monotonic ms; null if only a person ends it. */
const endOfAsked = (
  { askedAt }: Pick<Lasting, 'askedAt'>,
  { command: { command_id, ttl_ms } }: EffectReason,
  now: number,
): number | null => (ttl_ms === null ? null : (askedAt.get(command_id) ?? now) + ttl_ms);

/**
 * Whether a target that ends effects by itself keeps this one long enough for a reason that is asked for. What this
 * process told it counts by its own monotonic clock, for another agent's deadline may be of a clock that is off.
 */
export const isTold = (
  kept: Pick<Lasting, 'effect' | 'toldUntil' | 'askedAt'>,
  reason: EffectReason,
  now: number,
): boolean => {
  const { effect, toldUntil } = kept;
  if (toldUntil === undefined) return !outlasts(effect, reason.deadline);
  const end = endOfAsked(kept, reason, now);
  return toldUntil === null || (end !== null && end - toldUntil <= LATER_MS);
};

/** Whether the target is to be told now that the effect ends later. */
export const isToKeepLonger = (kept: Lasting, { capabilities, extend }: Connector, monotonic: number): boolean => {
  const { effect, nextExtension, toldUntil } = kept;
  // What is gone is not applied again for the reasons that it has, in no way.
  if (effect.gone !== undefined) return false;
  if (!capabilities.native_ttl || monotonic < nextExtension) return false;
  // What a dead session had begun is never executed again by whoever took it over.
  if (extend === undefined && (effect.taken_over === true || capabilities.idempotency === 'none')) return false;
  if (effect.requested.some((reason) => !isTold(kept, reason, monotonic))) return true;
  // Earlier versions counted a reason before they told the target of it.
  const last = lastReason(effect.reasons);
  return toldUntil === undefined && last !== undefined && outlasts(effect, last.deadline);
};

/**
 * The reason that the target is told of: of those that are asked for the one that ends last by this agent's clock, for
 * the deadline of another one may be of a clock that is off; else the last of those that count. Of several that end at
 * once it is the one that came last: others of its policy are counted with that.
 */
const longestOf = (kept: Lasting, { reasons, requested }: Effect, now: number): EffectReason | undefined => {
  const endOf = (reason: EffectReason): number => endOfAsked(kept, reason, now) ?? Infinity;
  const longest = (one: EffectReason | undefined, other: EffectReason): EffectReason =>
    one === undefined || endOf(other) >= endOf(one) ? other : one;
  return requested.reduce<EffectReason | undefined>(longest, undefined) ?? lastReason(reasons);
};

/** How long the target is to keep it from now on, ms; null for as long as nobody undoes it. */
const lastsFor = (kept: Lasting, { requested }: Effect, countedMs: number | null, now: number): number | null => {
  const asked = requested.map((reason) => endOfAsked(kept, reason, now));
  const wanted = [countedMs, ...asked.map((end) => (end === null ? null : end - now))];
  const ends = wanted.filter((each) => each !== null);
  return ends.length < wanted.length ? null : Math.max(...ends);
};

const NOT_KEPT: TargetError = {
  code: 'not_kept_longer',
  message: 'the target took the order to keep it longer but does not show it',
  retryable: false,
};

/** What a target is told: to keep an effect for so long, ms, until a reason ends. */
interface Told {
  readonly id: string;
  readonly effect: Effect;
  readonly last: EffectReason;
  readonly lastsMs: number | null;
}

const send = async (
  { clock, session, rules, guard }: KeepLonger,
  { id, effect, last, lastsMs }: Told,
  connector: Connector,
  context: Omit<CallContext, 'signal'>,
): Promise<CallOutcome> => {
  const { request_timeout_ms: limit } = connector.capabilities;
  const { extend } = connector;
  if (extend !== undefined)
    return callTarget(
      clock,
      limit,
      (signal) => extend(handleOf(id, effect), lastsMs, { ...context, signal }),
      unanswered,
    );
  const { policy, source } = last.command;
  const stopped = session.isStopped(effect.action, connector.name, policy.id, source);
  const cleared = clearJoined(last.command, { stopped, rules: rules(), guard });
  if (cleared.kind === 'stopped') return { kind: 'not_started', why: cleared.text };
  const { command } = cleared;
  const outcome = await callTarget<CallOutcome>(
    clock,
    limit,
    (signal) => connector.execute(command, { ...context, signal, effect_id: id }),
    unanswered,
  );
  if (outcome.kind !== 'succeeded') return outcome;
  // A target may say "it is there already" of what is there by another command, and keep that one's end.
  const own = { ...handleOf(id, effect), command_ids: [command.command_id] };
  const { state } = await verifyEffect(clock, connector, own);
  return state === 'absent' ? { kind: 'failed', error: NOT_KEPT } : outcome;
};

/** The target cannot: the reason leaves, and a person decides about its act. */
const refuse = async (
  { writing, journal }: KeepLonger,
  id: string,
  { command }: EffectReason,
  error: TargetError,
): Promise<Effect | undefined> => {
  const text = `the target cannot keep it for longer: ${error.message}`;
  const effect = await changeEffect(writing, id, (current) => ({
    effect: reasonRefused(current, command.command_id, error, momentNow(writing, id)),
  }));
  await changeActOf(writing, command, (act) => actAfter(act, { to: 'person', text }));
  // INVARIANT (INV-4): an earlier order of it may have been carried out, whatever this one came to. Then it is undone
  // with the effect, from this journal too.
  const mayBeThere = effect === undefined || commandsOf(effect).includes(command.command_id);
  if (!mayBeThere) await journal.close([command.command_id]);
  return effect;
};

/**
 * The effect right before its target is told. A further command is named in the document and in the journal before it
 * is sent: from then on it may be at the target, counted or not, and whoever undoes it has to remove that as well.
 */
const toBeTold = (
  effect: Effect,
  last: EffectReason | undefined,
  { extend }: Pick<Connector, 'extend'>,
  noteSent: Longer['noteSent'],
): ChangedEffect => {
  const next = fenced(effect);
  if (extend !== undefined || last === undefined || effect.reasons.includes(last)) return { effect: next };
  return { effect: furtherSent(next, last.command.command_id), journal: [noteSent(next, last)] };
};

interface Longer {
  readonly id: string;
  readonly kept: Lasting;
  /** From now until the last of its reasons ends that count already, ms; null if only a person ends it. */
  readonly countedMs: number | null;
  /** Entry of the undo journal for a command that is to be sent and keeps the effect no longer than it is kept. */
  readonly noteSent: (effect: Effect, reason: EffectReason) => JournalEntry;
  /** Counts the reasons that the target was told of, by their commands, in the document as it is by then. */
  readonly confirm: (effect: Effect, told: ReadonlySet<string>) => ChangedEffect | undefined;
}

/**
 * Tells the target of an effect in place that it ends later; the reasons that it was told of count from then on.
 *
 * @returns the effect afterwards, or undefined if it is as it was
 */
export const keepLonger = async (
  keeping: KeepLonger,
  { id, kept, countedMs, noteSent, confirm }: Longer,
  connector: Connector,
): Promise<Effect | undefined> => {
  const { writing, clock, session } = keeping;
  const later = (pause: number): void => {
    kept.nextExtension = clock.monotonic() + pause;
  };
  // INVARIANT (INV-6): a reason of a policy that is stopped waits; the target is told of the others.
  const isFree = ({ command: { policy, source } }: EffectReason): boolean =>
    session.standstill(kept.effect.action, connector.name, policy.id, { source }) === undefined;
  const freeOf = (current: Effect): Effect => ({ ...current, requested: current.requested.filter(isFree) });
  later(FIRST_EXTENSION_PAUSE_MS);
  const now = clock.monotonic();
  const wanted = freeOf(kept.effect);
  const first = longestOf(kept, wanted, now);
  const isHeld = kept.effect.requested.length > 0 && wanted.requested.length === 0;
  if (isHeld || first === undefined || !isFree(first)) return undefined;
  let named: EffectReason | undefined;
  const changed = await changeEffect(writing, id, (current) => {
    if (current.state !== 'present' || current.gone !== undefined) return undefined;
    named = longestOf(kept, freeOf(current), now);
    return toBeTold(current, named, connector, noteSent);
  });
  const effect = changed && freeOf(changed);
  const last = effect && longestOf(kept, effect, now);
  // INVARIANT (INV-4): only what the document and the journal name by now is sent.
  if (effect === undefined || last === undefined || last.command.command_id !== named?.command.command_id)
    return changed;
  const mayStart = (): boolean => {
    if (!isFree(last) || isOwnTarget(kept.effect.target, keeping.guard)) return false;
    kept.lastSentAt = clock.monotonic();
    return true;
  };
  const from = clock.monotonic();
  const lastsMs = lastsFor(kept, effect, countedMs, from);
  const said = await send(keeping, { id, effect, last, lastsMs }, connector, { mayStart, fence: effect.fence });
  const outcome = classed(said, connector.capabilities);
  if (outcome.kind === 'succeeded') {
    later(Math.min(BETWEEN_EXTENSIONS_MS, (lastsMs ?? Infinity) / 2));
    kept.extensionPause = FIRST_EXTENSION_PAUSE_MS;
    kept.toldUntil = lastsMs === null ? null : from + lastsMs;
    const told = new Set(effect.requested.map(({ command }) => command.command_id));
    return changeEffect(writing, id, (current) => {
      const { effect: counted, journal } = confirm(current, told) ?? { effect: current };
      return { effect: extended(counted, last, told, momentNow(writing, id)), ...present({ journal }) };
    });
  }
  if (outcome.kind === 'failed' && !outcome.error.retryable) return refuse(keeping, id, last, outcome.error);
  later(outcome.kind === 'failed' ? Math.max(outcome.retry_after_ms ?? 0, kept.extensionPause) : kept.extensionPause);
  kept.extensionPause = Math.min(LONGEST_EXTENSION_PAUSE_MS, kept.extensionPause * 2);
  return changed;
};
