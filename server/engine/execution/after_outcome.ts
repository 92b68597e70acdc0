import type { StopConsequence } from '../../../common/flow/clearance';
import type { ActionRecord, CallOutcome, TargetError } from '../../../common/flow/outcome';
import { present } from '../../../common/present';

/*
 * What the outcome of a command means: for its effect, for its act, for the undo journal and for what it reserved.
 * Everything that happens after the last call follows from the answer here (INV-2: the outcome is never silence).
 */

/** The calls for one command, when they are over. */
export interface Calls {
  /** Of the last call. */
  readonly outcome: CallOutcome;
  /** Some call may have been carried out. */
  readonly ambiguous: boolean;
  /** The first byte of some call was written. */
  readonly sent: boolean;
  /** What the brakes said when they stopped the last call before its first byte. */
  readonly stopped?: { readonly then: StopConsequence; readonly text: string };
  /** How often commands of the case were claimed, this time included. */
  readonly claims: number;
  /** Its effect stays at the target until it is undone. */
  readonly lasts: boolean;
}

/**
 * How an act goes on.
 *
 * - `present`, `done`: in effect; done, and nothing lasts
 * - `gone`: it was in effect, and its target does not have it any more before its end
 * - `unknown`: it is found out what is so at the target
 * - `again`: tried again soon, or by a person where a person's word had started it
 * - `person`: a person decides; `denied`: it is over
 */
export type ActFate =
  | { readonly to: 'present' | 'done' }
  | { readonly to: 'gone' | 'unknown' | 'again' | 'person' | 'denied'; readonly text: string };

export interface AfterCalls {
  /** `taken_back`: the claim ends, nothing was sent. */
  readonly effect:
    | { readonly to: 'taken_back' }
    | {
        readonly to: 'present' | 'unknown' | 'absent';
        readonly record: ActionRecord['state'];
        readonly details: Partial<Pick<ActionRecord, 'error' | 'text' | 'before' | 'after'>>;
      };
  readonly act: ActFate;
  /** Nothing of the command is or comes at the target, so that the undo journal may forget it. */
  readonly forget: boolean;
  /** Nothing was sent, so that what it reserved is given back. */
  readonly release: boolean;
}

const MOST_CLAIMS = 3;

const stoppedFate = ({ then, text }: NonNullable<Calls['stopped']>): ActFate => {
  switch (then) {
    case 'hold':
      return { to: 'again', text };
    case 'escalate':
      return { to: 'person', text };
    case 'deny':
    case 'drop':
      return { to: 'denied', text };
  }
};

/** A definite failure: once more later if that can help, else a person. */
const failedFate = ({ message, retryable }: TargetError, claims: number): ActFate => ({
  to: retryable && claims < MOST_CLAIMS ? 'again' : 'person',
  text: `the target did not do it: ${message}`,
});

const unknownAfter = (error: TargetError, after?: unknown): AfterCalls => ({
  effect: { to: 'unknown', record: 'unknown', details: { error, ...present({ after }) } },
  act: { to: 'unknown', text: `not certain yet whether it was applied: ${error.message}` },
  forget: false,
  release: false,
});

/** Some call was sent and came to nothing for certain; the last one was stopped before its first byte. */
const stoppedRetry = (fate: ActFate, why: string): AfterCalls => ({
  effect: {
    to: 'absent',
    record: 'failed',
    details: { error: { code: 'not_started', message: why, retryable: true } },
  },
  act: fate,
  forget: true,
  release: false,
});

/** INVARIANT (INV-5): what was ever sent is never taken back, so that it counts in its limits as a start. */
export const afterCalls = ({ outcome, ambiguous, sent, stopped, claims, lasts }: Calls): AfterCalls => {
  switch (outcome.kind) {
    case 'succeeded': {
      const { before, after, text } = outcome;
      return {
        effect: {
          to: lasts ? 'present' : 'absent',
          record: 'succeeded',
          details: present({ before, after, text }),
        },
        act: { to: lasts ? 'present' : 'done' },
        forget: !lasts,
        release: false,
      };
    }
    case 'failed':
      if (ambiguous) return unknownAfter(outcome.error);
      return {
        effect: { to: 'absent', record: 'failed', details: { error: outcome.error } },
        act: failedFate(outcome.error, claims),
        forget: true,
        release: false,
      };
    case 'not_started': {
      if (ambiguous) return unknownAfter({ code: 'not_started', message: outcome.why, retryable: true });
      const fate = stoppedFate(stopped ?? { then: 'hold', text: outcome.why });
      return sent
        ? stoppedRetry(fate, outcome.why)
        : { effect: { to: 'taken_back' }, act: fate, forget: true, release: true };
    }
    case 'unknown':
      return unknownAfter(outcome.error, outcome.after);
  }
};
