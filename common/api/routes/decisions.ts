import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { VERDICTS } from '../../flow/decision';
import { LABELS } from '../../flow/feedback';
import { alsoAs, anything, BASE, idText, nothing, numeric, page, route, targetText } from '../contract';
import { BECAME } from '../became';
import { ENTITY_PAGES } from '../asked';
import { DecisionBrief, DecisionDetail } from '../views';

const id = idText;

const ONE = `(?:${BECAME.join('|')})`;
const BECAME_LIST = new RegExp(`^${ONE}(?:,${ONE})*$`, 'u');

/** Pages by offset reach so many of the newest; whoever wants older ones narrows the time. */
export const MOST_PAGED = 10_000;

export const DecisionQuery = record(
  {},
  {
    verdict: text({ max: 64 }),
    policy: described(id, 'It proposed an act, or was a reason'),
    target: targetText,
    severity: text({ max: 64 }),
    asker: described(id, 'Answers to who asked before acting, by the name of the token'),
    text: text({ max: 200 }),
    about: described(
      text({ max: 1_024 }),
      'What they are about: with `kind` the whole name of a thing, in any spelling; without it a part of any name, or the beginning of an address',
    ),
    kind: oneOf(ENTITY_PAGES),
    from: instant,
    to: instant,
    case_id: id,
    outcome: text({ max: 200 }),
    became: described(
      text({ max: 200, pattern: BECAME_LIST, patternName: `of ${BECAME.join(', ')}, with commas between` }),
      `One line an event, by what became of it: ${BECAME.join(', ')}; several with commas. Decisions that decided an event again are no lines of their own`,
    ),
    limit: numeric(page.limit),
    offset: described(
      numeric(page.offset),
      `With \`limit\` at most ${MOST_PAGED} together; for older ones give \`to\``,
    ),
  },
);

export const listDecisions = route({
  method: 'get',
  path: `${BASE}/decisions`,
  summary: 'Decisions, newest first',
  access: 'read',
  params: nothing,
  query: DecisionQuery,
  body: anything,
  answer: record(
    { as_of: instant, total: number(), decisions: list(DecisionBrief, 1000) },
    {
      also_as: alsoAs,
      looked_through: described(
        number({ integer: true }),
        'With `outcome` or `became`: so many of the newest were looked through, and older ones were not; `total` counts among them',
      ),
    },
  ),
});

export const getDecision = route({
  method: 'get',
  path: `${BASE}/decisions/{decision_id}`,
  summary: 'One decision with its token, what was done, and what people said of it',
  access: 'read',
  params: record({ decision_id: id }),
  query: nothing,
  body: anything,
  answer: DecisionDetail,
});

export const REPLAY_STATUSES = [
  'same',
  'differs',
  'engine_differs',
  'bundle_missing',
  'model_missing',
  'erased',
] as const;

export const replayDecision = route({
  method: 'post',
  path: `${BASE}/decisions/{decision_id}/replay`,
  summary: 'Decide again from the record alone and compare the hashes',
  access: 'read',
  params: record({ decision_id: id }),
  query: nothing,
  body: anything,
  answer: record(
    { status: oneOf(REPLAY_STATUSES), recorded_hash: id },
    { replayed_hash: id, verdict: oneOf(VERDICTS) },
  ),
});

export const labelDecision = route({
  method: 'post',
  path: `${BASE}/decisions/{decision_id}/label`,
  summary: 'Say what the event turned out to be',
  access: 'respond',
  params: record({ decision_id: id }),
  query: nothing,
  body: record({ label: oneOf(LABELS) }, { reason: text({ max: 2000 }) }),
  answer: record({ feedback_id: id }),
});

export const DECISIONS_ROUTES = { listDecisions, getDecision, replayDecision, labelDecision } as const;
