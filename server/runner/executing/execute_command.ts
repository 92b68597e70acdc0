import { iso } from '../../../common/iso';
import type { StopConsequence } from '../../../common/flow/clearance';
import type { TargetError } from '../../../common/flow/outcome';
import { mayStart } from '../../engine/brakes/clear';
import { takenBack } from '../../engine/brakes/ledger';
import { afterSending, claimTakenBack, type Effect } from '../../engine/execution/effect';
import { pauseBefore } from '../../engine/execution/retry';
import { callTarget, unanswered } from './call_target';
import { changeActOf, changeEffect } from './change_document';
import type { Start } from './claim';
import { contentOf } from '../keeping/state_docs';
import { ledgerDraft } from '../keeping/kinds/ledger';
import { triedAgain, type CaseAct } from '../keeping/kinds/case';
import type { CallOutcome, Connector } from '../ports';
import type { ShiftParts } from './shift_parts';
import { brakeRules } from './claim_world';

/** What executing came to, and when the request was last written to the socket (monotonic ms). */
export interface Executed {
  readonly effectId: string;
  /** The effect afterwards; undefined if it is not this session's any more. */
  readonly effect: Effect | undefined;
  readonly lastSentAt: number;
}

interface Attempted {
  readonly outcome: CallOutcome;
  readonly attempts: number;
  /** True if some attempt may have been applied. */
  readonly ambiguous: boolean;
  readonly lastSentAt: number;
  readonly stoppedBy?: { readonly then: StopConsequence; readonly text: string };
  readonly durationMs: number;
}

const retryAfter = (outcome: CallOutcome): number | undefined =>
  outcome.kind === 'failed' ? outcome.retry_after_ms : undefined;

/** Whether another attempt can do no harm: the target said it did nothing, or repeating changes nothing there. */
const mayRepeat = (outcome: CallOutcome, { capabilities }: Connector): boolean => {
  if (outcome.kind === 'failed') return outcome.error.retryable;
  return outcome.kind === 'unknown' && outcome.error.retryable && capabilities.idempotency !== 'none';
};

const attempt = async (
  parts: ShiftParts,
  connector: Connector,
  { command, fence }: Start,
  clearedAt: number,
): Promise<Attempted> => {
  const { clock, chance, session } = parts;
  const started = clock.monotonic();
  let ambiguous = false;
  let lastSentAt = started;
  let stoppedBy: Attempted['stoppedBy'];
  // INVARIANT (INV-1, INV-6): asked synchronously right before the first byte is written, for every attempt.
  const permitted = (): boolean => {
    const standstill = session.standstill(command.action, command.connector);
    const stopped = mayStart({
      command,
      stopped: standstill === 'stopped',
      rules: brakeRules(parts),
      clearedForMs: clock.monotonic() - clearedAt,
    });
    if (stopped) stoppedBy = { then: stopped.then, text: stopped.text };
    else if (standstill !== undefined) stoppedBy = { then: 'hold', text: 'this agent may not start effects right now' };
    else {
      stoppedBy = undefined;
      lastSentAt = clock.monotonic();
    }
    return stoppedBy === undefined;
  };
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await callTarget<CallOutcome>(
      clock,
      connector.capabilities.request_timeout_ms,
      (signal) => connector.execute(command, { mayStart: permitted, signal, fence }),
      unanswered,
    );
    ambiguous ||= outcome.kind === 'unknown';
    const done = { outcome, attempts, ambiguous, lastSentAt, ...(stoppedBy ? { stoppedBy } : {}) };
    if (!mayRepeat(outcome, connector)) return { ...done, durationMs: clock.monotonic() - started };
    const asked = retryAfter(outcome);
    const pause = pauseBefore(parts.retry, {
      attempt: attempts,
      elapsedMs: clock.monotonic() - started,
      random: chance.random(),
      ...(asked === undefined ? {} : { retryAfterMs: asked }),
    });
    if (pause === undefined) return { ...done, durationMs: clock.monotonic() - started };
    await clock.sleep(pause);
  }
};

const releaseReservations = async (parts: ShiftParts, commandId: string, ledgers: readonly string[]): Promise<void> => {
  await Promise.all(
    ledgers.map((id) =>
      parts.commits.settle({
        reads: [id],
        build: (view) => {
          const ledger = contentOf('ledger', view.get(id));
          if (ledger === undefined) return { drafts: [], answer: undefined };
          return { drafts: [ledgerDraft(takenBack(ledger, commandId), iso(parts.clock.utc()))], answer: undefined };
        },
      }),
    ),
  );
};

