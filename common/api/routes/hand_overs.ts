import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { LABELS } from '../../flow/feedback';
import { anything, BASE, idText, nothing, route } from '../contract';
import { HAND_OVER_ENDINGS, HAND_OVER_EVENTS, Ticket } from '../hand_over_document';

const id = idText;
const count = number({ min: 0, integer: true });
const sentence = text({ max: 4096 });

/** A ticket system or a chat to which acts that wait are handed over. */
export const HandOverChannelView = record(
  {
    name: id,
    kind: oneOf(['webhook', 'opensearch_notifications']),
    place: described(sentence, 'Where it leads'),
    told: described(count, 'Messages that arrived, by all agents, ever'),
    refused: described(count, 'Messages that it will never take'),
    given_up: described(count, 'Messages about ends that were too old before they could be told'),
    behind: described(count, 'Acts that wait and that it has not heard of, where this host hands over'),
    held_back: described(count, 'Of those, acts that wait because as many began within the hour as may'),
  },
  {
    verdicts_by: described(id, 'The token with which closing verdicts come back; missing: none do'),
    last_told: record({ at: instant, key: sentence }),
    last_lost: record({ at: instant, key: sentence, result: oneOf(['refused', 'given_up']), why: sentence }),
    failing_since: described(instant, 'Nothing arrives since then; missing while it does'),
    error: described(sentence, 'Why it is not told'),
  },
);
export type HandOverChannelView = t.TypeOf<typeof HandOverChannelView>;

const Verdict = record(
  { verdict_id: id, label: oneOf(LABELS), by: id, at: instant, feedback_id: id },
  {
    said_by: described(sentence, 'Who in the ticket system said so, as it claims'),
    reason: sentence,
    taken_back: record({ by: id, at: instant }, { reason: sentence }),
  },
);

/** An act as a channel has it. */
export const HandOverView = record(
  {
    hand_over_id: id,
    channel: id,
    case_id: id,
    act_id: id,
    decision_id: id,
    round: described(number({ min: 1, integer: true }), 'How often it has waited'),
    since: instant,
    action: id,
    target: sentence,
    verdicts: list(Verdict, 32),
  },
  {
    opened_at: described(instant, 'When the channel was told of it; missing: not yet, or never'),
    closed_at: instant,
    ending: described(record({ how: oneOf(HAND_OVER_ENDINGS), at: instant }, { by: id }), 'How it stopped waiting'),
    lost: described(
      record({ step: oneOf(HAND_OVER_EVENTS), result: oneOf(['refused', 'given_up']), at: instant, why: sentence }),
      'A message that did not arrive and will not',
    ),
    ticket: Ticket,
  },
);
export type HandOverView = t.TypeOf<typeof HandOverView>;

export const listHandOvers = route({
  method: 'get',
  path: `${BASE}/hand-overs`,
  summary: 'Where acts that wait are handed over, how that fares, and the newest of them with their tickets',
  access: 'read',
  params: nothing,
  query: record({}, { case_id: id }),
  body: anything,
  answer: record({ as_of: instant, channels: list(HandOverChannelView, 16), hand_overs: list(HandOverView, 200) }),
});

const VerdictAnswer = record(
  { hand_over_id: id, verdict_id: id, decision_id: id, feedback_id: id, standing: t.boolean },
  { repeated: described(t.literal(true), 'It was known already, and nothing changed') },
);
const saidBy = described(text({ min: 1, max: 256 }), 'Who in the ticket system says so; kept as a claim');
const reason = text({ min: 1, max: 2000 });

export const postVerdict = route({
  method: 'post',
  path: `${BASE}/hand-overs/{hand_over_id}/verdicts`,
  summary: 'Say with which verdict a ticket was closed: a label on its decision. It answers nothing and starts nothing',
  access: 'verdict',
  params: record({ hand_over_id: id }),
  query: nothing,
  body: record(
    { verdict_id: described(id, 'The same each time that this is sent'), label: oneOf(LABELS) },
    { reason, said_by: saidBy },
  ),
  answer: VerdictAnswer,
});

export const takeVerdictBack = route({
  method: 'post',
  path: `${BASE}/hand-overs/{hand_over_id}/verdicts/{verdict_id}/take-back`,
  summary: 'Take a verdict back: its label does not count any more. Both stay on record',
  access: 'verdict',
  params: record({ hand_over_id: id, verdict_id: id }),
  query: nothing,
  body: record({}, { reason, said_by: saidBy }),
  answer: VerdictAnswer,
});

export const HAND_OVER_ROUTES = { listHandOvers, postVerdict, takeVerdictBack } as const;
