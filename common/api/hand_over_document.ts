import type * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../codec/codecs';
import { Target } from '../flow/decision';
import { ON_EXPIRY } from '../flow/demand';
import { SEVERITIES } from '../flow/event';
import { Intake } from '../flow/intake';

/* What a ticket system or a chat is told of an act that waits for a person: one document for each message. */

const id = text({ min: 1, max: 512 });
const sentence = text({ max: 8192 });

/** Marks what Reflex hands over. A document that has it at the top is never taken as an event. */
export const HAND_OVER_MARK = 'reflex_hand_over';
/** The header that says the same, in lower case. */
export const HAND_OVER_HEADER = 'x-reflex-hand-over';
export const HAND_OVER_VERSION = 'v1';

/** `opened`: an act waits; `reminded`: half of its time, or a tenth, is left; `closed`: it does not wait any more. */
export const HAND_OVER_EVENTS = ['opened', 'reminded', 'closed'] as const;
export type HandOverEvent = (typeof HAND_OVER_EVENTS)[number];

/**
 * How it stopped waiting. `expired`: nobody answered in time; `over`: neither a person nor the time ended it, such as
 * a newer report of its source.
 */
export const HAND_OVER_ENDINGS = ['approved', 'denied', 'expired', 'over'] as const;
export type HandOverEnding = (typeof HAND_OVER_ENDINGS)[number];

/** What a receiver said of the ticket that it made. */
export const Ticket = record({}, { id: text({ min: 1, max: 256 }), url: text({ min: 1, max: 2048 }) });
export type Ticket = t.TypeOf<typeof Ticket>;

export const HandOverDocument = record(
  {
    reflex_hand_over: oneOf([HAND_OVER_VERSION]),
    key: described(id, 'The same each time this is told: drop what you have already'),
    hand_over_id: described(id, 'One for each act that waits and each channel; a verdict names it'),
    round: described(
      number({ min: 1, integer: true }),
      'How often it has waited: 2 if it was answered and waits again',
    ),
    event: oneOf(HAND_OVER_EVENTS),
    told_at: described(instant, 'When this was sent, UTC; another one when it is sent again'),
    title: described(sentence, 'In one line'),
    text: described(text({ max: 16_384 }), 'All of it, for people'),
    action: id,
    target: Target,
    policy: id,
    why: described(list(sentence, 16), 'Why it waits'),
    source: Intake,
    event_id: described(id, 'As the source named its report'),
    event_timestamp: instant,
    severity: oneOf(SEVERITIES),
    confidence: number({ min: 0, max: 1 }),
    case_id: id,
    act_id: id,
    decision_id: id,
  },
  {
    rule: record({}, { id: sentence, name: sentence }),
    nearest_miss: described(
      record({ policy: id, unmet: list(sentence, 16) }),
      'The policy that came nearest to proposing something and did not, and what it lacked',
    ),
    link: described(text({ min: 1, max: 4096 }), 'The act on the page of Reflex'),
    until: described(instant, 'Until when it waits, UTC'),
    without_answer: described(oneOf(ON_EXPIRY), 'What comes if nobody answers until then'),
    mark: described(oneOf(['half', 'last']), 'Of a reminder: half of the time is left, or a tenth'),
    ending: described(
      record({ how: oneOf(HAND_OVER_ENDINGS), at: instant }, { by: id, reason: sentence }),
      'Of a closing message: how it ended, and who said so',
    ),
    ticket: described(Ticket, 'What the receiver said of the ticket when it was opened'),
  },
);
export type HandOverDocument = t.TypeOf<typeof HandOverDocument>;
