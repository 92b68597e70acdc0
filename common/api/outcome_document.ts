import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { ACT_RESULTS, Target, VERDICTS } from '../flow/decision';
import { Intake } from '../flow/intake';
import { ACT_STATUSES } from './progress';

/* What a source, or whoever it names, is told of what became of its report: one document for each transition. */

const id = text({ min: 1, max: 512 });
const sentence = text({ max: 8192 });

/** Marks what Reflex tells. A document that has it at the top is never taken as an event again. */
export const OUTCOME_MARK = 'reflex_outcome';
/** The header that says the same, in lower case. */
export const OUTCOME_HEADER = 'x-reflex-outcome';
export const OUTCOME_VERSION = 'v1';

/**
 * What may be told.
 *
 * - `decided`: a decision; `denied`: a decision that starts nothing because it was refused, or a person who refused
 * - `sent`: the target took the order; `verified`: seen in effect at the target
 * - `ended`: not in effect any more; `failed`: an order or an undoing that did not succeed
 * - `unknown`: nobody knows whether it is in effect; it is being found out
 */
export const TRANSITIONS = ['decided', 'denied', 'sent', 'verified', 'ended', 'failed', 'unknown'] as const;
export type Transition = (typeof TRANSITIONS)[number];

const Policy = record({ id, hash: id });

/** How it ended: its time was over, a person lifted it, or its target did not have it any more. */
export const ENDINGS = ['ttl', 'lifted', 'lapsed', 'late', 'override', 'gone', 'undone'] as const;

const OutcomeOfAct = record(
  {
    act_id: id,
    action: id,
    target: Target,
    result: described(oneOf(ACT_RESULTS), 'What the policies said'),
    policy: Policy,
    shadow: described(t.boolean, 'Recorded and compared only; it never reaches a target'),
  },
  {
    status: described(
      oneOf([...ACT_STATUSES, 'ended']),
      'How it fares when this is told; missing where it is not known, as of an effect that this is not about',
    ),
    text: sentence,
    resolution: described(
      record({ verb: oneOf(['approved', 'denied', 'expired', 'lifted']), by: id, at: instant, reason: sentence }),
      'What a person decided about it',
    ),
  },
);

export const OutcomeDocument = record(
  {
    reflex_outcome: oneOf([OUTCOME_VERSION]),
    key: described(id, 'The same each time this is told: drop what you have already'),
    sequence: described(
      number({ min: 1, integer: true }),
      'Counts what this receiver is told, without gaps; a gap says that something was given up',
    ),
    transition: oneOf(TRANSITIONS),
    at: described(instant, 'When it came about, UTC'),
    told_at: described(instant, 'When this was sent, UTC; another one when it is sent again'),
    source: Intake,
    event_id: described(text({ min: 1, max: 512 }), 'As the source named its report'),
    event_timestamp: instant,
    received_at: instant,
    case_id: id,
    decision_id: id,
    decided_at: instant,
    verdict: oneOf(VERDICTS),
    summary: sentence,
    bundle: record({ version: number({ integer: true }), digest: id }),
    acts: described(list(OutcomeOfAct, 64), 'Every act of the decision'),
  },
  {
    predecessor: described(id, 'The decision before this one: the same report, decided again'),
    act: described(
      record(
        {
          act_id: id,
          action: id,
          target: Target,
          connector: id,
          policy: Policy,
          command_id: id,
          n: described(number({ min: 0, integer: true }), 'Counts the states of this command'),
          state: id,
        },
        {
          by: described(id, 'Who ended it; `reflex` if nobody did'),
          how: described(oneOf(ENDINGS), 'How it ended'),
          text: sentence,
          error: record({ code: id, message: sentence }),
          ttl_ms: number({ min: 1, integer: true }),
        },
      ),
      'The act that this is about; missing where it is about the decision',
    ),
    person: described(
      record({ by: id, act_id: id }, { reason: sentence }),
      'Who refused, and which act; missing where policies or brakes did',
    ),
  },
);
export type OutcomeDocument = t.TypeOf<typeof OutcomeDocument>;
