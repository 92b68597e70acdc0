import { clearJoined, type BrakeRules } from '../../engine/brakes/clear';
import { extended, fenced, lastReason, outlasts, reasonRefused, type Effect } from '../../engine/execution/effect';
import type { TargetError } from '../../../common/flow/outcome';
import { callTarget, unanswered } from '../executing/call_target';
import { changeActOf, changeEffect, momentNow, type Writing } from '../executing/change_document';
import { actAfter } from '../keeping/kinds/case';
import type { CallContext, CallOutcome, Clock, Connector, Journal } from '../ports';
import type { Session } from '../session/session';
import { handleOf, verifyEffect } from './undo';

/*
 * A target that ends effects by itself is told when a further reason ends later than it knows: by an extension, or by
 * applying the further command under a higher fence. Without that the effect would end early while it is shown as
 * present (INV-4).
 */

interface KeepLonger {
  readonly writing: Writing;
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'close'>;
  readonly session: Pick<Session, 'standstill' | 'isStopped'>;
  readonly rules: () => BrakeRules;
}

/** An effect as it is kept, with how long its target was told to keep it. Moments in monotonic ms. */
export interface Lasting {
  readonly effect: Effect;
  lastSentAt: number;
  /** No order to keep it longer is sent before. */
  nextExtension: number;
  extensionPause: number;
}

export const FIRST_EXTENSION_PAUSE_MS = 2_000;
const LONGEST_EXTENSION_PAUSE_MS = 60_000;
/** After one order the next waits for so long, or for half of what is left: a storm of events makes few orders. */
const BETWEEN_EXTENSIONS_MS = 30_000;
/** An end that moves by less than this share of what is left waits until little is left. */
const WORTH_IT = 0.1;
const LITTLE_MS = 60_000;

const leftUntil = (deadline: string | null | undefined, utc: number): number =>
  deadline === null || deadline === undefined ? Infinity : Date.parse(deadline) - utc;

/** Whether the target is to be told now that the effect ends later. */
export const isToKeepLonger = (
  { effect, nextExtension }: Lasting,
  { capabilities, extend }: Connector,
  { monotonic, utc }: { readonly monotonic: number; readonly utc: number },
): boolean => {
  const last = lastReason(effect);
  // What is gone is not applied again for the reasons that it has, in no way.
  if (effect.gone !== undefined) return false;
  if (!capabilities.native_ttl || last === undefined || !outlasts(effect, last.deadline)) return false;
  // What a dead session had begun is never executed again by whoever took it over.
  if (extend === undefined && (effect.taken_over === true || capabilities.idempotency === 'none')) return false;
  if (monotonic < nextExtension) return false;
  const told = leftUntil(effect.ordered_until ?? effect.reasons[0]?.deadline, utc);
  return told <= LITTLE_MS || leftUntil(last.deadline, utc) > told * (1 + WORTH_IT);
};

const NOT_KEPT: TargetError = {
  code: 'not_kept_longer',
  message: 'the target took the order to keep it longer but does not show it',
  retryable: false,
};

const send = async (
  { clock, session, rules }: KeepLonger,
  { id, effect, lastsMs }: { readonly id: string; readonly effect: Effect; readonly lastsMs: number | null },
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
  const last = lastReason(effect);
  if (last === undefined) return { kind: 'not_started', why: 'no reason is left' };
  const stopped = session.isStopped(effect.action, connector.name);
  const cleared = clearJoined(last.command, { stopped, rules: rules() });
  if (cleared.kind === 'stopped') return { kind: 'not_started', why: cleared.text };
  const { command } = cleared;
  const outcome = await callTarget<CallOutcome>(
    clock,
    limit,
    (signal) => connector.execute(command, { ...context, signal }),
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
  { command }: Effect['reasons'][number],
  error: TargetError,
): Promise<Effect | undefined> => {
  const text = `the target cannot keep it for longer: ${error.message}`;
  const effect = await changeEffect(writing, id, (current) => ({
    effect: reasonRefused(current, command.command_id, error, momentNow(writing, id)),
  }));
  await changeActOf(writing, command, (act) => actAfter(act, { to: 'person', text }));
  await journal.close([command.command_id]);
  return effect;
};

/**
 * Tells the target of an effect in place that it ends later.
 *
 * @param lastsMs from now until its last reason ends, ms; null if only a person ends it
 * @returns the effect afterwards, or undefined if it is as it was
 */
export const keepLonger = async (
  keeping: KeepLonger,
  { id, kept, lastsMs }: { readonly id: string; readonly kept: Lasting; readonly lastsMs: number | null },
  connector: Connector,
): Promise<Effect | undefined> => {
  const { writing, clock, session } = keeping;
  const later = (pause: number): void => {
    kept.nextExtension = clock.monotonic() + pause;
  };
  const mayStart = (): boolean => {
    if (session.standstill(kept.effect.action, connector.name) !== undefined) return false;
    kept.lastSentAt = clock.monotonic();
    return true;
  };
  later(FIRST_EXTENSION_PAUSE_MS);
  if (session.standstill(kept.effect.action, connector.name) !== undefined) return undefined;
  const effect = await changeEffect(writing, id, (current) =>
    current.state === 'present' && current.gone === undefined ? { effect: fenced(current) } : undefined,
  );
  const last = effect && lastReason(effect);
  if (effect === undefined || last === undefined) return undefined;
  const outcome = await send(keeping, { id, effect, lastsMs }, connector, { mayStart, fence: effect.fence });
  if (outcome.kind === 'succeeded') {
    later(Math.min(BETWEEN_EXTENSIONS_MS, (lastsMs ?? Infinity) / 2));
    kept.extensionPause = FIRST_EXTENSION_PAUSE_MS;
    return changeEffect(writing, id, (current) => ({ effect: extended(current, last, momentNow(writing, id)) }));
  }
  if (outcome.kind === 'failed' && !outcome.error.retryable) return refuse(keeping, id, last, outcome.error);
  later(outcome.kind === 'failed' ? Math.max(outcome.retry_after_ms ?? 0, kept.extensionPause) : kept.extensionPause);
  kept.extensionPause = Math.min(LONGEST_EXTENSION_PAUSE_MS, kept.extensionPause * 2);
  return effect;
};
