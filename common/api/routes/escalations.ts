import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record } from '../../codec/codecs';
import { Act, AssetFacts, Reason } from '../../flow/decision';
import { anything, BASE, idText, nothing, reasonText, route } from '../contract';
import { ActProgress } from '../progress';
import { AskFor, EscalationView, EventBrief, LabelAlong, LabelledCount, QuestionLoad } from '../views';

const id = idText;

export const listEscalations = route({
  method: 'get',
  path: `${BASE}/escalations`,
  summary: 'Acts that wait for a person, the first to expire first; of too many, of each severity the first to expire',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record(
    { as_of: instant, total: number(), escalations: list(EscalationView, 1000) },
    {
      load: described(QuestionLoad, 'How much people are asked, and how fast they answer'),
      at_least: described(t.literal(true), 'More wait than are listed; `total` is how many at least'),
    },
  ),
});

const Word = record(
  { reason: reasonText, seen: described(id, 'Digest of what was shown; another one answers 409') },
  {
    label: LabelAlong,
    of: described(
      number({ min: 1, integer: true }),
      'To so many acts the person gives this one answer; default 1. Some take one of their own',
    ),
    stands_for: described(id, 'Who is away, and for whom the person approves; missing: for themselves'),
  },
);
const DenyingWord = record({ reason: reasonText, seen: id }, { ask_for_ms: AskFor, label: LabelAlong });
const CaseView = record({ case_id: id, state: id, progress: list(ActProgress, 64) }, { labelled: LabelledCount });

export const approveEscalation = route({
  method: 'post',
  path: `${BASE}/escalations/{case_id}/{act_id}/approve`,
  summary: 'Permit an act that waits. The brakes judge it again',
  access: 'approve',
  params: record({ case_id: id, act_id: id }),
  query: nothing,
  body: Word,
  answer: CaseView,
});

export const denyEscalation = route({
  method: 'post',
  path: `${BASE}/escalations/{case_id}/{act_id}/deny`,
  summary: 'Refuse an act that waits; its target asks first for a time',
  access: 'respond',
  params: record({ case_id: id, act_id: id }),
  query: nothing,
  body: DenyingWord,
  answer: CaseView,
});

const OPINIONS = ['approve', 'deny'] as const;

/** Something that was answered, and that somebody else is asked about. What was answered is not told. */
export const OpinionView = record({
  opinion_id: id,
  decision_id: id,
  act: Act,
  brief: EventBrief,
  why: list(Reason, 64),
  score: number(),
  facts: list(AssetFacts, 16),
  asked_at: instant,
  until: described(instant, 'From then on nobody is asked any more'),
});
export type OpinionView = t.TypeOf<typeof OpinionView>;

export const listOpinions = route({
  method: 'get',
  path: `${BASE}/opinions`,
  summary: 'Answers of others on which one is asked for a second opinion, without what was answered',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: record({
    as_of: instant,
    asked: list(OpinionView, 1000),
    of_others: described(
      number({ min: 0, integer: true }),
      'So many more are asked of others: one answered them oneself, or asked for the act',
    ),
  }),
});

/** What was answered, told once somebody gave their own opinion. */
export const OpinionGiven = record({
  agrees: t.boolean,
  first: record({ verb: oneOf(OPINIONS), by: id, at: instant }),
});
export type OpinionGiven = t.TypeOf<typeof OpinionGiven>;

export const giveOpinion = route({
  method: 'post',
  path: `${BASE}/opinions/{opinion_id}`,
  summary: 'Say what one would have answered; it changes nothing of what was',
  access: 'approve',
  params: record({ opinion_id: id }),
  query: nothing,
  body: record({ verb: oneOf(OPINIONS), reason: reasonText }),
  answer: OpinionGiven,
});

export const ESCALATIONS_ROUTES = {
  listEscalations,
  approveEscalation,
  denyEscalation,
  listOpinions,
  giveOpinion,
} as const;
