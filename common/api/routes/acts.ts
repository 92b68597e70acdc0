import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { Target, ACT_RESULTS } from '../../flow/decision';
import { SEVERITIES } from '../../flow/event';
import { ENTITY_PAGES } from '../asked';
import { anything, BASE, idText, nothing, numeric, route } from '../contract';
import { ActProgress } from '../progress';

const id = idText;

/** Most acts of one answer. The acts of one decision are not torn apart, so there may be a few more. */
export const MOST_ACTS = 200;

export const ActView = record(
  {
    act_id: id,
    decision_id: id,
    case_id: id,
    decided_at: instant,
    action: id,
    target: Target,
    policy: id,
    result: oneOf(ACT_RESULTS),
    severity: oneOf(SEVERITIES),
    demo: t.boolean,
    progress: described(ActProgress, 'What became of it until now, how it ended and by whom'),
  },
  { rule: id, connector: described(id, 'Where it was, or was to be, carried out; missing: nobody chose one') },
);
export type ActView = t.TypeOf<typeof ActView>;

export const ActQuery = record(
  {},
  {
    about: described(text({ max: 1_024 }), 'With `kind` the whole name of a thing, without it a part of any name'),
    kind: oneOf(ENTITY_PAGES),
    action: id,
    policy: id,
    connector: described(id, 'Where it was, or was to be, carried out'),
    outcome: described(
      text({ max: 200 }),
      'How it fares or ended; several with commas. Without it all but `shadow` and `superseded`',
    ),
    by: described(text({ max: 256 }), 'Who approved, denied, lifted or undid it, in any case; a part of the name'),
    from: instant,
    to: instant,
    cursor: described(id, 'As `next` of the answer before'),
    limit: numeric(number({ min: 1, max: MOST_ACTS, integer: true })),
  },
);

export const listActs = route({
  method: 'get',
  path: `${BASE}/acts`,
  summary: 'The history of acts: what was done, refused, lifted or expired, newest first',
  access: 'read',
  params: nothing,
  query: ActQuery,
  body: anything,
  answer: record(
    {
      as_of: instant,
      acts: list(ActView, 1_000),
      looked_through: described(number({ integer: true }), 'So many decisions were looked through for this answer'),
      decisions: described(
        number({ integer: true }),
        'So many decisions there are besides what `outcome` and `by` say',
      ),
    },
    { next: described(id, 'Where the list goes on; missing where it ends') },
  ),
});

export const ACT_ROUTES = { listActs } as const;
