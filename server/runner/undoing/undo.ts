import { present } from '../../../common/present';
import type { CallOutcome, TargetError, UndoCause } from '../../../common/flow/outcome';
import { commandsOf, ended, undoFailed, undoStarted, type Effect } from '../../engine/execution/effect';
import { callTarget } from '../executing/call_target';
import { changeEffect, momentNow, type Writing } from '../executing/change_document';
import type { Clock, Connector, EffectHandle, Journal, UndoOutcome, Verification } from '../ports';

/*
 * Undoing by the owner of an effect, while OpenSearch is there (`protocol.md` section 5): claim it, cancel what is
 * pending, remove what is ours, see that it is gone, close it. May be late, is never lost, never early (INV-4).
 */

/** With what effects are undone. */
export interface Undoing {
  readonly writing: Writing;
  readonly journal: Pick<Journal, 'close' | 'ofEffect'>;
  readonly clock: Clock;
}

/**
 * Claims the undoing: from then on no reason is added, and nobody else undoes.
 *
 * @param may asked about the effect as it is then: it may have got a further reason since it was last looked at
 * @returns the effect, or undefined if it is not to be undone now
 */
export const beginUndo = (
  { writing }: Pick<Undoing, 'writing'>,
  id: string,
  undo: NonNullable<Effect['undo']>,
  may: (effect: Effect) => boolean,
): Promise<Effect | undefined> =>
  changeEffect(writing, id, (effect) =>
    (effect.state === 'present' || effect.state === 'unknown') && may(effect)
      ? { effect: undoStarted(effect, undo, momentNow(writing, id)) }
      : undefined,
  );

/**
 * What one attempt at undoing came to. `absent`: nothing was seen there. `removed`: it was seen there, and is not any
 * more. `refused`: somebody changed it since; a person decides.
 */
export type UndoAttempt = 'absent' | 'removed' | 'again' | 'refused';

/** What a target says, without the number of a request or the time, which are other ones each time. */
const wordsOf = ({ message }: TargetError): string => message.replace(/\S*\d\S*/g, '');

const isSame = (before: TargetError | undefined, error: TargetError): boolean =>
  before !== undefined &&
  before.code === error.code &&
  before.status === error.status &&
  wordsOf(before) === wordsOf(error);

/** On record once: what is tried again for hours must not fill the evidence. */
const noteFailure = async (
  writing: Writing,
  id: string,
  record: 'undo_failed' | 'undo_refused',
  error: TargetError,
): Promise<void> => {
  await changeEffect(writing, id, (current) =>
    isSame(current.last_error, error)
      ? undefined
      : { effect: undoFailed(current, record, error, momentNow(writing, id)) },
  );
};

/**
 * One attempt at undoing an effect that is `undoing`. The document is only closed by `closeEffect`, once the settle
 * time has passed as well.
 *
 * @param undoing its `onItsWay` is told when the order to undo was sent and nobody knows whether it arrived
 */
export const attemptUndo = async (
  undoing: Undoing & { readonly onItsWay?: () => void },
  id: string,
  effect: Effect,
  connector: Connector,
): Promise<UndoAttempt> => {
  const { writing, clock } = undoing;
  const handle = handleOf(id, effect);
  // First, also where nothing is there: an order that is still queued at the target would take effect afterwards.
  await cancelAll(clock, connector, handle);
  const before = await verifyEffect(clock, connector, handle);
  if (before.state === 'absent') return 'absent';
  const outcome = await sendUndo(clock, connector, handle, effect.fence);
  if (outcome.kind === 'unknown') undoing.onItsWay?.();
  if (outcome.kind === 'refused') {
    await noteFailure(writing, id, 'undo_refused', outcome.error);
    return 'refused';
  }
  const after = await verifyEffect(clock, connector, handle);
  if (after.state === 'absent') return before.state === 'present' ? 'removed' : 'absent';
  // An order that was taken has not failed because nobody can see yet what came of it.
  const error = errorOf(outcome) ?? (after.state === 'present' ? STILL_THERE : undefined);
  if (error !== undefined) await noteFailure(writing, id, 'undo_failed', error);
  return 'again';
};

