import type * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { Intake } from '../../flow/event';
import { anything, BASE, nothing, route } from '../contract';
import { TRANSITIONS } from '../outcome_document';

const count = number({ min: 0, integer: true });
const sentence = text({ max: 4096 });

/** Somebody who is told what became of the reports of a source. */
export const ReceiverView = record(
  {
    name: text({ max: 512 }),
    source: described(Intake, 'Whose reports it hears of; `*` is every source of that kind'),
    channel: oneOf(['webhook', 'kafka', 'rabbitmq', 'acknowledge']),
    place: described(sentence, 'Where it is told'),
    tell: described(list(oneOf(TRANSITIONS), TRANSITIONS.length), 'What it is told'),
    told: described(count, 'By all agents, ever'),
    refused: described(count, 'It will never take them'),
    given_up: described(count, 'They were too old before they could be told'),
    lag_s: described(count, 'Seconds for which the oldest one waits that could not be told; 0 if none does'),
  },
  {
    last_told: record({ at: instant, key: text({ max: 512 }), event_id: text({ max: 512 }) }),
    last_lost: record({ at: instant, key: text({ max: 512 }), result: oneOf(['refused', 'given_up']), why: sentence }),
    failing_since: described(instant, 'It could not be told since then; missing while it can'),
    error: described(sentence, 'Why it cannot be told'),
  },
);
export type ReceiverView = t.TypeOf<typeof ReceiverView>;

export const listOutcomeReceivers = route({
  method: 'get',
  path: `${BASE}/intake/outcomes`,
  summary: 'Who is told what became of the reports of a source, and how far that is',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({ as_of: instant, receivers: list(ReceiverView, 64) }),
});

export const OUTCOME_ROUTES = { listOutcomeReceivers } as const;
