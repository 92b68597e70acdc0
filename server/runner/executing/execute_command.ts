import { takenBack } from '../../engine/brakes/ledger';
import { afterCalls, type AfterCalls } from '../../engine/execution/after_outcome';
import { afterSending, claimTakenBack, type Effect } from '../../engine/execution/effect';
import { iso } from '../../../common/iso';
import { actAfter } from '../keeping/kinds/case';
import { plannedLedger } from '../keeping/kinds/ledger';
import { contentOf } from '../keeping/state_docs';
import type { Connector, Journal } from '../ports';
import { callUntilOver, type Called, type Sending } from './call_until_over';
import { changeActOf, changeEffect, momentNow, type Writing } from './change_document';
import type { Start } from './claiming';

/** A sending that follows its claim sooner than this moves no end in the journal, ms. */
const SENT_LATE_MS = 250;

/** With what commands are executed. */
export interface Executing {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly sending: Sending;
  readonly writing: Writing;
  readonly journal: Pick<Journal, 'close' | 'ofEffect' | 'put'>;
}

/** What executing came to, and when the request was last written to the socket (monotonic ms). */
export interface Executed {
  readonly effectId: string;
  /** The effect afterwards; undefined if it is not this session's any more. */
  readonly effect: Effect | undefined;
  readonly lastSentAt: number;
}

/** Gives back what a command reserved, because nothing of it was sent. */
const releaseReservations = async ({ commits, clock }: Writing, { command, ledgers }: Start): Promise<void> => {
  const release = (id: string): Promise<void> =>
    commits.settle<void>({
      reads: [id],
      build: (view) => {
        const ledger = contentOf('ledger', view.get(id));
        if (ledger === undefined) return { docs: [], answer: undefined };
        const next = takenBack(ledger, command.command_id);
        return { docs: [plannedLedger(next, iso(clock.utc()))], answer: undefined };
      },
    });
  await Promise.all(ledgers.map(release));
};

/** The effect after its command: what was never sent is taken back, all else is as the outcome says. */
const writeEffect = (
  writing: Writing,
  { command, effectId }: Start,
  { effect: fate }: AfterCalls,
  called: Called,
): Promise<Effect | undefined> => {
  const moment = momentNow(writing, effectId);
  const isOfIt = (effect: Effect): boolean =>
    effect.state === 'applying' && effect.reasons.some((each) => each.command.command_id === command.command_id);
  return changeEffect(writing, effectId, (effect) => {
    if (fate.to === 'taken_back') return { effect: claimTakenBack(effect, command.command_id, moment) };
    if (!isOfIt(effect)) return undefined;
    const details = { attempt: called.attempts, duration_ms: called.durationMs, ...fate.details };
    return { effect: afterSending(effect, { state: fate.to, record: fate.record, details }, moment) };
  });
};

/**
 * A ttl runs from the sending. Where that came well after the claim, the journal is told: after a restart, or while
 * OpenSearch is away, the effect must not end before its ttl is over.
 */
const noteSending = async (
  { journal, sending }: Executing,
  { command, effectId }: Start,
  lastSentAt: number,
): Promise<void> => {
  const { clock } = sending.basics;
  const boot = clock.boot?.();
  const entry = journal.ofEffect(effectId).find(({ command_id }) => command_id === command.command_id);
  if (boot === undefined || entry?.boot === undefined || command.ttl_ms === null) return;
  const due = boot.now - (clock.monotonic() - lastSentAt) + command.ttl_ms;
  if (due - entry.boot.due > SENT_LATE_MS) await journal.put([{ ...entry, boot: { id: boot.id, due } }]);
};

/**
 * Executes one claimed command: permit checked at the socket, retries with backoff and deadline where they can do no
 * harm, outcome written. Never silent: the effect ends as present, unknown or absent (INV-2).
 *
 * @param claims how often the case was claimed, this time included
 * @param clearedAt when the brakes cleared it, monotonic ms
 */
export const executeCommand = async (
  executing: Executing,
  start: Start,
  { claims, clearedAt }: { readonly claims: number; readonly clearedAt: number },
): Promise<Executed> => {
  const { connectors, sending, writing, journal } = executing;
  const { command, effectId } = start;
  const connector = connectors.get(command.connector);
  if (connector === undefined) throw new Error(`connector \`${command.connector}\` went away`);
  const called = await callUntilOver(sending, connector, start, clearedAt);
  const after = afterCalls({ ...called, claims, lasts: command.rollback !== null });
  const [effect] = await Promise.all([
    writeEffect(writing, start, after, called),
    changeActOf(writing, command, (act) => actAfter(act, after.act)),
    after.release ? releaseReservations(writing, start) : undefined,
  ]);
  if (called.sent && !after.forget) await noteSending(executing, start, called.lastSentAt);
  if (after.forget) await journal.close([command.command_id]);
  return { effectId, effect, lastSentAt: called.lastSentAt };
};
