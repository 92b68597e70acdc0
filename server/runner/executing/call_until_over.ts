import type { StopConsequence } from '../../../common/flow/clearance';
import { present } from '../../../common/present';
import { mayStart, type BrakeRules, type Guard, type Persons } from '../../engine/brakes/clear';
import { classed } from '../../engine/execution/error_class';
import { pauseBefore, type RetryRules } from '../../engine/execution/retry';
import type { Basics, CallOutcome, Connector, Journal } from '../ports';
import type { Session } from '../session/session';
import { callTarget, unanswered } from './call_target';
import type { Start } from './claiming';
import type { InFlight } from './in_flight';
import { JournalEnd } from './journal_end';

/** With what a command is sent. */
export interface Sending {
  readonly session: Pick<Session, 'standstill' | 'breakerAt'>;
  /** The brakes' rules in force now. */
  readonly rules: () => BrakeRules;
  readonly guard: Guard;
  readonly persons: Persons;
  readonly retry: RetryRules;
  readonly inFlight: InFlight;
  readonly basics: Pick<Basics, 'clock' | 'chance'>;
  readonly journal: Pick<Journal, 'ofEffect' | 'put'>;
}

/** What the calls for one command came to. */
export interface Called {
  readonly outcome: CallOutcome;
  readonly attempts: number;
  /** Some attempt may have been applied. */
  readonly ambiguous: boolean;
  /** The first byte of some attempt was written. */
  readonly sent: boolean;
  /** When a request was last written to the socket, monotonic ms. */
  readonly lastSentAt: number;
  readonly durationMs: number;
  readonly stopped?: { readonly then: StopConsequence; readonly text: string };
}

/** Whether another attempt can do no harm: the target said it did nothing, or repeating changes nothing there. */
const mayRepeat = (outcome: CallOutcome, { capabilities }: Connector): boolean => {
  if (outcome.kind === 'failed') return outcome.error.retryable;
  return outcome.kind === 'unknown' && outcome.error.retryable && capabilities.idempotency !== 'none';
};

const NOT_IN_JOURNAL = 'its entry in the undo journal of this agent is over';
const ENDS_EARLY = 'the undo journal of this agent would end it too early';

/**
 * The last look before the first byte. INVARIANT (INV-1, INV-6): asked synchronously right before it is written, for
 * every attempt.
 */
class LastLook {
  lastSentAt: number;
  sent = false;
  stopped: Called['stopped'];
  readonly end: JournalEnd;

  constructor(
    private readonly sending: Sending,
    private readonly start: Start,
    private readonly clearedAt: number,
  ) {
    this.lastSentAt = sending.basics.clock.monotonic();
    this.end = new JournalEnd(sending, start);
  }

  /** The last look found no fault but that the journal would end it too early. */
  get endsEarly(): boolean {
    return this.stopped?.text === ENDS_EARLY;
  }

  readonly mayStart = (): boolean => {
    this.stopped = this.objection();
    if (this.stopped !== undefined) return false;
    this.lastSentAt = this.sending.basics.clock.monotonic();
    this.sent = true;
    this.sending.inFlight.begin(this.start);
    return true;
  };

  private objection(): Called['stopped'] {
    const { session, rules, guard, persons, basics, journal } = this.sending;
    const { command, effectId, approved, sources, clearedUnder } = this.start;
    const { action, connector: at, policy, source } = command;
    const standstill = session.standstill(action, at, policy.id, { command: command.command_id, source });
    const stopped = mayStart({
      command,
      stopped: standstill === 'stopped',
      breaker: standstill === 'stopped' ? session.breakerAt(action, at, policy.id, source) : undefined,
      rules: rules(),
      guard,
      persons,
      approved,
      sources,
      clearedUnder,
      clearedForMs: basics.clock.monotonic() - this.clearedAt,
    });
    if (stopped) return { then: stopped.then, text: stopped.text };
    if (standstill !== undefined) return { then: 'hold', text: 'this agent may not start effects right now' };
    // INVARIANT (INV-4): nothing is sent that this machine would not undo, or is undoing already.
    const entry = journal.ofEffect(effectId).find(({ command_id }) => command_id === command.command_id);
    if (entry === undefined || entry.undone_offline === true) return { then: 'hold', text: NOT_IN_JOURNAL };
    return this.end.isEarly ? { then: 'hold', text: ENDS_EARLY } : undefined;
  }
}

/** Sends one command until it is carried out, cannot be, or may not be repeated. */
export const callUntilOver = async (
  sending: Sending,
  connector: Connector,
  start: Start,
  clearedAt: number,
): Promise<Called> => {
  const { clock, chance } = sending.basics;
  const began = clock.monotonic();
  const look = new LastLook(sending, start, clearedAt);
  const { request_timeout_ms } = connector.capabilities;
  const callOnce = async (): Promise<CallOutcome> => {
    const outcome = await callTarget<CallOutcome>(
      clock,
      request_timeout_ms,
      (signal) => {
        const { command, fence, effectId } = start;
        return connector.execute(command, { mayStart: look.mayStart, signal, fence, effect_id: effectId });
      },
      unanswered,
    );
    return classed(outcome, connector.capabilities);
  };
  let ambiguous = false;
  for (let attempts = 1; ; attempts += 1) {
    if (attempts > 1) await look.end.putOff(request_timeout_ms);
    let outcome = await callOnce();
    if (look.endsEarly && outcome.kind === 'not_started') {
      // The connection took long: nothing was sent. The journal is told first, and the call is made once more.
      await look.end.putOff(request_timeout_ms);
      outcome = await callOnce();
    }
    ambiguous ||= outcome.kind === 'unknown';
    const elapsedMs = clock.monotonic() - began;
    const asked = outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.retry_after_ms : undefined;
    const again = { attempt: attempts, elapsedMs, random: chance.random(), ...present({ retryAfterMs: asked }) };
    const pause = mayRepeat(outcome, connector) ? pauseBefore(sending.retry, again) : undefined;
    if (pause === undefined) {
      const { lastSentAt, sent, stopped } = look;
      return {
        outcome,
        attempts,
        ambiguous,
        sent,
        lastSentAt,
        durationMs: elapsedMs,
        ...present({ stopped }),
      };
    }
    await clock.sleep(pause);
  }
};
