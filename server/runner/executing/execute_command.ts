import { started, takenBack, type Ledger } from '../../engine/brakes/ledger';
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
import { JournalEnd } from './journal_end';

/** With what commands are executed. */
export interface Executing {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly sending: Sending;
  readonly writing: Writing;
  readonly journal: Pick<Journal, 'close'>;
  /** Told what each command came to, for the breaker of its connector. */
  readonly came?: (command: Start['command'], called: Called, clearedAt: number) => void;
}

/** What executing came to, and when the request was last written to the socket (monotonic ms). */
export interface Executed {
  readonly effectId: string;
  /** The effect afterwards; undefined if it is not this session's any more. */
  readonly effect: Effect | undefined;
  readonly lastSentAt: number;
}

/** Says in its ledgers what became of what a command reserved: given back if nothing was sent, else a start. */
const settleReservations = async (
  { commits, clock }: Writing,
  { ledgers }: Start,
  settled: (ledger: Ledger) => Ledger,
): Promise<void> => {
  const settle = (id: string): Promise<void> =>
    commits.settle<void>({
      reads: [id],
      build: (view) => {
        const ledger = contentOf('ledger', view.get(id));
        if (ledger === undefined) return { docs: [], answer: undefined };
        const next = settled(ledger);
        return { docs: [plannedLedger(next, iso(clock.utc()))], answer: undefined };
      },
    });
  await Promise.all(ledgers.map(settle));
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

/** When a command was claimed. */
interface Claimed {
  readonly claims: number;
  readonly clearedAt: number;
}

const execute = async (executing: Executing, start: Start, { claims, clearedAt }: Claimed): Promise<Executed> => {
  const { connectors, sending, writing, journal, came } = executing;
  const { command, effectId } = start;
  const connector = connectors.get(command.connector);
  if (connector === undefined) throw new Error(`connector \`${command.connector}\` went away`);
  const called = await callUntilOver(sending, connector, start, clearedAt);
  came?.(command, called, clearedAt);
  const after = afterCalls({ ...called, claims, lasts: command.rollback !== null });
  const { command_id } = command;
  const settled = (ledger: Ledger): Ledger =>
    after.release
      ? takenBack(ledger, command_id)
      : // Of several sendings the last may be the one that took effect: it is no older than that.
        started(ledger, command_id, sending.basics.clock.monotonic() - called.lastSentAt);
  const [effect] = await Promise.all([
    writeEffect(writing, start, after, called),
    changeActOf(writing, command, (act) => actAfter(act, after.act)),
    settleReservations(writing, start, settled),
  ]);
  if (called.sent && !after.forget) await new JournalEnd(sending, start).settle(called.lastSentAt);
  if (after.forget) await journal.close([command.command_id]);
  return { effectId, effect, lastSentAt: called.lastSentAt };
};

/**
 * Executes one claimed command: permit checked at the socket, retries with backoff and deadline where they can do no
 * harm, outcome written. Never silent: the effect ends as present, unknown or absent (INV-2).
 *
 * @param claims how often the case was claimed, this time included
 * @param clearedAt when the brakes cleared it, monotonic ms
 */
export const executeCommand = (executing: Executing, start: Start, claimed: Claimed): Promise<Executed> =>
  execute(executing, start, claimed).finally(() => executing.sending.inFlight.end(start.command.command_id));