/** How an effect is closed. */
interface UndoEnd {
  readonly record: 'undone' | 'verified_absent' | 'late_effect_removed';
  readonly text?: string | undefined;
  /** Default: why its undoing began. */
  readonly why?: UndoCause;
}

/**
 * The effect is finally absent: verified, and the settle time has passed. Journal first, then the document. Whatever
 * the journal has of it is over, also what was folded since: nothing joins or claims an effect that is undone.
 */
export const closeEffect = async (
  { writing, journal }: Undoing,
  id: string,
  effect: Effect,
  { record, text, why }: UndoEnd,
): Promise<void> => {
  const known = journal.ofEffect(id).map(({ command_id }) => command_id);
  await journal.close([...new Set([...commandsOf(effect), ...known])]);
  await changeEffect(writing, id, (current) => ({
    effect: ended(
      current,
      record,
      momentNow(writing, id),
      present({ by: current.undo?.by, why: why ?? current.undo?.why, text }),
    ),
  }));
};

const CAME_LATE = 'took effect once more after it had been undone, and was removed again';

const words = (...texts: ReadonlyArray<string | undefined>): string => texts.filter(Boolean).join('; ');

/**
 * How an effect is closed whose undoing is over: what was gone before its end was not ended by that.
 *
 * @param cameLate it was seen absent, and was there once more before the settle time had passed
 */
export const endOfUndone = ({ undo, gone }: Pick<Effect, 'undo' | 'gone'>, cameLate = false): UndoEnd => {
  if (cameLate) return { record: 'late_effect_removed', why: 'late', text: words(undo?.text, CAME_LATE) };
  return gone === undefined
    ? { record: 'undone', text: undo?.text }
    : { record: 'verified_absent', text: words(undo?.text, gone.text) };
};

/** An effect as its connector is asked about it. */
export const handleOf = (id: string, effect: Effect): EffectHandle => {
  const { action, target, before, after, lift } = effect;
  return {
    effect_id: id,
    action,
    target,
    command_ids: commandsOf(effect),
    ...present({ before, after }),
    ...present({ force: lift?.force || undefined }),
  };
};

/** Asks the target (by a second observer where there is one) whether an effect is there. */
export const verifyEffect = (clock: Clock, connector: Connector, handle: EffectHandle): Promise<Verification> =>
  callTarget<Verification>(
    clock,
    connector.capabilities.request_timeout_ms,
    (signal) => connector.verify(handle, { signal }),
    (why) => ({ state: 'unknown', text: why }),
  );

/** Tells the target to drop what it may have queued of an effect. */
export const cancelAll = (clock: Clock, connector: Connector, handle: EffectHandle): Promise<unknown> =>
  Promise.all(
    handle.command_ids.map((commandId) =>
      callTarget(
        clock,
        connector.capabilities.request_timeout_ms,
        (signal) => connector.cancel(commandId, { signal }),
        () => undefined,
      ),
    ),
  );

/** Orders the target to undo. Undoing is always permitted. */
export const sendUndo = (
  clock: Clock,
  connector: Connector,
  handle: EffectHandle,
  fence: number,
): Promise<UndoOutcome> =>
  callTarget<UndoOutcome>(
    clock,
    connector.capabilities.request_timeout_ms,
    (signal) => connector.undo(handle, { mayStart: () => true, signal, fence }),
    (why) => ({ kind: 'unknown', error: { code: 'no_answer', message: why, retryable: true } }),
  );

const STILL_THERE: TargetError = {
  code: 'still_there',
  message: 'the target took the order but the effect is still there',
  retryable: true,
};

const errorOf = (outcome: CallOutcome): TargetError | undefined =>
  outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error : undefined;
