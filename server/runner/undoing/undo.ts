import { iso } from '../../../common/iso';
import type { TargetError } from '../../../common/flow/outcome';
import { ended, undoFailed, undoStarted, type Effect } from '../../engine/execution/effect';
import { callTarget } from '../executing/call_target';
import { changeEffect } from '../executing/change_document';
import type { CallOutcome, Connector, EffectHandle, JournalEntry, UndoOutcome, Verification } from '../ports';
import type { AgentParts, ShiftParts } from '../executing/shift_parts';
import { CLOCK_SKEW_MS } from '../session/session_times';

/*
 * Undoing (`protocol.md` section 5): by the owner while OpenSearch is there, by the executor alone, from its own
 * journal, when it is away. May be late, is never lost, never early (INV-4).
 */

export const handleOf = (id: string, effect: Effect): EffectHandle => ({
  effect_id: id,
  action: effect.action,
  target: effect.target,
  command_ids: effect.reasons.map((reason) => reason.command.command_id),
  ...(effect.before === undefined ? {} : { before: effect.before }),
  ...(effect.after === undefined ? {} : { after: effect.after }),
  ...(effect.lift?.force === true ? { force: true } : {}),
});

const noVerification = (why: string): Verification => ({ state: 'unknown', text: why });

/** Asks the target (by a second observer where there is one) whether an effect is there. */
export const verifyEffect = (
  { clock }: AgentParts,
  connector: Connector,
  handle: EffectHandle,
): Promise<Verification> =>
  callTarget(
    clock,
    connector.capabilities.request_timeout_ms,
    (signal) => connector.verify(handle, { signal }),
    noVerification,
  );

const notUndone = (why: string): UndoOutcome => ({
  kind: 'unknown',
  error: { code: 'no_answer', message: why, retryable: true },
});

const sendUndo = (
  { clock }: AgentParts,
  connector: Connector,
  handle: EffectHandle,
  fence: number,
): Promise<UndoOutcome> =>
  callTarget(
    clock,
    connector.capabilities.request_timeout_ms,
    (signal) => connector.undo(handle, { mayStart: () => true, signal, fence }),
    notUndone,
  );

/**
 * Claims the undoing: from now on no reason is added, and nobody else undoes.
 *
 * @param may asked about the effect as it is then: it may have got a further reason since it was last looked at
 * @returns the effect, or undefined if it is not to be undone now
 */
export const beginUndo = (
  parts: ShiftParts,
  id: string,
  undo: NonNullable<Effect['undo']>,
  may: (effect: Effect) => boolean,
): Promise<Effect | undefined> =>
  changeEffect(parts, id, (effect) =>
    (effect.state === 'present' || effect.state === 'unknown') && may(effect)
      ? { effect: undoStarted(effect, undo, { at: iso(parts.clock.utc()), session: parts.session.id, effectId: id }) }
      : undefined,
  );

/** What one attempt at undoing came to. `refused`: somebody changed it since; a person decides. */
export type UndoAttempt = 'absent' | 'again' | 'refused';

/**
 * One attempt at undoing an effect that is `undoing`: cancel what is pending, remove what is ours, verify absent.
 * The document is only closed by `closeEffect`, once the settle time has passed as well.
 */
export const attemptUndo = async (
  parts: ShiftParts,
  id: string,
  effect: Effect,
  connector: Connector,
): Promise<UndoAttempt> => {
  const moment = () => ({ at: iso(parts.clock.utc()), session: parts.session.id, effectId: id });
  const handle = handleOf(id, effect);
  const before = await verifyEffect(parts, connector, handle);
  if (before.state === 'absent') return 'absent';
  await Promise.all(
    handle.command_ids.map((commandId) =>
      callTarget(
        parts.clock,
        connector.capabilities.request_timeout_ms,
        (signal) => connector.cancel(commandId, { signal }),
        () => undefined,
      ),
    ),
  );
  const outcome = await sendUndo(parts, connector, handle, effect.fence);
  if (outcome.kind === 'refused') {
    await changeEffect(parts, id, (current) => ({
      effect: undoFailed(current, 'undo_refused', outcome.error, moment()),
    }));
    return 'refused';
  }
  const after = await verifyEffect(parts, connector, handle);
  if (after.state === 'absent') return 'absent';
  const error = errorOf(outcome) ?? {
    code: 'still_there',
    message: 'the target took the order but the effect is still there',
    retryable: true,
  };
  await changeEffect(parts, id, (current) =>
    current.last_error?.message === error.message
      ? undefined
      : { effect: undoFailed(current, 'undo_failed', error, moment()) },
  );
  return 'again';
};

const errorOf = (outcome: CallOutcome): TargetError | undefined =>
  outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error : undefined;

/** The effect is finally absent: verified, and the settle time has passed. Journal first, then the document. */
export const closeEffect = async (
  parts: ShiftParts,
  id: string,
  effect: Effect,
  { record, text }: { readonly record: 'undone' | 'verified_absent'; readonly text?: string | undefined },
): Promise<void> => {
  await parts.journal.close(effect.reasons.map((reason) => reason.command.command_id));
  await changeEffect(parts, id, (current) => ({
    effect: ended(
      current,
      record,
      { at: iso(parts.clock.utc()), session: parts.session.id, effectId: id },
      {
        ...(current.undo === undefined ? {} : { by: current.undo.by }),
        ...(text === undefined ? {} : { text }),
      },
    ),
  }));
};

const overdue = (entry: JournalEntry, utc: number): boolean =>
  entry.deadline !== null && Date.parse(entry.deadline) + CLOCK_SKEW_MS <= utc;

/**
 * Undoes from the local journal alone what is due, when OpenSearch has been away for long. Only what carries our
 * command_id at the target; anything else waits: late is allowed, wrong is not. Each entry is marked before the
 * request is sent, so that the document is put right before this agent confirms anything again.
 */
export const undoOffline = async (parts: AgentParts): Promise<number> => {
  const { journal, clock, connectors, log } = parts;
  const due = journal.open().filter((entry) => overdue(entry, clock.utc()));
  let undone = 0;
  for (const entry of due) {
    const connector = connectors.get(entry.connector);
    if (!connector?.capabilities.tagged) continue;
    if (entry.undone_offline !== true) await journal.put([{ ...entry, undone_offline: true }]);
    const handle: EffectHandle = {
      effect_id: entry.effect_id,
      action: entry.action,
      target: entry.target,
      command_ids: [entry.command_id],
    };
    const outcome = await sendUndo(parts, connector, handle, Number.MAX_SAFE_INTEGER);
    if (outcome.kind === 'succeeded') undone += 1;
    else
      log.warn('an effect could not be undone while OpenSearch is away', {
        command: entry.command_id,
        outcome: outcome.kind,
      });
  }
  return undone;
};