/** Takes back a claim of which nothing was sent: effect, reservations, journal; the case goes on as the brakes say. */
export const takeBack = async (
  parts: ShiftParts,
  { command, effectId }: Pick<Start, 'command' | 'effectId'>,
  ledgers: readonly string[],
  act: (act: CaseAct) => CaseAct,
): Promise<Effect | undefined> => {
  const moment = { at: iso(parts.clock.utc()), session: parts.session.id, effectId };
  const [effect] = await Promise.all([
    changeEffect(parts, effectId, (current) => ({ effect: claimTakenBack(current, command.command_id, moment) })),
    releaseReservations(parts, command.command_id, ledgers),
    changeActOf(parts, command.case_id, command.command_id, act),
  ]);
  await parts.journal.close([command.command_id]);
  return effect;
};

const HOW_OFTEN_CLAIMED = 3;

/** What a definite failure means for the case: once more later if that can help, else a person. */
const failedAct =
  (error: TargetError, claims: number) =>
  (act: CaseAct): CaseAct => {
    const text = `the target did not do it: ${error.message}`;
    return error.retryable && claims < HOW_OFTEN_CLAIMED
      ? triedAgain(act, text)
      : { ...withoutCommand(act), status: 'waiting', text };
  };

const withoutCommand = ({ command_id: _id, effect_id: _effect, resolution: _resolution, ...act }: CaseAct): CaseAct =>
  act;

/**
 * Executes one claimed command: permit checked at the socket, retries with backoff and deadline where they can do no
 * harm, outcome written. Never silent: the effect ends as present, unknown or absent (INV-2).
 *
 * @param ledgers documents in which the claim reserved
 * @param claims how often the case was claimed, this time included
 */
export const executeCommand = async (
  parts: ShiftParts,
  start: Start,
  { ledgers, claims, clearedAt }: { ledgers: readonly string[]; claims: number; clearedAt: number },
): Promise<Executed> => {
  const { command, effectId } = start;
  const connector = parts.connectors.get(command.connector);
  if (connector === undefined) throw new Error(`connector \`${command.connector}\` went away`);
  const { outcome, ambiguous, lastSentAt, attempts, stoppedBy, durationMs } = await attempt(
    parts,
    connector,
    start,
    clearedAt,
  );
  const moment = { at: iso(parts.clock.utc()), session: parts.session.id, effectId };
  const details = { attempt: attempts, duration_ms: durationMs };
  const change = (next: (effect: Effect) => Effect): Promise<Effect | undefined> =>
    changeEffect(parts, effectId, (effect) =>
      effect.state === 'applying' && effect.reasons.some((reason) => reason.command.command_id === command.command_id)
        ? { effect: next(effect) }
        : undefined,
    );
  const actOf = (change: (act: CaseAct) => CaseAct): Promise<unknown> =>
    changeActOf(parts, command.case_id, command.command_id, change);

  if (outcome.kind === 'not_started' && !ambiguous) {
    const then = stoppedBy?.then ?? 'hold';
    const text = stoppedBy?.text ?? outcome.why;
    const effect = await takeBack(parts, start, ledgers, (act) =>
      then === 'hold'
        ? triedAgain(act, text)
        : { ...withoutCommand(act), status: then === 'escalate' ? 'waiting' : 'denied', text },
    );
    return { effectId, effect, lastSentAt };
  }
  if (outcome.kind === 'succeeded') {
    const { before, after, text } = outcome;
    const lasts = command.rollback !== null;
    const told = {
      ...details,
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(text === undefined ? {} : { text }),
    };
    const [effect] = await Promise.all([
      change((current) =>
        afterSending(current, { state: lasts ? 'present' : 'absent', record: 'succeeded', details: told }, moment),
      ),
      actOf((act) => ({ ...act, status: lasts ? 'present' : 'done' })),
    ]);
    if (!lasts) await parts.journal.close([command.command_id]);
    return { effectId, effect, lastSentAt };
  }
  if (outcome.kind === 'failed' && !ambiguous) {
    const [effect] = await Promise.all([
      change((current) =>
        afterSending(
          current,
          { state: 'absent', record: 'failed', details: { ...details, error: outcome.error } },
          moment,
        ),
      ),
      actOf(failedAct(outcome.error, claims)),
    ]);
    await parts.journal.close([command.command_id]);
    return { effectId, effect, lastSentAt };
  }
  const error: TargetError =
    outcome.kind === 'not_started' ? { code: 'not_started', message: outcome.why, retryable: true } : outcome.error;
  const [effect] = await Promise.all([
    change((current) =>
      afterSending(current, { state: 'unknown', record: 'unknown', details: { ...details, error } }, moment),
    ),
    actOf((act) => ({ ...act, status: 'unknown', text: `not certain yet whether it was applied: ${error.message}` })),
  ]);
  return { effectId, effect, lastSentAt };
};
