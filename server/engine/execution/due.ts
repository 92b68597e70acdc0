import type { Effect } from './effect';

/*
 * When an effect ends. INVARIANT (INV-4): never early. On the machine that executed it, and until that is started anew,
 * a ttl runs on the monotonic clock; everywhere else the UTC deadline counts, late by what two clocks may differ, and
 * not at all while UTC is in doubt.
 */

/** An effect as one agent keeps it. */
export interface Term {
  readonly effect: Pick<Effect, 'reasons'>;
  /** When reasons end of which this machine's monotonic clock tells, by command, ms; null if only a person ends one. */
  readonly dues: ReadonlyMap<string, number | null>;
  /**
   * Last time a request that applies it may have been sent, or one that undoes it and was not answered; of a taken-over
   * one the take-over. Monotonic ms.
   */
  readonly lastSentAt: number;
}

/** This agent's clocks at one moment, ms. */
export interface Clocks {
  readonly monotonic: number;
  readonly utc: number;
  /** False while UTC of this machine cannot be relied on. */
  readonly trusted: boolean;
  /** Two machines' UTC may differ by this much. */
  readonly apart: number;
}

const endByUtc = ({ deadline }: Effect['reasons'][number], clocks: Clocks): number | null =>
  deadline === null || !clocks.trusted ? null : clocks.monotonic + Date.parse(deadline) - clocks.utc + clocks.apart;

/**
 * When a reason ends, monotonic ms; null if only a person ends it, or if that cannot be said now.
 *
 * A reason that another agent asked for runs on this machine's clock from when it was seen here. That is never too
 * early, and as late as this agent was cut off meanwhile; the UTC deadline is not too early either. The first of both
 * counts.
 */
export const endOf = (
  { dues }: Pick<Term, 'dues'>,
  reason: Effect['reasons'][number],
  clocks: Clocks,
): number | null => {
  const due = dues.get(reason.command.command_id);
  const byUtc = endByUtc(reason, clocks);
  if (due === undefined) return byUtc;
  return reason.asked === true && due !== null && byUtc !== null ? Math.min(due, byUtc) : due;
};

/** When the last reason ends, monotonic ms; null if only a person ends it, or if that cannot be said now. */
export const dueAt = (term: Term, clocks: Clocks): number | null => {
  const ends = term.effect.reasons.map((reason) => endOf(term, reason, clocks));
  if (ends.length === 0 || ends.includes(null)) return null;
  return Math.max(...ends.map((end) => end ?? Infinity));
};

/** What was sent last has taken effect by now, if it ever does. */
export const isSettled = ({ lastSentAt }: Pick<Term, 'lastSentAt'>, clocks: Clocks, settleMs: number): boolean =>
  clocks.monotonic - lastSentAt >= settleMs;

/** Its time is over, and no late request can apply it after its undoing. */
export const isDue = (term: Term, clocks: Clocks, settleMs: number): boolean => {
  const due = dueAt(term, clocks);
  return due !== null && due <= clocks.monotonic && isSettled(term, clocks, settleMs);
};
