import type * as t from 'io-ts';
import { described, instant, number, oneOf, record, text } from '../codec/codecs';

const id = text({ min: 1, max: 256 });

/** What an event turned out to be (OCSF `verdict_id`). */
export const LABELS = ['true_positive', 'false_positive', 'benign', 'test', 'duplicate', 'insufficient_data'] as const;
export type Label = (typeof LABELS)[number];

/** What a decision was worth. `execution_latency_ms`: event timestamp to first confirmed effect. */
export const Feedback = record(
  {
    feedback_id: id,
    decision_id: id,
    case_id: id,
    outcome: oneOf(['success', 'failure', 'overridden']),
    at: instant,
    by: id,
  },
  {
    label: oneOf(LABELS),
    reason: text({ max: 4096 }),
    analyst_override: oneOf(['approved', 'denied', 'lifted', 'permitted', 'labelled']),
    execution_latency_ms: number({ min: 0 }),
    confidence_adjustment: number({ min: -1, max: 1 }),
    via: described(
      record({ channel: id, hand_over_id: text({ min: 1, max: 512 }) }, { said_by: id, ticket: id }),
      'The ticket that said it, and who there, as it claims; `by` is its token',
    ),
    takes_back: described(
      record({ feedback_id: id, label: oneOf(LABELS), at: instant, by: id }),
      'A label that does not count any more',
    ),
  },
);
export type Feedback = t.TypeOf<typeof Feedback>;
